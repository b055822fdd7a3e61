import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { measureCommands } from "./commands.ts";
import { measureExports } from "./exports.ts";
import { measureHistory } from "./history.ts";
import { measureMemory } from "./memory.ts";
import { measureQueuedExports } from "./scheduled.ts";
import { measureSizes } from "./sizes.ts";
import { startStage } from "./stage.ts";
import { measureStarts } from "./starts.ts";
import { round } from "./statistics.ts";
import { targetsOf } from "./targets.ts";
import { measureWarmCalls } from "./warm.ts";

const resultsFile = "bench/results.json";

/** Measures everything in one run, prints it, and writes it to bench/results.json. */
export async function runBenchmark(): Promise<void> {
  const startedAt = Date.now();
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.version}`;
  console.log(`${machine}. Compare within this run only.\n`);
  if (!process.version.startsWith("v24.")) console.log("Lambda runs Node.js 24: run this on it for its figures.\n");

  const results = { date: new Date().toISOString().slice(0, 10), machine, ...(await runParts()) };
  const targets = targetsOf(results);
  console.log("Targets");
  console.table(targets);
  await writeFile(resultsFile, `${JSON.stringify({ ...results, targets }, null, 2)}\n`);
  console.log(`Written to ${resultsFile} after ${round((Date.now() - startedAt) / 1000, 0)} s.`);
}

/** Measures one thing after the other. */
export async function runParts() {
  const sizes = await part("Bundles, KB", measureSizes);
  const commands = await part("Commands, s", measureCommands);
  const stage = await startStage();
  try {
    return {
      sizes,
      commands,
      starts: await part("Starts, ms", () => measureStarts(stage)),
      exports: await part("Exports, MB/s and peak MB", () => measureExports(stage)),
      warm: await part("Warm calls, ms", () => measureWarmCalls(stage)),
      history: await part("History", () => measureHistory(stage)),
      memory: await part("Memory, MB, and what it buys", () => measureMemory(stage)),
      queued: await part("500 queued exports over 10 tokens", async () => [await measureQueuedExports(stage)]),
    };
  } finally {
    await stage.close();
  }
}

async function part<T extends object>(title: string, measure: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const result = await measure();
  console.log(`${title} (measured in ${round((Date.now() - startedAt) / 1000, 0)} s)`);
  console.table(Array.isArray(result) ? result.map(flat) : result);
  return result;
}

/** What lies deeper, in one cell. */
function flat(row: object): object {
  const cells = Object.entries(row).map(([name, value]) => {
    const text = typeof value === "object" ? Object.entries(value).map((entry) => entry.join(" ")) : undefined;
    return [name, text ? text.join(", ") : value];
  });
  return Object.fromEntries(cells);
}
