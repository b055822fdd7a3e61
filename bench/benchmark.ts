import { cpus } from "node:os";
import { measureExports } from "./exports.ts";
import { measureQueue } from "./queue.ts";
import { measureSizes } from "./sizes.ts";
import { type Row, startStage } from "./stage.ts";
import { measureStarts } from "./starts.ts";

/** Measures everything in one run, and prints the table of docs/performance.md. */
export async function runBenchmark(): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.version}`;
  if (!process.version.startsWith("v24.")) console.log("Lambda runs Node.js 24: run this on it for its figures.\n");
  console.log(`${date}, ${machine}. Compare within a row only.\n\n| | here | otherwise | target |\n|---|---|---|---|`);
  const print = (rows: readonly Row[]) => console.log(rows.map(lineOf).join("\n"));
  print(measureSizes());
  const stage = await startStage();
  try {
    print(await measureStarts(stage));
    print(await measureExports(stage));
    print(await measureQueue(stage));
  } finally {
    await stage.close();
  }
}

function lineOf({ what, here, otherwise = "", target = "", met }: Row): string {
  return `| ${what} | ${here} | ${otherwise} | ${met === false ? `missed: ${target}` : target} |`;
}
