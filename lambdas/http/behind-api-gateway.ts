import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Deadline } from "../core/deadline.ts";
import { Failure, invalidFields } from "../core/failure.ts";
import { problemOf } from "../core/problem.ts";
import type { Fields, Telemetry } from "../core/telemetry.ts";
import { isWorkspaceId } from "../core/workspace.ts";
import { deadlineAt } from "./deadline-at.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, jsonText } from "./http.ts";
import { withinLambdaLimit } from "./lambda-limit.ts";
import { queryOf } from "./query.ts";

/**
 * Makes an HTTP handler a Lambda function behind an API Gateway REST API (proxy integration).
 * @param readsQuery routes that read their query, such as `GET /workspace/{workspace_id}/exports`; any other refuses one
 */
export function behindApiGateway(handle: HttpHandler, telemetry: Telemetry, readsQuery: readonly string[] = []) {
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const startedAt = Date.now();
    const notes: Record<string, unknown> = {};
    const request = requestOf(event, startedAt, notes);
    let failure: Failure | undefined;
    const answer = async () => {
      checkCaller(event);
      const query = queryOf(event, readsQuery);
      return withinLambdaLimit(request, await handle({ ...request, query }));
    };
    const response = await answer().catch((error: unknown) => {
      failure = asFailure(error, requestId);
      return problem(failure, requestId);
    });
    const { correlationId } = request;
    const durationMs = Date.now() - startedAt;
    logRequest(event, { status: response.status, failure, durationMs, correlationId, notes }, telemetry);
    return resultOf(event.httpMethod === "HEAD" ? { ...response, body: "" } : response, correlationId);
  };
}

/** A caller with a JWT gets at the workspaces that it names, however a path is written that got through the gateway. */
function checkCaller({ requestContext, pathParameters }: APIGatewayProxyEvent): void {
  const claimed: unknown = requestContext.authorizer?.workspaces;
  const workspace = pathParameters?.workspace_id;
  if (claimed !== undefined && workspace !== undefined && !String(claimed).split(",").includes(workspace)) {
    throw new Failure("access_denied", "Your token does not name this workspace.");
  }
}

function asFailure(error: unknown, requestId: string): Failure {
  if (error instanceof Failure) return error;
  return new Failure("internal_error", `An unexpected error. It was logged as ${requestId}.`, { cause: error });
}

function requestOf(event: APIGatewayProxyEvent, now: number, notes: Record<string, unknown>): HttpRequest {
  const { body, isBase64Encoded, multiValueHeaders, requestContext } = event;
  const valuesOf = (name: string) => headerValues(multiValueHeaders, name);
  const header = (name: string) => (valuesOf(name).length > 0 ? valuesOf(name).join(", ") : undefined);
  return {
    method: event.httpMethod,
    route: event.resource,
    params: event.pathParameters ?? {},
    query: {},
    header,
    soleHeader(name) {
      if (valuesOf(name).length <= 1) return header(name);
      throw invalidFields("header", [{ field: name, detail: "is there more than once; send it once" }]);
    },
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
    deadline: deadlineOf(requestContext.requestTimeEpoch, now),
    addressOf: (path) => `${stageOf(event)}${path}`,
    correlationId: correlationId(header("x-correlation-id")) ?? requestContext.requestId,
    note: (fields) => void Object.assign(notes, fields),
  };
}

function headerValues(headers: APIGatewayProxyEvent["multiValueHeaders"], name: string): string[] {
  return Object.entries(headers ?? {}).flatMap(([key, values]) => (key.toLowerCase() === name ? (values ?? []) : []));
}

/** What stands in front of the path: the stage's name, or nothing behind a custom domain. */
function stageOf({ path, requestContext }: APIGatewayProxyEvent): string {
  return requestContext.path.endsWith(path) ? requestContext.path.slice(0, -path.length) : "";
}

/** The caller's own id of this call, if it is a plain word. */
function correlationId(sent: string | undefined): string | undefined {
  return sent !== undefined && /^[\w.:/+=@-]{1,128}$/.test(sent) ? sent : undefined;
}

function resultOf({ status, headers, body = "" }: HttpResponse, correlationId: string): APIGatewayProxyResult {
  const isBase64Encoded = typeof body !== "string";
  return {
    statusCode: status,
    headers: { ...headers, "x-correlation-id": correlationId },
    body: isBase64Encoded ? body.toString("base64") : body,
    isBase64Encoded,
  };
}

/**
 * API Gateway gives up after 29 s; until then our own answer, and the time to send it, must be through
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
 */
const patienceMs = 25_000;

/** A late start leaves at least this much, so that what is cached or wrong is still answered properly. */
const minMs = 1000;

/**
 * Until when a request must be answered: counted from its arrival at the gateway, since a cold start is part of the
 * caller's wait.
 * @param arrivedAt milliseconds since 1970
 */
function deadlineOf(arrivedAt: number, now: number): Deadline {
  const endsAt = Math.min(Math.max(arrivedAt + patienceMs, now + minMs), now + patienceMs);
  return deadlineAt(endsAt, now);
}

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
  const { httpMethod, resource, path, pathParameters, requestContext } = event;
  telemetry.event(status >= 500 ? "ERROR" : "INFO", `${httpMethod} ${resource} ${status}`, {
    request_id: requestContext.requestId,
    correlation_id: correlationId,
    caller: requestContext.identity?.userArn ?? undefined,
    path: pathAlone(path),
    workspace_id: idIn(pathParameters?.workspace_id),
    ...notes,
    duration_ms: durationMs,
    ...(failure && { code: failure.kind, detail: failure.message, cause: causeOf(failure) }),
  });
}

/** What stands in an id's place is decoded, and may be a link with its signature. */
function idIn(parameter: string | undefined): string | undefined {
  return parameter !== undefined && isWorkspaceId(parameter) ? parameter : undefined;
}

/** Where somebody pasted a link behind our address, its query is part of the path, encoded once or more often. */
const queryOrFragment = /(?:[?#]|%(?:25)*(?:3f|23)).*$/is;

/** A signed link's parameters, and every JWT, which begins with the base64 of `{"`. */
const secretPart = /[xX](?:-|%(?:25)*2[dD])[aA][mM][zZ]|eyJ/;

function pathAlone(path: string): string {
  const parts = path.replace(queryOrFragment, "…").split("/");
  return parts.map((part) => (secretPart.test(part) ? "…" : part)).join("/");
}

/** An expected failure's cause in a few words, an unexpected one's with its stack. */
function causeOf({ kind, cause }: Failure): string | undefined {
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return kind === "internal_error" ? cause.stack : `${cause.name}: ${cause.message}`;
}

/** A failure as the answer to a request. */
function problem(failure: Failure, requestId: string): HttpResponse {
  const body = problemOf(failure, requestId);
  const { retryAfterSeconds } = failure;
  return {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(retryAfterSeconds !== undefined && { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
    },
    body: jsonText(body),
  };
}
