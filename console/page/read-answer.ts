import { type Problem, ProblemError, problemFrom } from "./problem.ts";

const unreadable: Problem = {
  code: "answer_unreadable",
  title: "The answer cannot be read",
  detail: "It is no JSON: it was cut short, or something on the way to the API answered in its place.",
  retryable: true,
};

/**
 * What an answer says; one that cannot be read is a problem, and not an empty answer.
 * @throws ProblemError for a problem
 */
export async function readAnswer<T>(response: Response): Promise<T> {
  const { ok, status, headers } = response;
  const answer: unknown = await response.json().catch(() => {
    if (ok) throw new ProblemError(unreadable);
  });
  if (ok) return answer as T;
  throw new ProblemError(problemFrom(status, answer, headers.get("retry-after")));
}
