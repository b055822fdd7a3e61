import { ApiProblem, NoAnswer } from "../client/api-problem.ts";

/** What went wrong and what to do, in one line for a person. The API's own details say both. */
export function failureSentence(error: unknown): string {
  if (error instanceof ApiProblem) return problemSentence(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NoAnswer) return `${message} ${startIt}`;
  if (error instanceof Error && error.name === "CredentialsProviderError") {
    return "There are no AWS credentials here. Set AWS_PROFILE, or log in: aws sso login";
  }
  return message;
}

const startIt = "Start the product with npm start, or name a deployed one with --api URL or --stack NAME.";

function problemSentence({ problem: { detail }, retryAfterSeconds }: ApiProblem): string {
  return retryAfterSeconds === undefined ? detail : `${detail} Wait ${retryAfterSeconds} s first.`;
}
