import { ResponseType } from "aws-cdk-lib/aws-apigateway";
import { failures, type GatewayProblem, gatewayProblems } from "../../api/problems.ts";

/** Name of an answer that API Gateway gives by itself. */
type GatewayResponse = keyof typeof gatewayProblems | "BAD_REQUEST_BODY";

/** What API Gateway answers by itself, and when. */
export interface GatewayAnswer {
  readonly response: GatewayResponse;
  readonly problem: GatewayProblem;
}

export const gatewayAnswers: readonly GatewayAnswer[] = Object.entries(gatewayProblems).map(([response, problem]) => ({
  response: response as GatewayResponse,
  problem,
}));

/** With `validate_at_gateway`: the functions' own problem of a body, without the fields, which API Gateway does not tell. */
export const bodyAnswer: GatewayAnswer = {
  response: "BAD_REQUEST_BODY",
  problem: {
    ...failures.invalid_request,
    code: "invalid_request",
    detail:
      "The body does not fit the schema of this operation, which GET /openapi.json has. With validate_at_gateway off in insights.config.json the functions name each field.",
  },
};

/** Answers whose status API Gateway chooses: forcing one would call a 415 a 400. */
const keepsItsStatus: readonly GatewayResponse[] = ["DEFAULT_4XX", "DEFAULT_5XX"];

/** The problem as a response template: nothing of the caller's goes in, so it is JSON whatever was asked. */
export function problemTemplate(answer: GatewayAnswer): string {
  const { code, title, status, detail, retryable } = answer.problem;
  const problem = {
    type: `urn:toggl-insights:problem:${code}`,
    title,
    ...(forcedStatus(answer) !== undefined && { status }),
    detail,
    instance: "urn:uuid:$context.requestId",
    code,
    retryable,
  };
  return `${JSON.stringify(problem)}\n`; // a terminal's prompt begins on a line of its own
}

/** The status to force; undefined for an answer whose status is API Gateway's to choose. */
export function forcedStatus({ response, problem }: GatewayAnswer): string | undefined {
  return keepsItsStatus.includes(response) ? undefined : String(problem.status);
}

export function responseType({ response }: GatewayAnswer): ResponseType {
  return ResponseType.of(response);
}
