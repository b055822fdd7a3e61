import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readReport, togglReports } from "../../../lambdas/adapters/toggl/report-download.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { Listening } from "../../../local/listening.ts";
import { serveFetch } from "../../../local/serve-fetch.ts";
import { type FaultName, faults } from "../../../local/toggl-simulator/faults.ts";
import { serveSimulator } from "../../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../../local/toggl-simulator/toggl-simulator.ts";
import { isRefused, type Outcome } from "../../faults/outcome.ts";
import { csvFaults, jsonFaults, xlsxFaults } from "../../faults/toggl-faults.ts";
import { clientOf, request, withinMs } from "./client.ts";

let scratch: string;
let simulator: TogglSimulator;
let toggl: Listening;

beforeAll(async () => {
  simulator = togglSimulator({ tokens: ["token"], rateLimit: false, quota: 10_000 });
  toggl = await serveSimulator(simulator);
  return () => toggl.close();
});
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "scratch-"));
  vi.stubEnv("TMPDIR", scratch);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true });
});

/** Whose time is up a moment after Toggl has the request, however busy this machine is. */
function overOnceAsked(): Deadline {
  const over = new AbortController();
  const asked = simulator.requests.length;
  vi.waitUntil(() => simulator.requests.length > asked, { timeout: 20_000, interval: 5 })
    .then(() => sleep(50)) // what is sent of the answer has arrived by then
    .finally(() => over.abort(new DOMException("The time is up", "TimeoutError")));
  return { signal: over.signal, remainingMs: () => (over.signal.aborted ? 0 : 10_000) };
}

const download = (format: "csv" | "xlsx", { deadline = withinMs(10_000), maxBytes = 1_000_000 } = {}) => {
  const client = clientOf(toggl.url);
  const parameters = { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" };
  const order = { workspace_id: 1, report: "profitability/projects", format, parameters } as const;
  return togglReports(client, maxBytes).report(order, deadline);
};

describe.each([
  ["csv", csvFaults],
  ["xlsx", xlsxFaults],
] as const)("%s", (format, outcomes) => {
  it.each(Object.entries(outcomes) as [FaultName, Outcome][])("%s", async (fault, outcome) => {
    simulator.misbehave(fault, outcome.requests);
    const before = simulator.requests.length;
    const isSilent = isRefused(outcome) && outcome.code === "toggl_timeout";
    const result = await download(format, isSilent ? { deadline: overOnceAsked() } : {}).catch((error) => error);
    expect(simulator.requests.length - before, faults[fault].description).toBe(outcome.requests);
    if (isRefused(outcome)) {
      expect(result).toBeInstanceOf(Failure);
      expect(result.kind).toBe(outcome.code);
    } else {
      expect(result.warnings.map(({ code }: { code: string }) => code)).toEqual(outcome.warnings);
      if (outcome.rows !== undefined) expect(result.rows).toBe(outcome.rows);
      await result.discard();
    }
    expect(await readdir(scratch)).toEqual([]);
  });
});

it("has an outcome in its table for every fault there is", () => {
  expect(Object.keys({ ...csvFaults, ...xlsxFaults, ...jsonFaults }).sort()).toEqual(Object.keys(faults).sort());
});

it.each(["server-error", "reset-in-body", "cut-with-length"] as const)("gets the file after one %s", async (fault) => {
  simulator.misbehave(fault);
  const report = await download("csv");
  expect(report).toMatchObject({ rows: 40, toggl: { requests: 2 } });
  await report.discard();
});

it("does not repeat the token that a server echoes", async () => {
  const echo = await serveFetch(
    async ({ headers }) => new Response(`No: ${headers.get("authorization")} token`, { status: 400 }),
  );
  const client = clientOf(echo.url, { token: "canary-token" });
  const failure = await client.ask(request, async () => {}, withinMs(5000)).catch((error) => error);
  await echo.close();
  expect(failure).toMatchObject({ kind: "toggl_rejected", message: expect.stringContaining("No: Basic [token]") });
  expect(failure.message).not.toContain(Buffer.from("canary-token:api_token").toString("base64"));
});

it("names the columns as the file that is kept has them, so that it has the same ones when it is found again", async () => {
  const bodyOf = (pieces: readonly Buffer[]) => ({
    [Symbol.asyncIterator]: () =>
      (async function* () {
        yield* pieces;
      })(),
    isProvenWhole: () => true,
  });
  const options = { maxBytes: 1_000_000, deadline: withinMs(10_000) };
  for (const header of ['=Total,"+A, B",Project', "\ufeff@Hours,Project", "Project,Hours"]) {
    const came = [Buffer.from(`${header}\r\n1,2,3\r\n`)];
    const first = await readReport.csv(bodyOf(came), { ...options, spreadsheet_safe: true });
    const again = await readReport.csv(bodyOf([await readFile(first.path)]), options);
    expect(first.columns).toEqual(again.columns);
    const plain = await readReport.csv(bodyOf(came), options);
    expect(first.columns?.map((name) => name.replace(/^'/, ""))).toEqual(plain.columns);
    for (const file of [first, again, plain]) await file.discard();
  }
});
