import { ApiProblem, NoAnswer } from "../client/api-problem.ts";
import { plainText } from "../lambdas/core/text.ts";
import { failureCodeOf } from "./exit-codes.ts";
import { npmStart } from "./running.ts";

/** What went wrong and what to do, in one line for a person. The API's own details say both. */
export function failureSentence(error: unknown): string {
  if (error instanceof ApiProblem) return problemSentence(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoAnswer) {
    return `${message} Start the product with ${npmStart()}, or name a deployed one with --api URL or --stack NAME.`;
  }
  if (error instanceof Error && error.name === "CredentialsProviderError") {
    return "There are no AWS credentials here. Set AWS_PROFILE, or log in: aws sso login";
  }
  if (error instanceof Error && isRefusedIdentity.test(error.name)) {
    return `AWS does not take your credentials (${error.name}: ${message.replace(/\.$/, "")}). Log in again (aws sso login), or set AWS_PROFILE.`;
  }
  return message;
}

/** AWS's names for credentials that have expired, that it does not know, or that sign wrongly. */
const isRefusedIdentity =
  /^(Expired|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|IncompleteSignature)/;

/** The same for a program: the API's own problem, or a code of the command line's. */
export function failureJson(error: unknown) {
  if (!(error instanceof ApiProblem)) return { code: failureCodeOf(error), detail: oneLine(failureSentence(error)) };
  const { problem, retryAfterSeconds } = error;
  return { ...problem, ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }) };
}

/** Several lines as one sentence: what is listed below a colon is divided by semicolons. */
function oneLine(text: string): string {
  const lines = text.split("\n").map((line) => plainText(line).trim());
  return lines.filter((line) => line !== "").reduce((all, line) => `${all}${/[:.]$/.test(all) ? "" : ";"} ${line}`);
}

function problemSentence({ problem: { detail }, retryAfterSeconds }: ApiProblem): string {
  return retryAfterSeconds === undefined ? detail : `${detail} Wait ${retryAfterSeconds} s first.`;
}
