import { type TrendItem, trendItems } from "../../../client/trend-summary.ts";
import { callWorkspace } from "../call-console.ts";
import { keptAnswers } from "./kept-answers.ts";
import type { TrendsRequest } from "./trend-filter.ts";

/** What Toggl said, and when, in milliseconds since 1970. */
export interface TrendsAnswer {
  readonly items: readonly TrendItem[];
  readonly askedAt: number;
}

const answers = keptAnswers<TrendsAnswer>(Date.now);

const keyOf = (workspaceId: number, request: TrendsRequest) => JSON.stringify([workspaceId, request]);

/**
 * Asks for trends, unless they were asked for in the last five minutes.
 * @throws ProblemError
 */
export function loadTrends(workspaceId: number, body: TrendsRequest): Promise<TrendsAnswer> {
  return answers.get(keyOf(workspaceId, body), async () => {
    const askedAt = Date.now();
    const answer = await callWorkspace<unknown>(workspaceId, "data_trends/projects", { method: "POST", body });
    return { items: trendItems(answer), askedAt };
  });
}

/** Has the next call ask Toggl again. */
export function forgetTrends(workspaceId: number, body: TrendsRequest): void {
  answers.forget(keyOf(workspaceId, body));
}
