import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { Failure } from "../core/failure.ts";
import { deadlineOf } from "./gateway-deadline.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http.ts";
import { problem } from "./problem.ts";
import { logRequest } from "./request-log.ts";

/** Makes an HTTP handler a Lambda function behind an API Gateway REST API (proxy integration). */
export function behindApiGateway(handle: HttpHandler) {
  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    const startedAt = Date.now();
    let failure: Failure | undefined;
    const response = await handle(requestOf(event, startedAt)).catch((error: unknown) => {
      failure = asFailure(error);
      return problem(failure, requestId);
    });
    logRequest(event, { status: response.status, failure, durationMs: Date.now() - startedAt });
    return resultOf(response);
  };
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const detail = "An unexpected error. It was logged under this problem's instance.";
  return new Failure("internal_error", detail, { cause: error });
}

function requestOf(event: APIGatewayProxyEvent, now: number): HttpRequest {
  const { body, isBase64Encoded, multiValueHeaders, requestContext } = event;
  return {
    method: event.httpMethod,
    route: event.resource,
    params: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    header: (name) => headerOf(multiValueHeaders, name),
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
    deadline: deadlineOf(requestContext.requestTimeEpoch, now),
    addressOf: (path) => `${stageOf(event)}${path}`,
  };
}

function headerOf(headers: APIGatewayProxyEvent["multiValueHeaders"], name: string): string | undefined {
  const values = Object.entries(headers ?? {}).flatMap(([key, value]) => (key.toLowerCase() === name ? value : []));
  return values.length > 0 ? values.join(", ") : undefined;
}

/** What stands in front of the path: the stage's name, or nothing behind a custom domain. */
function stageOf({ path, requestContext }: APIGatewayProxyEvent): string {
  return requestContext.path.endsWith(path) ? requestContext.path.slice(0, -path.length) : "";
}

function resultOf({ status, headers, body = "" }: HttpResponse): APIGatewayProxyResult {
  const isBase64Encoded = typeof body !== "string";
  return {
    statusCode: status,
    headers: { ...headers },
    body: isBase64Encoded ? body.toString("base64") : body,
    isBase64Encoded,
  };
}
