import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { AllowedCaller } from "./iam.ts";
import type { Match } from "./routing.ts";

interface EventParts {
  readonly message: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly match: Match;
  readonly body: Buffer;
  readonly stage: string;
  readonly requestId: string;
  readonly arrivedAt: number;
  readonly caller: AllowedCaller;
  /** Whether bodies of a media type go through as bytes. */
  readonly isBinary: (mediaType: string | undefined) => boolean;
}

/**
 * The event that a proxy integration hands to a function. A body of a binary media type is base64, any other is text, and
 * whatever of it is no UTF-8 is lost.
 */
export function proxyEvent({
  message,
  path,
  query: search,
  match,
  body,
  stage,
  requestId,
  arrivedAt,
  caller: { userArn, context },
  isBinary,
}: EventParts): APIGatewayProxyEvent {
  const multiValueHeaders = Object.fromEntries(
    Object.entries(message.headersDistinct).flatMap(([name, values]) => (values ? [[name, values]] : [])),
  );
  const query = grouped(search);
  const method = message.method ?? "";
  const isBase64Encoded = body.length > 0 && isBinary(message.headers["content-type"]);
  return {
    resource: match.route.path,
    path,
    httpMethod: method,
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query && lastOfEach(query),
    multiValueQueryStringParameters: query,
    pathParameters: Object.keys(match.params).length > 0 ? { ...match.params } : null,
    stageVariables: null,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      authorizer: context ?? null,
      domainName: message.headers.host ?? "localhost",
      httpMethod: method,
      identity: { ...nobody, userArn, sourceIp: "127.0.0.1", userAgent: message.headers["user-agent"] ?? null },
      path,
      protocol: "HTTP/1.1",
      requestId,
      requestTimeEpoch: arrivedAt,
      resourceId: "local",
      resourcePath: match.route.path,
      stage,
    },
    body: body.length > 0 ? body.toString(isBase64Encoded ? "base64" : "utf8") : null,
    isBase64Encoded,
  };
}

function grouped(parameters: URLSearchParams): Record<string, string[]> | null {
  const names = [...new Set(parameters.keys())];
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, parameters.getAll(name)])) : null;
}

function lastOfEach(values: Readonly<Record<string, string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? ""]));
}

/** Nothing is known of a caller who did not sign. */
const nobody: Omit<APIGatewayProxyEvent["requestContext"]["identity"], "sourceIp" | "userAgent" | "userArn"> = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
};
