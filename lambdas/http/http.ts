import type { Deadline } from "../core/deadline.ts";
import type { Fields } from "../core/telemetry.ts";

/** A request as a handler sees it. */
export interface HttpRequest {
  readonly method: string;
  /** The route's pattern, such as `/workspace/{workspace_id}/exports`. */
  readonly route: string;
  /** The path's variables, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** The query's parameters, each there once; empty unless the route reads its query. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** One header by its name in lower case; values of the same name joined by commas. */
  header(name: string): string | undefined;
  /**
   * A header that is no list.
   * @throws Failure `invalid_request` if it is there more than once
   */
  soleHeader(name: string): string | undefined;
  readonly body: Buffer;
  readonly deadline: Deadline;
  /** The address of a path of this API as the caller has to write it: with the stage in front where there is one. */
  addressOf(path: string): string;
  /** The caller's `X-Correlation-Id`, or the request's own id: it is in the answer, in the log, and goes with what is queued. */
  readonly correlationId: string;
  /** Adds to what is logged about this request. */
  note(fields: Fields): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes to be sent as they are. */
  readonly body?: string | Buffer;
  /** What to ask for instead, in sentences, where the answer is larger than Lambda takes. */
  readonly ifTooLarge?: string;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** A JSON answer that nobody but the caller may keep. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "private, no-store", ...headers },
    body: jsonText(body),
  };
}

/** With a newline at its end, so that a terminal's prompt begins on a line of its own. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
