import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { startFaultyS3 } from "../e2e/faulty-s3.ts";
import { arriveLate, startProduct, workspaceId } from "../e2e/product.ts";
import { type FaultCase, faultCases } from "../faults/cases.ts";
import { isRefused } from "../faults/outcome.ts";
import { type Observed, ordinaryCall, runCase } from "../faults/run-case.ts";
import { configFile } from "../lib/synthesized.ts";
import { textTable } from "../text-table.ts";

/** A limit that a body without an end reaches soon. */
const config = configFile({
  workspaces: [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }],
  max_file_megabytes: 2,
});

/** The port is of no matter: nobody is asked in clear. */
let plain: Listening;
const cases = faultCases("http://127.0.0.1:PORT");
const observed = new Map<FaultCase, Observed>();

/** Cases that end when the caller's time is up; so that nobody waits for 25 s, most of it is over when they begin. */
const isSlow = ({ outcome, name }: FaultCase) =>
  isRefused(outcome) && (outcome.code === "toggl_timeout" || name.startsWith("silent"));
const overSeconds = 17;

/** A function reads a rejected token's secret again once a minute, so who looks at that needs a fresh one. */
const isAboutTokens = ({ area, outcome }: FaultCase) =>
  area === "secret" || (isRefused(outcome) && outcome.code === "toggl_credentials_rejected");

/** Groups that share a process of each function: few retries in each, or the retry budget would show. */
function groupsOf(quick: readonly FaultCase[]): FaultCase[][] {
  const groups: FaultCase[][] = quick.filter(isAboutTokens).map((one) => [one]);
  let retried = 4;
  for (const one of quick.filter((other) => !isAboutTokens(other))) {
    if (one.outcome.requests > 2) retried++;
    if (retried > 4) [retried] = [one.outcome.requests > 2 ? 1 : 0, groups.push([])];
    groups.at(-1)?.push(one);
  }
  return groups;
}

/** Runs groups on one product, each with fresh processes. */
async function runGroups(next: () => FaultCase[] | undefined, settings: FaultCase["settings"] = {}): Promise<void> {
  const s3 = await startFaultyS3();
  const port = new URL(plain.url).port;
  const own = Object.entries(settings).map(([name, value]) => [name, value.replace("PORT", port)]);
  const product = await startProduct({
    ...s3.env,
    INSIGHTS_CONFIG: config,
    ...Object.fromEntries(own),
  });
  for (let group = next(); group; group = next()) {
    for (const one of group) {
      // What is silent has to be asked first: the function's process has started by then.
      if (isSlow(one) && one.area !== "secret") await ordinaryCall(one, product);
      if (isSlow(one)) arriveLate(product.local.functions.values(), overSeconds);
      observed.set(one, await runCase(one, product, s3));
    }
    for (const hosted of product.local.functions.values()) await hosted.crash();
  }
  await product.close();
  await s3.close();
}

beforeAll(async () => {
  plain = await listenOnLoopback(createServer(), 0);
  const quick = groupsOf(cases.filter((one) => !isSlow(one) && !one.settings));
  const alone = (one: FaultCase) => {
    const groups = [[one]];
    return runGroups(() => groups.pop(), one.settings);
  };
  const work = () => runGroups(() => quick.shift());
  await Promise.all([...cases.filter((one) => isSlow(one) || one.settings).map(alone), work(), work(), work()]);
  return () => plain.close();
}, 400_000);

afterAll(() => console.log(table()));

describe.each(cases)("$area: $name ($format)", (one) => {
  it("ends as the table says", () => {
    const seen = observed.get(one);
    const { outcome } = one;
    if (isRefused(outcome)) {
      const { status, code, requests, orphan } = outcome;
      // An answer that comes too late for API Gateway has a code of the gateway's own.
      expect(seen).toMatchObject({ status, code, requests, files: orphan ? 1 : 0, records: 0 });
      expect(seen?.contentType).toBe("application/problem+json");
      if (code === "toggl_timeout") expect(seen?.detail).toContain("respond-async");
      if (code === "toggl_credentials_rejected") expect(seen?.retryable).toBe(false);
      if (code === "toggl_quota_exhausted" || one.name === "throttled-with-date") {
        expect(seen?.retryAfter).toBeGreaterThan(100);
      }
      if (code === "toggl_rate_limited") expect(seen?.retryAfter).toBeGreaterThan(0);
    } else if (one.format === "json") {
      expect(seen).toMatchObject({ status: 200, requests: outcome.requests, files: 0, records: 0 });
    } else {
      const { warnings, requests } = outcome;
      expect(seen).toMatchObject({ status: 201, requests, files: 1, records: 1, isRightFile: true, warnings });
      if (outcome.rows !== undefined) expect(seen?.rows).toBe(outcome.rows);
    }
    expect(seen?.leftovers).toEqual([]);
    expect(seen?.leaks).toEqual([]);
    if (!one.settings) expect(seen?.nextStatus).toBe(one.format === "json" ? 200 : 201);
  });
});

/** So that a reader sees what is covered, and what came of it. */
function table(): string {
  const rows = cases.map((one) => {
    const seen = observed.get(one);
    const stored = seen?.records ? "the file" : seen?.files ? "an orphan" : "nothing";
    return [
      one.area,
      one.name,
      one.format,
      String(seen?.status),
      seen?.code ?? seen?.warnings.join(" ") ?? "",
      String(seen?.requests),
      stored,
      `${((seen?.milliseconds ?? 0) / 1000).toFixed(1)} s`,
    ];
  });
  const head = ["area", "what goes wrong", "asked", "status", "code or warnings", "requests", "stored", "time"];
  const damaged = cases.filter(({ outcome }) => isRefused(outcome));
  const sound = cases.filter(({ outcome }) => !isRefused(outcome));
  const wrongly = (list: FaultCase[], isWrong: (seen?: Observed) => boolean) =>
    list.filter((one) => isWrong(observed.get(one))).length;
  return [
    textTable([head, ...rows]),
    `${cases.length} cases: ${damaged.length} to refuse, ${wrongly(damaged, (seen) => (seen?.records ?? 0) > 0)} of them published; ` +
      `${sound.length} sound, ${wrongly(sound, (seen) => (seen?.status ?? 500) >= 400)} of them refused. ` +
      `${cases.filter((one) => observed.get(one)?.leaks.length === 0).length} leaked no token, key or signature.`,
  ].join("\n");
}
