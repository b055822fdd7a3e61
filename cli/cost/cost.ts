import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { insightsApp } from "../../lib/insights-app.ts";
import { printLine, printText } from "../output.ts";
import { type CostLine, costsOf } from "./costs.ts";

/**
 * Prints what the stack of a configuration costs, computed from the template that is synthesized for it.
 * @throws ConfigFault
 */
export function printCosts(configFile: string): void {
  const outdir = mkdtempSync(join(tmpdir(), "cost-"));
  const { app, stack } = insightsApp({
    configFile,
    outdir,
    context: { "aws:cdk:bundling-stacks": [] },
    validate: false,
  });
  app.synth();
  const template = JSON.parse(readFileSync(join(outdir, `${stack.stackName}.template.json`), "utf8"));
  const { idle, perThousand, source } = costsOf(template);
  print("Idle, for a month", idle);
  print("For 1,000 exports that callers wait for (3 s each)", perThousand.waited);
  print("For 1,000 exports in the background (5 s each)", perThousand.background);
  printLine(`${source} Not in it: storage of your files ($0.0245 a GB and month), logs, data transfer, taxes.`);
}

function print(title: string, lines: readonly CostLine[]): void {
  printLine(title);
  const width = Math.max(...lines.map(({ what }) => what.length));
  for (const { what, dollars, because } of lines) {
    printLine(`  ${what.padEnd(width)}  ${dollars.toFixed(3).padStart(8)}  ${because}`);
  }
  const sum = lines.reduce((total, { dollars }) => total + dollars, 0);
  printText(`  ${"together".padEnd(width)}  ${sum.toFixed(3).padStart(8)}  $\n`);
}
