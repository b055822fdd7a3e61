import type { ServerResponse } from "node:http";
import type { RestApi } from "./from-template.ts";

/** What API Gateway answers by itself, with the status that it has unless the template forces another. */
const defaultStatus = {
  MISSING_AUTHENTICATION_TOKEN: 403,
  UNAUTHORIZED: 401,
  AUTHORIZER_FAILURE: 500,
  INVALID_SIGNATURE: 403,
  ACCESS_DENIED: 403,
  BAD_REQUEST_BODY: 400,
  REQUEST_TOO_LARGE: 413,
  API_CONFIGURATION_ERROR: 500,
  INTEGRATION_FAILURE: 502,
  INTEGRATION_TIMEOUT: 504,
} as const;

export type GatewayAnswerType = keyof typeof defaultStatus;

/** Answers in the function's place, as the template's gateway responses say. */
export function writeGatewayAnswer(
  response: ServerResponse,
  type: GatewayAnswerType,
  { responses }: RestApi,
  requestId: string,
): void {
  const fallback = defaultStatus[type] >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
  const { status, headers, template } = responses.get(type) ?? responses.get(fallback) ?? plain;
  const body = template
    .replaceAll("$context.requestId", requestId)
    .replaceAll("$context.error.messageString", JSON.stringify(type));
  response.writeHead(status ?? defaultStatus[type], headers).end(body);
}

const plain = { status: undefined, headers: {}, template: '{"message":$context.error.messageString}' };

/**
 * Answers a body above the limit in the one way that no template customizes, as others saw it on AWS:
 * https://github.com/Sage-Bionetworks-IT/sagebrain-infra/blob/0b5cda478942b095e24c8dc240cd3f49045404fe/specs/001-api-gateway-to-fastapi/research.md
 */
export function writeBodyTooLarge(response: ServerResponse, limit: number): void {
  response.writeHead(413, { "content-type": "text/plain" }).end(`HTTP content length exceeded ${limit} bytes.`);
}
