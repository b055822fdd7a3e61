import type { Deadline } from "../core/deadline.ts";
import type { Parameters } from "../core/parameters.ts";
import { failureOf } from "../core/toggl-answer.ts";
import type { Answer, Fetch } from "./raw-fetch.ts";
import { type TogglBody, togglBody } from "./toggl-body.ts";
import { overTheWire } from "./toggl-transport.ts";

interface Question {
  readonly url: string;
  readonly token: string;
  /** What is posted; a question without any is a GET. */
  readonly parameters?: Parameters;
}

/** Enough of an error's body to tell what it means. */
const longestErrorBytes = 64 * 1024;

/**
 * One request to Toggl: the headers and the open body of its 200.
 * @throws Failure with what any other answer means, or that none came
 */
export async function askToggl(
  { url, parameters, token }: Question,
  { fetch, now }: { fetch: Fetch; now: () => number },
  deadline: Deadline,
): Promise<{ headers: Answer["headers"]; body: TogglBody }> {
  const credentials = Buffer.from(`${token}:api_token`).toString("base64");
  const headers = {
    authorization: `Basic ${credentials}`,
    "accept-encoding": "identity",
    "user-agent": "toggl-insights-aws",
  };
  const init = { ...methodOf(parameters, headers), signal: deadline.signal };
  const response = await overTheWire(deadline, () => fetch(url, init));
  const body = togglBody(response, deadline);
  if (response.status === 200) return { headers: response.headers, body };

  const said = await beginningOf(body);
  const withoutToken = said.replaceAll(credentials, "[token]").replaceAll(token, "[token]");
  throw failureOf({ status: response.status, headers: response.headers, body: withoutToken }, now());
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
      if (bytes >= longestErrorBytes) break;
    }
  } catch {
    // The status alone says what matters.
  }
  return Buffer.concat(pieces).toString("utf8");
}
