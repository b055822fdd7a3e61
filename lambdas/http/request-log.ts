import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Failure } from "../core/failure.ts";
import type { Fields, Telemetry } from "../core/telemetry.ts";

interface Outcome {
  readonly status: number;
  readonly failure: Failure | undefined;
  readonly durationMs: number;
  readonly correlationId: string;
  /** What the handler had to add. */
  readonly notes: Fields;
}

/** One event for each request. No headers, no query, no body: a token or a link must not get into a log. */
export function logRequest(event: APIGatewayProxyEvent, outcome: Outcome, telemetry: Telemetry): void {
  const { status, failure, durationMs, correlationId, notes } = outcome;
  const { httpMethod, resource, pathParameters, requestContext } = event;
  telemetry.event(status >= 500 ? "ERROR" : "INFO", `${httpMethod} ${resource} ${status}`, {
    request_id: requestContext.requestId,
    correlation_id: correlationId,
    caller: requestContext.identity?.userArn ?? undefined,
    workspace_id: pathParameters?.workspace_id,
    ...notes,
    duration_ms: durationMs,
    ...(failure && { code: failure.kind, detail: failure.message, cause: causeOf(failure) }),
  });
}

/** An expected failure's cause in a few words, an unexpected one's with its stack. */
function causeOf({ kind, cause }: Failure): string | undefined {
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return kind === "internal_error" ? cause.stack : `${cause.name}: ${cause.message}`;
}
