import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { StoppedShort, UsageError } from "../exit-codes.ts";
import type { Output } from "../output.ts";

/**
 * Sees that a command which synthesizes or builds something runs where the sources are: the installed package has none.
 * @throws UsageError that says where to run it
 */
export function needsRepository(command: string): void {
  if (["cdk.json", "lambdas/contract.ts", "node_modules/aws-cdk-lib"].every((path) => existsSync(path))) return;
  throw new UsageError(
    `toggl-insights ${command} works on the sources of Toggl Insights: run it in the folder of a clone of its repository, after npm ci there.`,
  );
}

/** Tells which part of a longer work begins. */
export function step(name: string, { tell }: Pick<Output, "tell">): void {
  tell("");
  tell({ text: `=== ${name}`, style: "bold" });
}

/**
 * Runs a program with this terminal; what it prints goes beside a result that is for a program.
 * @throws StoppedShort if it fails
 */
export async function run({ isJson }: Pick<Output, "isJson">, program: string, ...args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ["inherit", isJson ? process.stderr : "inherit", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new StoppedShort(`\`${[program, ...args].join(" ")}\` failed, so nothing further was done.`);
}
