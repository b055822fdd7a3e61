import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { valuesFor } from "../../cli/complete-values.ts";
import { settingsToPaste } from "../../cli/running.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { runWords } from "./run-words.ts";

const asked: string[] = [];
let api: Listening;

beforeAll(async () => {
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(JSON.stringify({ exports: [], schedules: [{ name: "monthly" }, { name: "weekly" }] }));
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

describe("without a flag, the environment says", () => {
  const ran = async (words: string, env: Record<string, string>) => {
    asked.length = 0;
    const { status, stderr } = await runWords(words.split(" "), { AWS_REGION: "eu-central-1", ...env });
    return { status, asked: [...asked], said: stderr.split("\n")[0] };
  };
  const elsewhere = "http://127.0.0.1:1024";

  it.each<[string, string, () => Record<string, string>, string]>([
    ["which API and workspace", "exports", () => ({ TOGGL_INSIGHTS_API: api.url, TOGGL_INSIGHTS_WORKSPACE: "7" }), "7"],
    [
      "nothing of a workspace that is named",
      "exports -w 8",
      () => ({ TOGGL_INSIGHTS_API: api.url, TOGGL_INSIGHTS_WORKSPACE: "7" }),
      "8",
    ],
    [
      "nothing of an API that is named, nor of a stack",
      `exports --api ${"$API"} -w 8`,
      () => ({ TOGGL_INSIGHTS_API: elsewhere, TOGGL_INSIGHTS_STACK: "One" }),
      "8",
    ],
    ["nothing where it is empty", `exports --api ${"$API"} -w 8`, () => ({ TOGGL_INSIGHTS_WORKSPACE: "" }), "8"],
  ])("%s", async (_, words, env, workspace) => {
    const { status, asked: paths } = await ran(words.replace("$API", api.url), env());
    expect({ status, paths }).toEqual({ status: 0, paths: [`/workspace/${workspace}/exports?limit=20`] });
  });

  it.each<[Record<string, string>, string]>([
    [
      { TOGGL_INSIGHTS_WORKSPACE: "acme" },
      "TOGGL_INSIGHTS_WORKSPACE must be the workspace's id at Toggl, a number such as 1234567.",
    ],
    [
      { TOGGL_INSIGHTS_WORKSPACE: "7", TOGGL_INSIGHTS_API: "acme" },
      "TOGGL_INSIGHTS_API must be an address, such as http://127.0.0.1:3000; it is acme.",
    ],
    [
      { TOGGL_INSIGHTS_WORKSPACE: "7", TOGGL_INSIGHTS_API: elsewhere, TOGGL_INSIGHTS_STACK: "One" },
      "TOGGL_INSIGHTS_API and TOGGL_INSIGHTS_STACK are both set. Name one of them, with --api or --stack.",
    ],
  ])("what does not fit, by its name: %j", async (env, sentence) => {
    expect(await ran("exports", env)).toEqual({ status: 2, asked: [], said: sentence });
  });
});

describe("lines to paste", () => {
  it.each([
    [{}, ""],
    [{ LOCAL_DATA_DIR: "" }, ""],
    [{ LOCAL_DATA_DIR: ".local-2" }, "LOCAL_DATA_DIR=.local-2 "],
    [{ LOCAL_DATA_DIR: "/my files/it's" }, "LOCAL_DATA_DIR='/my files/it'\\''s' "],
    [{ LOCAL_DATA_DIR: "a", INSIGHTS_CONFIG: "b.json" }, "LOCAL_DATA_DIR=a INSIGHTS_CONFIG=b.json "],
  ])("name the folder and the configuration that %j sets", (env, line) => {
    expect(settingsToPaste(env)).toBe(line);
  });

  it("are said where nothing answers, too", async () => {
    const env = { LOCAL_DATA_DIR: "/nowhere/else" };
    const { stderr } = await runWords(["exports", "-w", "7", "--api", "http://127.0.0.1:1024"], env);
    expect(stderr).toContain("Start the product with LOCAL_DATA_DIR=/nowhere/else npm start, or name");
    expect((await runWords(["tick", "monthly-profitability"], env)).stderr).toContain(
      "LOCAL_DATA_DIR=/nowhere/else npm start",
    );
  });
});

describe("a shell that asks what there is", () => {
  const call = (...typed: string[]) => ["--get-yargs-completions", "toggl-insights", ...typed];
  const names = async () => ["monthly", "weekly"];

  it.each([
    [["trends", "--period", ""], expect.arrayContaining(["previous-month", "month-to-date", "last-12-months"])],
    [["trends", "--period=pre"], expect.arrayContaining(["--period=previous-month"])],
    [
      ["export", "trends/projects", "--compare", ""],
      ["none", "previous-period", "equal-length", "same-last-year"],
    ],
    [
      ["run", ""],
      ["monthly", "weekly"],
    ],
    [
      ["backfill", "mo"],
      ["monthly", "weekly"],
    ],
    [
      ["tick", "--schedule", ""],
      ["monthly", "weekly"],
    ],
    [
      ["exports", "--schedule=m"],
      ["--schedule=monthly", "--schedule=weekly"],
    ],
    [["run", "--at"], undefined],
    [["exports", "--status", ""], undefined],
    [["ex"], undefined],
  ])("is offered after %j", async (typed, values) => {
    expect(await valuesFor(call(...typed), names)).toEqual(values);
  });

  it("is given the names of the API that is named, and nothing where that does not answer", async () => {
    expect(await valuesFor(call("run", "--api", api.url, "-w", "7", "--schedule", ""))).toEqual(["monthly", "weekly"]);
    const nowhere = call("run", "--api", "http://127.0.0.1:1024", "-w", "7", "--schedule", "");
    expect(await valuesFor(nowhere)).toEqual([]);
    expect(await valuesFor(["run", "monthly"])).toBeUndefined();
  });
});
