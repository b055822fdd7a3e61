import { spawn } from "node:child_process";
import { printLine } from "../cli/output.ts";

/** Tells which part of a longer work begins. */
export function step(name: string): void {
  printLine("");
  printLine({ text: `=== ${name}`, style: "bold" });
}

/**
 * Runs a program with this terminal.
 * @throws Error if it fails
 */
export async function run(program: string, ...args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`\`${[program, ...args].join(" ")}\` failed, so nothing further was done.`);
}
