import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queuesOf } from "../../cli/start/start-local.ts";
import { listenOnLoopback } from "../../local/listening.ts";
import { nothingAround, runWords } from "../cli/run-words.ts";
import type { Product } from "./product.ts";
import { monthly, startScheduled } from "./scheduled.ts";

const program = resolve("dist/toggl-insights.mjs");
const folder = mkdtempSync(join(tmpdir(), "command-line-"));
let product: Product;

beforeAll(async () => {
  product = await startScheduled([monthly]);
});
afterAll(() => product.close());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as it is installed, where nothing but its own words tells it what is meant. */
const command = (words: string, api = product.local.url, more: Readonly<Record<string, string>> = {}) =>
  new Promise<Ended>((done) => {
    const args = [program, ...words.split(" ").filter((word) => word !== ""), ...(api === "" ? [] : ["--api", api])];
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, NO_COLOR: "1", INSIGHTS_CONFIG: product.local.settings.configFile, ...more };
    execFile(process.execPath, args, { env, cwd: folder, timeout: 60_000 }, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

/** What the command says, without a process of its own. */
async function said(words: string, api = product.local.url): Promise<Ended> {
  const around = { ...nothingAround(), NO_COLOR: "1", INSIGHTS_CONFIG: product.local.settings.configFile };
  const args = [...words.split(" "), ...(api === "" ? [] : ["--api", api])];
  const { status, stdout, stderr } = await runWords(args, { ...around, LOCAL_DATA_DIR: folder });
  return { code: status, stdout, stderr };
}

describe("toggl-insights redrive", () => {
  it("shows what was given up on, and has it made", async () => {
    const { local } = product;
    const running = { url: local.url, control_url: local.controlUrl, queues: queuesOf(local) };
    writeFileSync(join(local.settings.dataDirectory, "running.json"), JSON.stringify(running));
    const { accessKeyId, secretAccessKey } = local.settings.credentials;
    // With an S3 server of one's own the key is in the environment, and written nowhere.
    const own = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const here = { LOCAL_DATA_DIR: local.settings.dataDirectory, ...(local.settings.s3Url && own) };
    const deadLetters = local.queues.get(local.outputs.DeadLetterQueueArn ?? "");
    const body = JSON.stringify({ schedule: monthly.name, occurrence: "2026-05-03T05:00:00Z" });
    deadLetters?.send({ body, group: "toggl/demo", deduplicationId: "one" });

    const { stdout } = await command("redrive --dry-run", "", here);
    expect(stdout).toMatch(/toggl\/demo +monthly for 2026-05-03T05:00:00Z\n1 dead letter lies there\.\n$/);
    expect(deadLetters?.messages).toHaveLength(1);

    const moved = await command("redrive --json", "", here);
    expect(moved.code).toBe(0);
    expect(JSON.parse(moved.stdout)).toMatchObject({ moved: [{ group: "toggl/demo" }], left: 0 });
    expect(deadLetters?.messages).toEqual([]);
    const made = async () => {
      const answer = await (await product.get(`exports?schedule=${monthly.name}`)).json();
      return (answer as { exports: { occurrence: string; status: string }[] }).exports
        .filter(({ occurrence }) => occurrence === "2026-05-03T05:00:00Z")
        .map(({ status }) => status);
    };
    await expect.poll(made, { timeout: 30_000 }).toEqual(monthly.formats.map(() => "succeeded")); // else the other's request meets the next test's fault
  });
});

describe("toggl-insights export", () => {
  const order = "export profitability/projects --from 2026-10-01 --to 2026-10-31 --currency usd";

  it("saves the file that the export names, checked, and never over another", async () => {
    const { code, stdout } = await command(`${order} --format xlsx --out october.xlsx`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Saved october\.xlsx \(\d+\.\d kB, SHA-256 checked\)\n$/);
    const saved = readFileSync(join(folder, "october.xlsx"));
    const [made] = (
      (await (await product.get("exports?limit=1")).json()) as { exports: { file: { sha256: string } }[] }
    ).exports;
    expect(createHash("sha256").update(saved).digest("hex")).toBe(made?.file.sha256);

    const asked = product.simulator.requests.length;
    const again = await command(`${order} --format xlsx --out october.xlsx`);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("october.xlsx is there already.") });
    expect(product.simulator.requests).toHaveLength(asked);
  });

  it("gives the file the link's own name, and JSON to a program", async () => {
    const { stdout } = await command(`${order} --json`);
    const made = JSON.parse(stdout);
    expect(made).toMatchObject({
      status: "succeeded",
      saved_as: expect.stringMatching(/^toggl-profitability-projects-/),
    });
    expect(readdirSync(folder)).toContain(made.saved_as);
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("ends on a terminal that does not tell its width", async () => {
    const widthless = "Object.assign(process.stderr,{isTTY:true,columns:0})";
    const onIt = { NODE_OPTIONS: `--import=data:text/javascript,${widthless}`, TERM: "xterm" };
    const { code, stderr } = await command(`${order} --out widthless.csv`, product.local.url, onIt);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "- profitability/projects.csv: queued\n" });
  });

  it("keeps nothing of a download that is damaged", async () => {
    const { code, stderr } = await command(`${order} --out damaged.csv`, await damagedFiles());
    expect(code).toBe(6);
    expect(stderr).toMatch(
      /Its SHA-256 is .* Nothing was kept\. The export is kept\. Get it with: toggl-insights download/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("damaged"))).toEqual([]);
  });

  it("goes on without who waits for it, and says how to get the file", async () => {
    const env = { INSIGHTS_CONFIG: product.local.settings.configFile };
    const words = [program, ...order.split(" "), "--api", product.local.url];
    const child = spawn(process.execPath, words, { cwd: folder, env });
    let said = "";
    child.stderr.on("data", (piece) => {
      said += piece;
      if (said.includes("queued") && !child.killed) child.kill("SIGINT"); // from then on it waits, and at once, before the file is made
    });
    const [code] = await once(child, "close");
    const [, id = ""] = /It is made all the same\. Get it with: toggl-insights download (\w+)/.exec(said) ?? [];
    expect({ code, id }).toEqual({ code: 130, id: expect.stringMatching(/^\w{26}$/) });
    const made = async () => (await command(`download ${id} --out later.csv`)).code;
    await expect.poll(made, { timeout: 30_000, interval: 500 }).toBe(0);
    expect(readdirSync(folder)).toContain("later.csv");
  });

  it("leaves at once with --no-wait, and what it queued is made all the same", async () => {
    const queued = JSON.parse((await command(`${order} --no-wait --json`)).stdout);
    expect(queued.status).toBe("queued");
    const status = async () =>
      ((await (await product.get(`exports/${queued.id}`)).json()) as { status: string }).status;
    await expect.poll(status, { timeout: 30_000 }).toBe("succeeded");
  });

  it("says of each wrong field what would be right, with an exit status of its own", async () => {
    const { code, stderr, stdout } = await command(order.replace("usd", "us"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      "The body does not fit: currency must be the three-letter code of a currency (ISO 4217), such as usd.\n",
    );
  });
});

