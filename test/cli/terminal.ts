import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** Whether util-linux's `script` is here, which gives a program a terminal of its own. */
export const hasTerminal = isUtilLinux();

if (!hasTerminal) {
  console.warn(
    "\n!!! NO `script` OF UTIL-LINUX HERE: CTRL-C AT A TERMINAL IS NOT TESTED.\n" +
      "!!! INSTALL IT (apt-get install bsdutils) TO TEST IT.\n",
  );
}

function isUtilLinux(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

/** A program in a terminal, at whose keyboard the test sits. */
export interface Terminal {
  /** All that the terminal was sent so far. */
  readonly seen: () => string;
  /** Types as a keyboard does: Ctrl-C is the character 3. */
  type(keys: string): void;
  /** Settles with the program's exit status, 128 and the signal's number where one ended it. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

/** @param words a program and its arguments */
export function inTerminal(words: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Terminal {
  const line = `stty cols 100 rows 30; exec ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")}`;
  const child: ChildProcess = spawn("script", ["-qfec", line, "/dev/null"], {
    ...options,
    env: { ...options.env, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let seen = "";
  child.stdout?.on("data", (piece) => (seen += piece));
  return {
    seen: () => seen,
    type: (keys) => void child.stdin?.write(keys),
    ended: once(child, "exit").then(([code]) => code),
    kill: () => void child.kill("SIGKILL"),
  };
}
