import { ApiProblem, NoAnswer } from "./api-problem.ts";
import { passing } from "./follow-exports.ts";

/** Milliseconds before each further try, where the API does not say how long to wait. */
const waitsMs = [500, 2000];

/** How often a call is asked again where nobody says otherwise. */
export const defaultRetries = waitsMs.length;

/** Whoever is to wait longer is told so instead. */
const maxWaitMs = 10_000;

interface RetryOptions {
  /** How often it is asked again at most. */
  readonly retries: number;
  readonly signal?: AbortSignal | undefined;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Asks, and asks again where the failure says nothing of the request and passes by itself. */
export async function withRetries<T>(
  ask: () => Promise<T>,
  { retries, signal, sleep = passing }: RetryOptions,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await ask();
    } catch (error) {
      const wait = waitBefore(error, tried);
      if (tried >= retries || wait === undefined || signal?.aborted) throw error;
      await sleep(wait, signal);
      if (signal?.aborted) throw signal.reason;
    }
  }
}

/** What says that a connection broke, or that a name could not be looked up for the moment; not that there is nothing. */
const passingReasons = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "EAI_AGAIN"];

/** What the API or a proxy before it answers in passing, and soon. */
const passingStatuses = [429, 502, 503];

/** Milliseconds; undefined if asking again is of no use, or would take long. */
function waitBefore(error: unknown, tried: number): number | undefined {
  const wait = waitsMs[Math.min(tried, waitsMs.length - 1)] ?? 0;
  if (error instanceof NoAnswer) return passingReasons.includes(error.reason) ? wait : undefined;
  if (!(error instanceof ApiProblem)) return undefined;
  const { status, problem, retryAfterSeconds = 0 } = error;
  const isPassing = passingStatuses.includes(status) && problem.retryable && !isAboutToggl(problem.code);
  const asked = Math.max(wait, retryAfterSeconds * 1000);
  return isPassing && asked <= maxWaitMs ? asked : undefined;
}

/** The API has asked Toggl again itself, and each try costs a request of the quota. */
const isAboutToggl = (code: string) => code.startsWith("toggl_");
