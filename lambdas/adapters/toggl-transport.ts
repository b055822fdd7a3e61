import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";

/**
 * Runs what talks to Toggl; a connection that fails or takes too long becomes a Failure.
 * @throws Failure `toggl_timeout` past the deadline, `toggl_unavailable` otherwise
 */
export async function overTheWire<T>(deadline: Deadline, talk: () => Promise<T>): Promise<T> {
  try {
    return await talk();
  } catch (error) {
    throw transportFailure(error, deadline);
  }
}

function transportFailure(error: unknown, { signal }: Deadline): unknown {
  if (error instanceof Failure) return error;
  if (signal.aborted) return new Failure("toggl_timeout", tooLate, { cause: error });
  const code = codeOf(error);
  if (code === "HPE_HEADER_OVERFLOW") return new Failure("toggl_unexpected", headersTooLarge);
  return new Failure("toggl_unavailable", `The connection to Toggl failed (${code}).`, { cause: error });
}

/** What Node.js takes of an answer's headers by itself; Toggl's own are below 1 KB. */
export const maxHeaderBytes = 16 * 1024;

const headersTooLarge = `The headers of Toggl's answer are larger than ${maxHeaderBytes / 1024} KB. Nothing of it was read.`;

const tooLate =
  "Toggl did not finish its answer in time. Ask for a shorter period; a file that you wait for can be made in the background, with more time (header `Prefer: respond-async`).";

/** Such as ECONNREFUSED; the text of a network error may hold more than a caller should see. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause ? codeOf(error.cause) : error.name;
}
