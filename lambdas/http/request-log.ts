import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Failure } from "../core/failure.ts";

interface Outcome {
  readonly status: number;
  readonly failure: Failure | undefined;
  readonly durationMs: number;
}

/** One line of JSON for each request. No headers, no query, no body: a token or a link must not get into a log. */
export function logRequest(event: APIGatewayProxyEvent, { status, failure, durationMs }: Outcome): void {
  const line = {
    level: status >= 500 ? "ERROR" : "INFO",
    message: `${event.httpMethod} ${event.resource} ${status}`,
    request_id: event.requestContext.requestId,
    workspace_id: event.pathParameters?.workspace_id,
    duration_ms: durationMs,
    ...(failure && { code: failure.kind, detail: failure.message, cause: causeOf(failure) }),
  };
  console.log(JSON.stringify(line));
}

/** An expected failure's cause in a few words, an unexpected one's with its stack. */
function causeOf({ kind, cause }: Failure): string | undefined {
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return kind === "internal_error" ? cause.stack : `${cause.name}: ${cause.message}`;
}
