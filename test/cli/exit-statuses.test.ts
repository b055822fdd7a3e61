import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failureKinds } from "../../api/problems.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { runCommandLine } from "../../cli/command-line.ts";
import { planBackfill } from "../../client/backfill-plan.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

const schedule = {
  name: "monthly",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  refresh_previous: 0,
  previous_period: "none",
  parameters: { currency: "usd" },
} satisfies ConfiguredSchedule;

const [run] = planBackfill(schedule, { from: "2026-09", to: "2026-09" }, Date.parse("2026-11-15T00:00:00Z")).runs;
const [csvId = "", xlsxId = ""] = run?.exports.map(({ id }) => id) ?? [];

const bytes = Buffer.from("Project,Hours\nApp,1.5\n");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const problem = {
  code: "toggl_feature_required",
  title: "t",
  detail: "The plan lacks it.",
  status: 402,
  retryable: false,
};

/** An export as it looks in a state. */
function exportIn(state: string, id = csvId) {
  return {
    id,
    status: state,
    workspace_id: 7,
    report: "profitability/projects",
    format: "csv",
    parameters: { start_date: "2026-09-01", end_date: "2026-09-30", currency: "usd" },
    created_at: "2026-10-03T06:00:00Z",
    ...(state === "deferred" && {
      resumes_at: "2026-10-03T07:00:00Z",
      problem: { ...problem, code: "toggl_quota_exhausted" },
    }),
    ...(state === "failed" && { problem }),
    ...(state === "succeeded" && {
      file: { key: "exports/september.csv", bytes: bytes.length, sha256 },
      download_url: `${api.url}/file`,
    }),
  };
}

/** How each export looks each time that it is looked at; the last state stays. `none` is a 404. */
type Looks = Readonly<Record<string, readonly string[]>>;

let api: Listening;
let looks = new Map<string, string[]>();
let posts: { path: string; body: unknown }[] = [];
/** What every POST is answered with in place of the ordinary. */
let refusal: { status: number; body: unknown } | undefined;

