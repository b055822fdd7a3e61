import type { APIGatewayProxyEvent } from "aws-lambda";
import { failureKinds, type GatewayCode } from "../../api/problems.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import { type GatewayAnswer, gatewayAnswers, problemTemplate } from "../../lib/constructs/gateway-problems.ts";
import { functionCases, gatewayCases, type ProblemCase } from "./problem-cases.ts";

/** A problem as the API sends it, and what must be said about it. */
export interface ApiProblemCase extends Omit<ProblemCase, "fail"> {
  readonly code: string;
  readonly from: "function" | "gateway";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const requestId = "5edd2164-0aca-4aa5-94f2-23020dbe2dc8";
const silent = { event: () => {}, measure: () => {} };

/** Every problem that the API can answer, written by the product's own code. */
export async function apiProblems(): Promise<ApiProblemCase[]> {
  const ofFunctions = failureKinds.flatMap((code) => functionCases[code].map((one) => answered(code, one)));
  return [...(await Promise.all(ofFunctions)), ...gatewayAnswers.map(gatewayAnswer)];
}

/** What a function answers whose handler fails like this. */
async function answered(code: string, { fail, ...told }: ProblemCase): Promise<ApiProblemCase> {
  const event = {
    httpMethod: "GET",
    resource: "/workspace/{workspace_id}/exports",
    path: "/workspace/1/exports",
    pathParameters: { workspace_id: "1", export_id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T" },
    requestContext: { requestId, path: "/workspace/1/exports", requestTimeEpoch: Date.now(), ...told.context },
  };
  const handler = behindApiGateway(async (request) => {
    await fail(request);
    throw new Error(`${code}: nothing failed`);
  }, silent);
  const { statusCode: status, headers, body } = await handler(event as unknown as APIGatewayProxyEvent);
  return { ...told, code, from: "function", status, headers: headers as Record<string, string>, body };
}

function gatewayAnswer(answer: GatewayAnswer): ApiProblemCase {
  const { status } = answer.problem;
  const code = answer.problem.code as GatewayCode;
  const headers = {
    "content-type": "application/problem+json",
    ...(code === "too_many_requests" && { "retry-after": "1" }),
  };
  const body = problemTemplate(answer).replaceAll("$context.requestId", requestId);
  return { ...gatewayCases[code], code, from: "gateway", status, headers, body };
}
