import type { Parameters } from "../../../api/parameters.ts";
import type { Deadline } from "../../core/deadline.ts";
import type { Clock } from "../../core/ports/ports.ts";
import { outsideText } from "../../core/toggl/outside-text.ts";
import { failureOf } from "../../core/toggl/toggl-answer.ts";
import type { TogglWarnings } from "../../core/toggl/toggl-warning.ts";
import type { Answer, Fetch } from "./raw-fetch.ts";
import { overTheWire } from "./raw-fetch.ts";
import { type TogglBody, togglBody } from "./toggl-body.ts";

interface Question {
  readonly url: string;
  readonly token: string;
  /** What is posted; a question without any is a GET. */
  readonly parameters?: Parameters;
}

/** Enough of an error's body to tell what it means. */
const maxErrorBytes = 64 * 1024;

export interface TogglConnection {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, "now">;
  /** Logs what Toggl announces on an answer. */
  readonly warnings: TogglWarnings;
}

/**
 * One request to Toggl: the headers and the open body of its 200. All text of an answer that can get into a message or
 * a log comes out of here plain and without the token.
 * @throws Failure with what any other answer means, or that none came
 */
export async function askToggl(
  { url, parameters, token }: Question,
  { fetch, clock, warnings }: TogglConnection,
  deadline: Deadline,
): Promise<{ headers: Answer["headers"]; body: TogglBody }> {
  const credentials = Buffer.from(`${token}:api_token`).toString("base64");
  const headers = {
    authorization: `Basic ${credentials}`,
    "accept-encoding": "identity",
    "user-agent": "toggl-insights-aws",
  };
  const init = { ...methodOf(parameters, headers), signal: deadline.signal };
  const { status, body: pieces, headers: sent } = await overTheWire(deadline, () => fetch(url, init));
  const outside = outsideText(token);
  const answered = { get: (name: string) => plainHeader(sent.get(name), outside) };
  await warnings(answered.get("warning"), deadline);
  const body = togglBody({ status, headers: answered, body: pieces }, deadline);
  if (status === 200) return { headers: answered, body };

  const beginning = beginningOf(body);
  // Below 400 a body is a report or nothing, and no message: it is only let go.
  throw failureOf({ status, headers: answered, body: status < 400 ? "" : await beginning, outside }, clock.now());
}

function plainHeader(value: string | null, outside: (text: string) => string): string | null {
  return value === null ? null : outside(value);
}

function methodOf(parameters: Parameters | undefined, headers: Record<string, string>) {
  if (!parameters) return { method: "GET", headers };
  const body = JSON.stringify(parameters);
  return { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
}

/** As text; leaves the rest unread, and lets a body that breaks off say what it said until then. */
async function beginningOf(body: TogglBody): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= maxErrorBytes) break;
    }
  } catch {
    // The status alone says what matters.
  }
  return Buffer.concat(pieces).toString("utf8");
}
