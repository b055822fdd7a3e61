import { askAll, type Finding, type Question } from "../../../cli/smoke/question.ts";
import { configSchema } from "../../../lib/config/config-schema.ts";

export const workspaceId = 7654321;
export const configured = (settings: object = {}) =>
  configSchema.parse({ workspaces: [{ id: workspaceId, name: "Acme", token_secret: "toggl/acme" }], ...settings });

/** Asks everything that may be asked, and gives what came of it by name. */
export async function findingsOf(
  questions: readonly Question[],
  permissions: Partial<Parameters<typeof askAll>[1]> = {},
) {
  const stop = new AbortController().signal;
  const answered = await askAll(questions, { mayChange: true, maySlow: true, stop, ...permissions });
  return new Map(answered.map(({ question, finding }) => [question.name, finding]));
}

export const outcomes = (findings: ReadonlyMap<string, Finding>) =>
  Object.fromEntries([...findings].map(([name, finding]) => [name, finding.outcome]));

/** A question with all that a test does not care for. */
export const question = (more: Partial<Question> & Pick<Question, "ask">): Question => ({
  name: "q",
  expected: "",
  source: "",
  maxMs: 5000,
  ...more,
});