beforeAll(async () => {
  const server = createServer(async (request, response) => {
    const { method, url = "" } = request;
    const sent = Buffer.concat(await request.toArray()).toString();
    if (url === "/file") return void response.end(bytes);
    if (method === "POST") {
      posts.push({ path: url, body: sent === "" ? undefined : JSON.parse(sent) });
      if (refusal) return answer(response, refusal.status, refusal.body);
      const exports = [exportIn("queued", csvId), exportIn("queued", xlsxId)];
      const isRun = url.endsWith("/runs");
      return answer(
        response,
        202,
        isRun ? { schedule: "monthly", occurrence: "2026-10-03T06:00:00Z", exports } : exports[0],
      );
    }
    if (url.endsWith("/schedules")) return answer(response, 200, { schedules: [schedule] });
    const id = url.split("/").at(-1) ?? "";
    const states = looks.get(id) ?? [];
    const state = (states.length > 1 ? states.shift() : states[0]) ?? "none";
    if (state === "none") return answer(response, 404, { ...problem, code: "export_not_found", status: 404 });
    answer(response, 200, exportIn(state, id));
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Runs a command against the API, as a program would. */
async function ends(words: string, seen: Looks = {}, refused?: typeof refusal) {
  looks = new Map(Object.entries(seen).map(([id, states]) => [id, [...states]]));
  posts = [];
  refusal = refused;
  const written = { out: "", err: "" };
  const catching = (stream: NodeJS.WriteStream, name: "out" | "err") =>
    vi.spyOn(stream, "write").mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  const spies = [catching(process.stdout, "out"), catching(process.stderr, "err")];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await runCommandLine([...words.split(" "), "-w", "7", "--api", api.url], "0.0.0");
    return { ...written, status: process.exitCode ?? 0 };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const target = () => join(mkdtempSync(join(tmpdir(), "exit-")), "september.csv");
const exportWords = "export profitability/projects --currency usd --from 2026-09-01 --to 2026-09-30 --out";

describe("an export", () => {
  it.each<[string, readonly string[], number]>([
    ["is made", ["queued", "running", "succeeded"], 0],
    ["is made after it waited for the quota", ["deferred", "succeeded"], 0],
    ["fails", ["running", "failed"], 1],
    ["fails after it waited for the quota", ["deferred", "failed"], 1],
  ])("that %s", async (_, states, status) => {
    for (const json of [false, true]) {
      const out = target();
      const ended = await ends(`${exportWords} ${out}${json ? " --json" : ""}`, { [csvId]: states });
      expect(ended.status).toBe(status);
      expect(existsSync(out)).toBe(status === 0);
      if (status === 0) expect(readFileSync(out)).toEqual(bytes);
      const result = json ? JSON.parse(ended.out) : ended.out;
      if (json) expect(result).toMatchObject(status === 0 ? { id: csvId, saved_as: out } : { id: csvId, problem });
      else expect(result).toMatch(status === 0 ? /^Saved / : /failed: The plan lacks it\./);
    }
  });

  it("that is not waited for is fine once it is queued", async () => {
    expect(await ends(`${exportWords} ${target()} --no-wait --json`)).toMatchObject({ status: 0 });
  });
});

/** The status of the command for each that the API has. */
const statuses: [httpStatus: number, status: number][] = [
  [400, 2],
  [401, 4],
  [402, 4],
  [403, 4],
  [404, 3],
  [406, 2],
  [409, 5],
  [413, 2],
  [415, 2],
  [422, 2],
  [429, 5],
  [500, 6],
  [502, 6],
  [503, 6],
  [504, 6],
];

describe("what the API refuses", () => {
  it.each(statuses)("with %d ends export, run and backfill with %d", async (httpStatus, status) => {
    const refused = { status: httpStatus, body: { ...problem, code: "internal_error", status: httpStatus } };
    for (const words of [`${exportWords} ${target()}`, "run monthly", "backfill monthly --from 2026-09 --to 2026-09"]) {
      const ended = await ends(words, {}, refused);
      expect([words, ended.status]).toEqual([words, status]);
      expect(ended.err).toBe("The plan lacks it.\n");
      const asJson = await ends(`${words} --json`, {}, refused);
      expect([words, asJson.status, asJson.out]).toEqual([words, status, ""]);
      expect(JSON.parse(asJson.err)).toEqual(refused.body);
    }
  });

  it.each(["toggl_credentials_rejected", "token_not_set"])(
    "as %s is about the token, whatever the status",
    async (code) => {
      expect(failureKinds).toContain(code);
      expect(await ends("run monthly", {}, { status: 503, body: { ...problem, code } })).toMatchObject({ status: 4 });
    },
  );

  it("in no words of the API's own is another server's", async () => {
    for (const [httpStatus, status] of [
      [404, 6],
      [403, 4],
      [429, 5],
      [500, 6],
    ] as const) {
      expect(await ends("run monthly --json", {}, { status: httpStatus, body: "no" })).toMatchObject({ status });
    }
  });
});

describe("a run", () => {
  it.each<[string, Looks, number]>([
    ["makes all its files", { [csvId]: ["running", "succeeded"], [xlsxId]: ["succeeded"] }, 0],
    ["waits for the quota in between", { [csvId]: ["deferred", "succeeded"], [xlsxId]: ["succeeded"] }, 0],
    ["fails with its first file", { [csvId]: ["failed"], [xlsxId]: ["succeeded"] }, 1],
    ["fails with its last file", { [csvId]: ["succeeded"], [xlsxId]: ["failed"] }, 1],
    ["fails after it waited", { [csvId]: ["deferred", "failed"], [xlsxId]: ["succeeded"] }, 1],
  ])("that %s", async (_, states, status) => {
    expect(await ends("run monthly", states)).toMatchObject({ status });
    const { out, ...asJson } = await ends("run monthly --json", states);
    expect(asJson.status).toBe(status);
    const last = [csvId, xlsxId].map((id) => ({ id, status: states[id]?.at(-1) }));
    expect(JSON.parse(out)).toMatchObject({ schedule: "monthly", exports: last });
  });

  it("that is not waited for is fine, whatever becomes of it", async () => {
    const { out, status } = await ends("run monthly --no-wait --json", { [csvId]: ["failed"] });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ exports: [{ status: "queued" }, { status: "queued" }] });
  });
});

describe("a backfill", () => {
  const words = "backfill monthly --from 2026-09 --to 2026-09";

  it.each<[string, Looks, number]>([
    ["makes all", { [csvId]: ["none", "succeeded"], [xlsxId]: ["none", "succeeded"] }, 0],
    [
      "waits for the quota in between",
      { [csvId]: ["none", "deferred", "succeeded"], [xlsxId]: ["none", "succeeded"] },
      0,
    ],
    ["fails with one", { [csvId]: ["none", "succeeded"], [xlsxId]: ["none", "failed"] }, 1],
    ["fails after it waited", { [csvId]: ["none", "deferred", "failed"], [xlsxId]: ["none", "succeeded"] }, 1],
    ["has nothing to make", { [csvId]: ["succeeded"], [xlsxId]: ["succeeded"] }, 0],
  ])("that %s", async (_, states, status) => {
    expect(await ends(words, states)).toMatchObject({ status });
    const { out, ...asJson } = await ends(`${words} --json`, states);
    expect(asJson.status).toBe(status);
    const isOpen = states[csvId]?.[0] === "none";
    const made = [csvId, xlsxId].map((id) => ({ id, status: states[id]?.at(-1) }));
    expect(JSON.parse(out)).toMatchObject({ plan: { periods_to_make: isOpen ? 1 : 0 }, exports: isOpen ? made : [] });
    const asked = {
      path: "/workspace/7/schedules/monthly/runs",
      body: { occurrence: "2026-10-03T06:00:00Z", refresh: false },
    };
    expect(posts).toEqual(isOpen ? [asked] : []);
  });

  it("of a schedule that does not exist ends as whatever is not there", async () => {
    const { status, err } = await ends("backfill weekly --from 2026-09 --to 2026-09 --json");
    expect(status).toBe(3);
    expect(JSON.parse(err)).toEqual({
      code: "not_found",
      detail: "Workspace 7 has no schedule weekly; it has monthly.",
    });
  });

  it("that is only looked at makes nothing", async () => {
    const states = { [csvId]: ["none"], [xlsxId]: ["none"] };
    expect(await ends(`${words} --dry-run --json`, states)).toMatchObject({ status: 0 });
    expect(posts).toEqual([]);
  });
});

describe("a download", () => {
  it.each<[string, string, number, string?]>([
    ["of what is made", "succeeded", 0],
    ["of what failed", "failed", 1],
    ["of what is still queued", "queued", 5, "not_made_yet"],
    ["of what waits for the quota", "deferred", 5, "not_made_yet"],
    ["of what is being made", "running", 5, "not_made_yet"],
    ["of what there is not", "none", 3, "export_not_found"],
  ])("%s", async (_, state, status, code) => {
    for (const json of ["", " --json"]) {
      const ended = await ends(`download ${csvId} --out ${target()}${json}`, { [csvId]: [state] });
      expect(ended.status).toBe(status);
      if (json && code) expect(JSON.parse(ended.err)).toMatchObject({ code, detail: expect.any(String) });
    }
  });
});

it("ends with 7 where nothing answers, and says so to a program, too", async () => {
  const { url, close } = await listenOnLoopback(createServer(), 0);
  await close();
  for (const words of ["run monthly", "exports", "schedules", "backfill monthly --from 2026-09 --to 2026-09"]) {
    const spy = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const before = process.exitCode;
    await runCommandLine([...words.split(" "), "-w", "7", "--json", "--api", url], "0.0.0");
    const [status, said] = [process.exitCode, spy.mock.calls.map(([text]) => String(text)).join("")];
    process.exitCode = before;
    spy.mockRestore();
    expect([words, status]).toEqual([words, 7]);
    expect(JSON.parse(said).detail).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  }
});
