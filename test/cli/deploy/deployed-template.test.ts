import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { deployedTemplate } from "../../../cli/deploy/replacement-guard.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";

/** What CloudFormation answers: a template, or an error. */
let answer: string | { status: number; code: string; message: string } = "";
let cloudFormation: Listening;

beforeAll(async () => {
  cloudFormation = await listenOnLoopback(
    createServer((message, response) => {
      message.resume();
      if (typeof answer === "string") {
        const xmlns = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
        const body = `<GetTemplateResult><TemplateBody>${answer}</TemplateBody></GetTemplateResult>`;
        return response.end(`<GetTemplateResponse xmlns="${xmlns}">${body}</GetTemplateResponse>`);
      }
      const error = `<Type>Sender</Type><Code>${answer.code}</Code><Message>${answer.message}</Message>`;
      response.writeHead(answer.status).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
    }),
    0,
  );
  vi.stubEnv("AWS_ENDPOINT_URL_CLOUDFORMATION", cloudFormation.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterAll(() => {
  vi.unstubAllEnvs();
  return cloudFormation.close();
});

it("is what CloudFormation has", async () => {
  answer = '{"Resources":{"A":{"Type":"AWS::SQS::Queue"}}}';
  expect(await deployedTemplate("Acme")).toEqual({ Resources: { A: { Type: "AWS::SQS::Queue" } } });
});

it("is empty where there is no such stack, or one that was only announced", async () => {
  answer = { status: 400, code: "ValidationError", message: "Stack with id Acme does not exist" };
  expect(await deployedTemplate("Acme")).toEqual({});
  answer = "";
  expect(await deployedTemplate("Acme")).toEqual({});
});

const unseen =
  "What is deployed as Acme cannot be seen, so whether this deployment would replace its bucket or queues is not known.";
const needed = "Your AWS identity needs cloudformation:GetTemplate on stack/Acme/* (AWS says: no).";

it.each([
  [403, "AccessDenied", "no", needed],
  [403, "AccessDeniedException", "no", needed],
  [403, "ExpiredToken", "The token is old", "CloudFormation says: ExpiredToken: The token is old."],
  [400, "ValidationError", "1 validation error", "CloudFormation says: ValidationError: 1 validation error."],
  [400, "Throttling", "Rate exceeded", "CloudFormation says: Throttling: Rate exceeded."],
])("is not empty where CloudFormation answers %i %s: %s", async (status, code, message, why) => {
  answer = { status, code, message };
  await expect(deployedTemplate("Acme")).rejects.toThrow(
    `${unseen} ${why} To go on without the check: --allow-replacement`,
  );
});

it("is nothing that can be read where the stack is somebody else's", async () => {
  answer = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";
  await expect(deployedTemplate("Acme")).rejects.toThrow("The stack Acme is not one of Toggl Insights");
});
