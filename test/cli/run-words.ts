import { vi } from "vitest";
import { prepareAwsEnvironment } from "../../cli/aws-environment.ts";
import { runCommandLine } from "../../cli/command-line.ts";

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/**
 * Runs the command line in this process, and gives what it wrote and how it ended: what it says needs no process.
 * @param env variables that are set meanwhile; undefined takes one away
 */
export async function runWords(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  const environment = { ...process.env };
  setVariables(env);
  prepareAwsEnvironment();
  try {
    await runCommandLine(words, "0.0.0");
    return { ...written, status: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    setVariables({ ...hidden(Object.keys(process.env)), ...environment });
    for (const spy of spies) spy.mockRestore();
  }
}

/** Sets variables of this process; undefined takes one away. */
export function setVariables(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Takes away all that a command reads of its environment, so that nothing but its own words tells it what is meant. */
export const nothingAround = () =>
  hidden(Object.keys(process.env).filter((name) => /^(AWS|TOGGL|LOCAL|INSIGHTS)_|^(COLUMNS|SHELL)$/.test(name)));

const hidden = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, undefined]));
