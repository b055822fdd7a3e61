import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { Failure, invalidFields } from "../core/failure.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { deadlineOf } from "./gateway-deadline.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";
import { withinLambdaLimit } from "./lambda-limit.ts";
import { problem } from "./problem.ts";
import { queryOf } from "./query.ts";
import { logRequest } from "./request-log.ts";

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
    return resultOf(response, correlationId);
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

/** What the caller tells this call from others by, if nothing but a plain word is in it. */
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
