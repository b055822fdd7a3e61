import { exec } from "node:child_process";
import { promisify } from "node:util";
import { UsageError } from "./exit-codes.ts";

const run = promisify(exec);

/** A token of an hour's life is asked for again long before it ends. */
const keptMs = 60_000;

const patienceMs = 60_000;

/**
 * Where the JWT comes from that calls carry: what a command prints, or `TOGGL_INSIGHTS_TOKEN`. It never stands on the
 * command line itself, where every process list shows it. Undefined if there is neither.
 */
export function bearerToken(command: string | undefined): (() => Promise<string>) | undefined {
  if (command === "") throw new UsageError("--token-command must be a command that prints a JWT.");
  if (command !== undefined) return printedBy(command);
  const token = process.env.TOGGL_INSIGHTS_TOKEN;
  return token ? async () => jwtIn(token, "TOGGL_INSIGHTS_TOKEN") : undefined;
}

function printedBy(command: string): () => Promise<string> {
  let token: Promise<string> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (!token || performance.now() - askedAt > keptMs) {
      askedAt = performance.now();
      token = outputOf(command);
      token.catch(() => {
        token = undefined;
      });
    }
    return token;
  };
}

async function outputOf(command: string): Promise<string> {
  const { stdout } = await run(command, { timeout: patienceMs }).catch((error: { code?: number; stderr?: string }) => {
    const said = error.stderr?.trim().split("\n").at(-1);
    throw new UsageError(`The command of --token-command failed${said ? `: ${said}` : "."}`);
  });
  return jwtIn(stdout, "What --token-command prints");
}

/** Never repeats what it was given: it may be a secret all the same. */
function jwtIn(text: string, source: string): string {
  const token = text.trim().replace(/^Bearer /i, "");
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
  throw new UsageError(`${source} is no JWT: three parts of letters and digits with a full stop between them.`);
}
