import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { residentMegabytes } from "../../local/lambda/function-process.ts";
import type { FaultName } from "../../local/toggl-simulator/faults.ts";
import { type Product, startProduct } from "../e2e/product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct({ LOCAL_FUNCTION_PROCESSES: "3" }); // more would take longer to start than they save
});
afterAll(() => product.close());

const path = "trends/projects.csv";
const body = { start_date: "2026-10-01", end_date: "2026-10-07", project_ids: [1001, 1002] };

/** Faults that are told at once; those that are tried again would only add waiting. */
const faults: (FaultName | undefined)[] = [
  undefined,
  "html-page",
  undefined,
  "truncated-gzip",
  "gzip",
  "bad-request",
  undefined,
  "cut-between-chunks",
  "feature-missing",
  "redirect",
  undefined,
  "other-format",
  "open-quote",
  "cut-at-close",
  "gone",
  "header-only",
];

/** The processes of functions that this test hosts, by what Linux says of them. */
function functionProcesses(): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  return pids.filter((pid) => {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, "latin1").includes(
        `TOGGL_BASE_URL=${product.local.toggl.url}`,
      );
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("bootstrap.mjs");
    } catch {
      return false; // it has ended, or is not ours to look at
    }
  });
}

const openFiles = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return !readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("anon_inode");
    } catch {
      return false;
    }
  }).length;

it.runIf(process.platform === "linux")(
  "levels off in memory and open files over 2,000 mixed calls in one process",
  async () => {
    const samples: { memory: number; files: number }[] = [];
    let succeeded = 0;
    for (let call = 0; call < 2000; call++) {
      const fault = faults[call % faults.length];
      if (fault) product.simulator.misbehave(fault);
      const response = await product.post(path, body);
      await response.arrayBuffer();
      if (response.status === 201) succeeded++;
      if (call % 500 !== 499) continue;
      const [pid, ...others] = functionProcesses();
      expect(others).toEqual([]);
      samples.push({ memory: residentMegabytes(pid), files: openFiles(pid ?? 0) });
    }
    console.log(
      "after each 500 calls:",
      samples.map(({ memory, files }) => `${memory.toFixed(0)} MB, ${files} files`).join("; "),
    );
    expect(succeeded).toBe(
      2000 * (faults.filter((fault) => !fault || fault === "gzip" || fault === "header-only").length / faults.length),
    );
    const [first, , , last] = samples;
    expect(last?.files).toBeLessThanOrEqual((first?.files ?? 0) + 2);
    expect(last?.memory).toBeLessThan((first?.memory ?? 0) * 1.25);
  },
  240_000,
);

it("answers 200 callers at once", async () => {
  const responses = await Promise.all(Array.from({ length: 200 }, () => product.post(path, body)));
  expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 201));
});
