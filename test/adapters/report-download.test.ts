import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { rawFetch } from "../../lambdas/adapters/raw-fetch.ts";
import { reportDownload } from "../../lambdas/adapters/report-download.ts";
import { togglClient } from "../../lambdas/adapters/toggl-client.ts";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { Failure, type FailureKind } from "../../lambdas/core/failure.ts";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { type FaultName, faults } from "../../local/toggl-simulator/faults.ts";
import { serveSimulator } from "../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../local/toggl-simulator/toggl-simulator.ts";

const token = "token";
let scratch: string;
let simulator: TogglSimulator;
let toggl: Listening;

beforeAll(async () => {
  simulator = togglSimulator({ tokens: [token], rateLimit: false, quota: 10_000 });
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

const withinMs = (milliseconds: number): Deadline => {
  const endsAt = Date.now() + milliseconds;
  return { signal: AbortSignal.timeout(milliseconds), remainingMs: () => Math.max(0, endsAt - Date.now()) };
};

const download = (format: "csv" | "xlsx", { milliseconds = 10_000, maxBytes = 10_000_000 } = {}) => {
  const tokens = { read: async () => token, renew: async () => token };
  const client = togglClient({
    baseUrl: toggl.url,
    tokens,
    fetch: rawFetch,
    now: Date.now,
    random: () => 0,
    retry: "while-waiting",
  });
  const parameters = { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" };
  const order = { workspace_id: 1, report: "profitability/projects", format, parameters } as const;
  return reportDownload({ toggl: client, maxBytes })(order, withinMs(milliseconds));
};

/** What comes of each fault: refused with a kind after so many requests, or taken with these warnings. */
type Outcome = { kind: FailureKind; requests?: number; milliseconds?: number } | { warnings: string[]; rows?: number };

const sound = (...warnings: string[]) => ({ warnings });
const refused = (kind: FailureKind, requests = 1): Outcome => ({ kind, requests });
const silent: Outcome = { kind: "toggl_timeout", milliseconds: 300 };

const csv: Record<Exclude<FaultName, "cut-workbook" | "workbook-without-directory">, Outcome> = {
  "quota-spent": refused("toggl_quota_exhausted"),
  "quota-spent-without-headers": refused("toggl_quota_exhausted"),
  "feature-missing": refused("toggl_feature_required"),
  "bad-request": refused("toggl_rejected"),
  "error-object": refused("toggl_rejected"),
  "error-bare-text": refused("toggl_unavailable", 3),
  "error-empty": refused("toggl_unavailable", 3),
  "not-admin": refused("toggl_credentials_rejected", 2),
  "login-failed": refused("toggl_credentials_rejected", 2),
  "server-error": refused("toggl_unavailable", 3),
  "bad-gateway": refused("toggl_unavailable", 3),
  gone: refused("toggl_gone"),
  throttled: refused("toggl_rate_limited", 3),
  "throttled-with-retry-after": refused("toggl_rate_limited", 3),
  "throttled-with-date": refused("toggl_rate_limited"),
  "removal-warning": sound(),
  redirect: refused("toggl_unexpected"),
  "reset-before-headers": refused("toggl_unavailable", 3),
  "reset-in-headers": refused("toggl_unavailable", 3),
  "reset-in-body": refused("toggl_unavailable", 3),
  "cut-with-length": refused("toggl_unavailable", 3),
  "cut-in-chunk": refused("toggl_unavailable", 3),
  "cut-between-chunks": refused("toggl_invalid_file"),
  "cut-at-close": refused("toggl_invalid_file"),
  "stall-before-headers": silent,
  "stall-in-body": silent,
  drip: silent,
  endless: refused("toggl_file_too_large"),
  gzip: sound(),
  "truncated-gzip": refused("toggl_invalid_file"),
  "html-page": refused("toggl_invalid_file"),
  "json-error": refused("toggl_invalid_file"),
  "empty-body": refused("toggl_invalid_file"),
  "header-only": { warnings: [], rows: 0 },
  "byte-order-mark": sound(),
  crlf: sound(),
  "blank-lines": sound("blank_lines"),
  "ragged-row": sound("ragged_records"),
  "short-last-row": refused("toggl_invalid_file"),
  "open-quote": refused("toggl_invalid_file"),
  "no-last-newline": sound(),
  "no-last-newline-no-length": refused("toggl_invalid_file"),
  "invalid-utf8": refused("toggl_invalid_file"),
  "other-format": refused("toggl_invalid_file"),
  "zip-without-workbook": refused("toggl_invalid_file"),
};

const xlsx: Partial<Record<FaultName, Outcome>> = {
  "cut-with-length": refused("toggl_unavailable", 3),
  "cut-between-chunks": refused("toggl_invalid_file"),
  "cut-at-close": refused("toggl_invalid_file"),
  endless: refused("toggl_file_too_large"),
  gzip: sound(),
  "truncated-gzip": refused("toggl_invalid_file"),
  "html-page": refused("toggl_invalid_file"),
  "json-error": refused("toggl_invalid_file"),
  "empty-body": refused("toggl_invalid_file"),
  "other-format": refused("toggl_invalid_file"),
  "cut-workbook": refused("toggl_invalid_file"),
  "workbook-without-directory": refused("toggl_invalid_file"),
  "zip-without-workbook": refused("toggl_invalid_file"),
};

describe.each([
  ["csv", csv],
  ["xlsx", xlsx],
] as const)("%s", (format, outcomes) => {
  it.each(Object.entries(outcomes) as [FaultName, Outcome][])("%s", async (fault, outcome) => {
    simulator.misbehave(fault, "kind" in outcome ? (outcome.requests ?? 1) : 1);
    const before = simulator.requests.length;
    const milliseconds = "kind" in outcome ? outcome.milliseconds : undefined;
    const result = await download(format, milliseconds === undefined ? {} : { milliseconds }).catch((error) => error);
    expect(simulator.requests.length - before, faults[fault].description).toBe(
      "kind" in outcome ? (outcome.requests ?? 1) : 1,
    );
    if ("kind" in outcome) {
      expect(result).toBeInstanceOf(Failure);
      expect(result.kind).toBe(outcome.kind);
    } else {
      expect(result.warnings.map(({ code }: { code: string }) => code)).toEqual(outcome.warnings);
      if (outcome.rows !== undefined) expect(result.rows).toBe(outcome.rows);
      await result.discard();
    }
    expect(await readdir(scratch)).toEqual([]);
  });
});

it("has an outcome in its table for every fault there is", () => {
  expect(Object.keys({ ...csv, ...xlsx }).sort()).toEqual(Object.keys(faults).sort());
});

it.each(["server-error", "reset-in-body", "cut-with-length"] as const)("gets the file after one %s", async (fault) => {
  simulator.misbehave(fault);
  const report = await download("csv");
  expect(report).toMatchObject({ rows: 40, toggl: { requests: 2 } });
  await report.discard();
});

it("does not repeat the token that a server echoes", async () => {
  const echo = await serveFetch(
    async (request) => new Response(`No: ${request.headers.get("authorization")} ${token}`, { status: 400 }),
  );
  const tokens = { read: async () => "canary-token", renew: async () => "canary-token" };
  const client = togglClient({
    baseUrl: echo.url,
    tokens,
    fetch: rawFetch,
    now: Date.now,
    random: () => 0,
    retry: "while-waiting",
  });
  const request = { workspaceId: 1, path: "trends/projects.csv", parameters: {} };
  const failure = await client.ask(request, async () => {}, withinMs(5000)).catch((error) => error);
  await echo.close();
  expect(failure).toMatchObject({ kind: "toggl_rejected", message: expect.stringContaining("No: Basic [token]") });
  expect(failure.message).not.toContain(Buffer.from("canary-token:api_token").toString("base64"));
});
