import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { round, timed } from "./statistics.ts";

/** Seconds that the commands take that everybody waits for. */
export async function measureCommands() {
  const directory = await mkdtemp(join(tmpdir(), "bench-commands-"));
  const synth = await timed(() => promisify(execFile)("npx", ["cdk", "synth", "--quiet", "--output", directory]));
  const start = await timed(() => startAndStop(directory));
  await rm(directory, { recursive: true, force: true });
  return { synth_s: round(synth.ms / 1000, 1), start_s: round(start.value / 1000, 1) };
}

/** Milliseconds until `npm start` takes calls. */
async function startAndStop(directory: string): Promise<number> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LOCAL_DATA_DIR: directory, PORT: "0" };
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  let said = "";
  for await (const piece of child.stdout) {
    said += piece;
    if (said.includes("Ctrl-C stops it")) break;
  }
  const ms = performance.now() - startedAt;
  process.kill(-(child.pid ?? 0), "SIGINT"); // its whole group, as Ctrl-C does
  await exited;
  return ms;
}
