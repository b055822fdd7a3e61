import { ResponseType } from "aws-cdk-lib/aws-apigateway";

export interface GatewayProblem {
  readonly type: ResponseType;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
}

/**
 * What API Gateway answers by itself, without a function, as the same kind of problem that the functions answer. Its 413
 * for a body above its limit is not among them: nobody can customize that (docs/decisions/0004).
 */
export const gatewayProblems = [
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: 403,
    code: "not_signed_or_no_such_route",
    title: "Not signed, or no such method here",
    detail: "Sign the request with AWS Signature Version 4 for execute-api, and check method and path.",
    retryable: false,
  },
  {
    type: ResponseType.UNAUTHORIZED,
    status: 401,
    code: "invalid_token",
    title: "No valid token",
    detail: "Send the header Authorization: Bearer, with a JWT of the configured issuer that has not expired.",
    retryable: false,
  },
  {
    type: ResponseType.ACCESS_DENIED,
    status: 403,
    code: "access_denied",
    title: "Access denied",
    detail:
      "You may not call this method and path. Ask for a policy with execute-api:Invoke on them, or a token that names the workspace.",
    retryable: false,
  },
  {
    type: ResponseType.INVALID_SIGNATURE,
    status: 403,
    code: "invalid_signature",
    title: "The signature does not fit",
    detail: "AWS does not take the signature. Check credentials, region, the service name execute-api and the clock.",
    retryable: false,
  },
  {
    type: ResponseType.EXPIRED_TOKEN,
    status: 403,
    code: "expired_credentials",
    title: "The AWS credentials have expired",
    detail: "Log in to AWS for new credentials and send the request again.",
    retryable: false,
  },
  {
    type: ResponseType.THROTTLED,
    status: 429,
    code: "too_many_requests",
    title: "Too many requests",
    detail: "This deployment takes no more at the moment (throttle in insights.config.json). Try again.",
    retryable: true,
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    code: "gateway_timeout",
    title: "No answer in time",
    detail: "The function did not answer within 29 seconds. Ask for less, or try again.",
    retryable: true,
  },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    code: "function_failed",
    title: "The function failed",
    detail:
      "The function ended without an answer. Try again; if it comes back, look into its log for $context.requestId.",
    retryable: true,
  },
  {
    type: ResponseType.DEFAULT_4XX,
    status: 400,
    code: "gateway_refused",
    title: "API Gateway refused the request",
    detail: "Check method, path and headers of the request.",
    retryable: false,
  },
  {
    type: ResponseType.DEFAULT_5XX,
    status: 500,
    code: "gateway_failed",
    title: "API Gateway failed",
    detail: "API Gateway gave no reason. Try again in a moment.",
    retryable: true,
  },
] as const satisfies readonly GatewayProblem[];

export type GatewayCode = (typeof gatewayProblems)[number]["code"];

/** With `validate_at_gateway`: the functions' own problem of a body, without the fields, which API Gateway does not tell. */
export const bodyProblem: GatewayProblem = {
  type: ResponseType.BAD_REQUEST_BODY,
  status: 400,
  code: "invalid_request",
  title: "The request does not fit",
  detail:
    "The body does not fit the schema of this operation, which GET /openapi.json has. With validate_at_gateway off in insights.config.json the functions name each field.",
  retryable: false,
};

/** Answers whose status API Gateway chooses: forcing one would call a 415 a 400. */
const keepsItsStatus: readonly ResponseType[] = [ResponseType.DEFAULT_4XX, ResponseType.DEFAULT_5XX];

/** The problem as a response template: nothing of the caller's goes in, so it is JSON whatever was asked. */
export function problemTemplate({ type, code, title, status, detail, retryable }: GatewayProblem): string {
  const problem = {
    type: `urn:toggl-insights:problem:${code}`,
    title,
    ...(!keepsItsStatus.includes(type) && { status }),
    detail,
    instance: "urn:uuid:$context.requestId",
    code,
    retryable,
  };
  return `${JSON.stringify(problem)}\n`; // a terminal's prompt begins on a line of its own
}

/** The status to force; undefined for a response whose status is API Gateway's to choose. */
export function forcedStatus({ type, status }: GatewayProblem): string | undefined {
  return keepsItsStatus.includes(type) ? undefined : String(status);
}
