import type { APIGatewayProxyEvent } from "aws-lambda";

interface Asked {
  readonly method?: string;
  /** The route's pattern. */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  /** Such as `a=1&a=2`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | Buffer;
}

/** What API Gateway hands to a function for a request. */
export function apiEvent(asked: Asked): APIGatewayProxyEvent {
  const { method = "POST", route, params = { workspace_id: "123" }, query = "", headers = {}, body } = asked;
  const given = new URLSearchParams(query);
  const names = [...new Set(given.keys())];
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? "");
  return {
    httpMethod: method,
    resource: route,
    path,
    pathParameters: params,
    multiValueHeaders: headers,
    queryStringParameters: Object.fromEntries(given),
    multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, given.getAll(name)])),
    body: body === undefined ? null : Buffer.from(body).toString("base64"),
    isBase64Encoded: body !== undefined,
    requestContext: { requestId: "7f1c", path: `/v1${path}`, requestTimeEpoch: Date.now() },
  } as unknown as APIGatewayProxyEvent;
}