/** The API, with a link in each answer that leads to another file. */
async function damagedFiles(): Promise<string> {
  const server = createServer(async (message, response) => {
    if (message.url === "/other") return void response.end("something else");
    const { method = "GET", headers } = message;
    const body = method === "POST" ? await text(message) : undefined;
    const { prefer = "" } = headers as { prefer?: string };
    const answer = await fetch(`${product.local.url}${message.url}`, {
      method,
      headers: { "content-type": "application/json", prefer },
      ...(body !== undefined && { body }),
    });
    const json = (await answer.json()) as object;
    const url = `http://${headers.host}/other`;
    response.writeHead(answer.status).end(JSON.stringify({ ...json, download_url: url }));
  });
  const { url, close } = await listenOnLoopback(server, 0);
  closing.push(close);
  return url;
}

const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

describe("toggl-insights", () => {
  it("shows trends with names, totals and changes that are those of the API", async () => {
    const { stdout } = await command("trends --from 2026-10-01 --to 2026-10-31");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("2026-10-01 to 2026-10-31, before: 2026-09-01 to 2026-09-30");
    expect(lines[1]).toMatch(/^PROJECT +HOURS +BEFORE +CHANGE +DAY BY DAY$/);
    const body = { start_date: "2026-10-01", end_date: "2026-10-31", previous_period_start: "2026-09-01" };
    const trends = (await (await product.post("data_trends/projects", body)).json()) as {
      current_period_seconds: number[];
    }[];
    const all = trends
      .flatMap(({ current_period_seconds }) => current_period_seconds)
      .reduce((sum, one) => sum + one, 0);
    expect(lines.at(-1)).toMatch(new RegExp(`^All ${trends.length} +${(all / 3600).toFixed(1)} `));
    expect(lines).toHaveLength(trends.length + 3);
  });

  it("shows the history, schedules and what a backfill costs, and runs a schedule", async () => {
    const run = await command("run monthly --at 2026-11-03T05:00:00Z");
    expect(run.stdout).toMatch(/2026-10-01 to 2026-10-31 +csv +succeeded[\s\S]*xlsx +succeeded/);
    expect(run.code).toBe(0);
    const history = await said("exports --schedule monthly");
    expect(history.stdout).toMatch(/^ID +STATUS +REPORT +DAYS +CURRENCY +SIZE +ROWS +BY +CREATED \(UTC\)/);
    expect(history.stdout.match(/ succeeded .*2026-10-01/g)).toHaveLength(2);
    expect((await said("schedules")).stdout).toMatch(/monthly +profitability\/projects\.csv\+xlsx .* Europe\/Berlin/);
    const backfill = await said("backfill monthly --from 2026-09 --to 2026-10 --dry-run");
    expect(backfill.stdout).toMatch(/2 periods[\s\S]*1 are there already\n +1 to make: 2 Toggl requests/);
    expect(await said("backfill nope --from 2026-09 --to 2026-10")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("has no schedule nope; it has monthly."),
    });
  });

  it("finds everything fine in the doctor's eyes", async () => {
    const { code, stdout } = await said("doctor");
    expect(code).toBe(0);
    expect(stdout).toMatch(/link readable +ok/);
  });

  it.each([
    ["quota-spent", "trends --from 2026-10-01 --to 2026-10-31", 5],
    ["feature-missing", "trends --from 2026-10-01 --to 2026-10-31", 4],
    ["gone", "trends --from 2026-10-01 --to 2026-10-31", 6],
  ] as const)("ends on %s with %s as a program can tell", async (fault, words, code) => {
    product.simulator.misbehave(fault);
    const ended = await said(words);
    expect(product.simulator.planned).toEqual([]);
    expect(ended.code).toBe(code);
    expect(ended.stderr.trim().split("\n").length).toBe(1);
    expect(ended.stderr).toMatch(/^[A-Z].*\.\n$/);
  });

  it.each([
    ["exports --colour", 2, /^There is no flag --colour\./],
    ["exports --status lost", 2, /^--status must be queued, running, .*; it is lost\./],
    ["exports --workspace 42", 4, /^Workspace 42 is not in this deployment's configuration\./],
    ["backfill monthly --from 2026-03 --to 2026-01", 2, /^--from \(2026-03-01\) must not be after/],
    ["run nope", 3, /has no schedule of this name; it has monthly\./],
    ["trends --period last-month", 2, /^--period must be previous-day/],
    ["exports --stack One", 2, /^Name either --api or --stack, not both\./],
  ])("answers %j with one clear sentence", async (words, code, message) => {
    const ended = await said(words);
    expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
  });

  it("lists what there is to do where nothing is said", async () => {
    expect(await command("", "")).toMatchObject({ code: 0, stdout: expect.stringContaining("toggl-insights doctor") });
  });

  it("says what to start where nothing answers", async () => {
    const ended = await command("exports", "http://127.0.0.1:1024");
    expect(ended).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)\. Start the product with .*npm start, or/),
    });
  });

  it("has help with an example for each command", async () => {
    for (const name of ["export", "trends", "exports", "schedules", "run", "backfill", "doctor", "console"]) {
      expect((await said(`${name} --help`, "")).stdout, name).toMatch(
        new RegExp(`Examples:\\s+toggl-insights ${name}`),
      );
    }
  });
});

it("serves the console for an API that runs elsewhere, and ends when it is told to", async () => {
  const args = [program, "console", "--port", "0", "--api", product.local.url];
  const env = { PATH: process.env.PATH ?? "", INSIGHTS_CONFIG: product.local.settings.configFile };
  const child = spawn(process.execPath, args, { env, cwd: folder });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const [, url = ""] = /is at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(said.toString()) ?? [];
  const page = await (await fetch(url)).text();
  const script = /src="(\/assets\/app-[^"]+\.js)"/.exec(page)?.[1] ?? "";
  expect((await fetch(new URL(script, url))).headers.get("content-type")).toMatch(/^text\/javascript/);
  expect((await fetch(new URL("/api/workspace/1234567/exports", url))).status).toBe(403); // without the page's token
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
