import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";

/** Runs `npm start` in a process group of its own, as a terminal does, with its files in a folder. */
export function npmStartIn(directory: string, settings: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LOCAL_DATA_DIR: directory, PORT: "0", ...settings };
  const child = spawn("npm", ["start"], { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      output += piece;
    });
  }
  const exited = once(child, "exit");
  return {
    output: () => output,
    exited,
    ready: () => expect.poll(() => output, { timeout: 110_000, interval: 50 }).toContain("Ctrl-C stops it"),
    /** Ctrl-C reaches the whole group. */
    interrupt: () => process.kill(-(child.pid ?? 0), "SIGINT"),
    alone: () => child.kill("SIGTERM"),
  };
}
