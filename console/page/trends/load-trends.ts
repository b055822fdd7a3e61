import type { ReportRequest } from "../../../api/parameters.ts";
import { type TrendItem, trendItems } from "../../../client/trend-summary.ts";
import { callWorkspace } from "../call-console.ts";

/** What Toggl said, and when, in milliseconds since 1970. */
export interface TrendsAnswer {
  readonly items: readonly TrendItem[];
  readonly askedAt: number;
}

export type TrendsRequest = ReportRequest<"data_trends/projects">;

/** So long an answer holds: whoever goes to another view and back, or compares two periods, spends no second request. */
const maxAgeMs = 5 * 60_000;
/** Each may be some megabytes. */
const maxAnswers = 12;

/**
 * Answers for as long as they hold, those under way among them; a failure is not kept.
 * @param now milliseconds since 1970
 */
export function keptAnswers<T>(now: () => number) {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return {
    get(key: string, load: () => Promise<T>): Promise<T> {
      const known = kept.get(key);
      if (known && now() - known.at >= 0 && now() - known.at < maxAgeMs) return known.answer;
      const answer = load();
      kept.delete(key);
      kept.set(key, { at: now(), answer });
      answer.catch(() => kept.get(key)?.answer === answer && kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, -maxAnswers)) kept.delete(oldest);
      return answer;
    },
    forget(key: string): void {
      kept.delete(key);
    },
  };
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
