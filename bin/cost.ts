import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printLine, printText } from "../cli/output.ts";
import { insightsApp } from "../lib/insights-app.ts";
import { runCommand } from "./command.ts";
import { type CostLine, costsOf } from "./costs.ts";

const usage = `npm run cost
  What the stack of insights.config.json costs in a month while it is idle, and for a thousand exports: computed from the
  synthesized template and AWS's list prices, without what is free.`;

await runCommand(usage, async () => {
  parseArgs({ options: {} });
  const configFile = process.env.INSIGHTS_CONFIG ?? "insights.config.json";
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
  return 0;
});

function print(title: string, lines: readonly CostLine[]): void {
  printLine(title);
  const width = Math.max(...lines.map(({ what }) => what.length));
  for (const { what, dollars, because } of lines) {
    printLine(`  ${what.padEnd(width)}  ${dollars.toFixed(3).padStart(8)}  ${because}`);
  }
  const sum = lines.reduce((total, { dollars }) => total + dollars, 0);
  printText(`  ${"together".padEnd(width)}  ${sum.toFixed(3).padStart(8)}  $\n`);
}
