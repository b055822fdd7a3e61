import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { openApiDocument } from "../../api/openapi/openapi-document.ts";
import { type Operation, operations } from "../../api/openapi/operations.ts";
import type { HostedFunction } from "../../local/lambda/lambda.ts";
import { schemaValidator } from "./schema-validator.ts";

const document = openApiDocument("0.0.0");
const described: Readonly<Record<string, Operation>> = operations;

/** Looks at every answer that functions give to API Gateway, and notes what is not as the description says. */
export function watchAnswers(functions: Iterable<HostedFunction>, faults: string[]): void {
  for (const hosted of functions) {
    const { invoke } = hosted;
    hosted.invoke = async (event) => {
      const result = await invoke(event);
      if (!result.failed && isRequest(event)) faults.push(...answerErrors(event, JSON.parse(result.payload)));
      return result;
    };
  }
}

function isRequest(event: unknown): event is APIGatewayProxyEvent {
  return typeof event === "object" && event !== null && "httpMethod" in event;
}

/** What is wrong with an answer, in a line each. */
export function answerErrors(
  { httpMethod, resource }: Pick<APIGatewayProxyEvent, "httpMethod" | "resource">,
  { statusCode, headers = {}, body, isBase64Encoded }: APIGatewayProxyResult,
): string[] {
  const where = `${httpMethod} ${resource} ${statusCode}`;
  const operation = described[`${httpMethod} ${resource}`];
  const answer = operation?.answers[statusCode];
  const isProblem = statusCode >= 400;
  if (!isProblem && !answer) return [`${where}: this status is not described`];
  const missing = (answer?.headers ?? []).filter((name) => headers[name.toLowerCase()] === undefined);
  const faults = missing.map((name) => `${where}: the header ${name} is missing`);
  if (httpMethod === "HEAD") return body === "" ? faults : [...faults, `${where}: an answer to HEAD has no body`];
  const type = isProblem ? "application/problem+json" : "application/json";
  const schema = isProblem ? "Problem" : answer?.body;
  if (!schema || isBase64Encoded) return faults;
  if (headers["content-type"] !== type) faults.push(`${where}: it is ${headers["content-type"]}, not ${type}`);
  const errors = schemaValidator(document, schema)(JSON.parse(body));
  return [
    ...faults,
    ...errors.map(
      ({ instancePath, message, params }) => `${where}: ${instancePath} ${message} ${JSON.stringify(params)}`,
    ),
  ];
}
