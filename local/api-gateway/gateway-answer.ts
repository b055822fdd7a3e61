import type { ServerResponse } from "node:http";
import type { RestApi } from "../assembly/rest-api.ts";

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
  const { status, headers, template } =
    type === "REQUEST_TOO_LARGE" ? tooLarge : (responses.get(type) ?? responses.get(fallback) ?? plain);
  const body = template
    .replaceAll("$context.requestId", requestId)
    .replaceAll("$context.error.messageString", JSON.stringify(type));
  response.writeHead(status ?? defaultStatus[type], headers).end(body);
}

const plain = { status: undefined, headers: {}, template: '{"message":$context.error.messageString}' };

/** The one answer that a template cannot customize; its words are those that AWS's support has quoted. */
const tooLarge = {
  status: undefined,
  headers: { "content-type": "application/json" },
  template: '{"message":"Request Too Long"}',
};
