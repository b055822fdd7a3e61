import type { Deadline } from "../core/deadline.ts";
import type { Export } from "../core/export.ts";
import { afterCursor, historyCursor } from "../core/history-cursor.ts";
import { type HistoryQuery, parseHistoryQuery } from "../core/history-query.ts";
import type { HttpRequest } from "../http/http.ts";

interface Page {
  readonly exports: readonly Export[];
  /** The id that the page ended with, if older exports follow. */
  readonly next?: string;
}

export interface ListExportsNeeds {
  readonly listPage: (
    page: { workspaceId: number; after?: string | undefined; limit: number },
    deadline: Deadline,
  ) => Promise<Page>;
}

/** How many exports a filtered page looks at, at most: so a filter never reads a whole history. */
const mostLookedAt = 100;

/**
 * One page of a workspace's history, newest first. Links are not part of it: an export's own address gives a fresh one.
 * A filtered page can be short, even empty, and still have a `next_cursor`.
 */
export async function listExports(workspaceId: number, request: HttpRequest, { listPage }: ListExportsNeeds) {
  const { limit, cursor, ...filters } = parseHistoryQuery(request.query);
  const list = JSON.stringify([workspaceId, filters.report, filters.schedule, filters.status]);
  const filtered = Object.keys(filters).length > 0;
  const after = cursor === undefined ? undefined : afterCursor(list, cursor);
  const page = await listPage({ workspaceId, after, limit: filtered ? mostLookedAt : limit }, request.deadline);

  const matching = page.exports.filter((made) => matches(made, filters));
  const exports = matching.slice(0, limit);
  const next = matching.length > limit ? exports.at(-1)?.id : page.next;
  return { exports, ...(next !== undefined && { next_cursor: historyCursor(list, next) }) };
}

function matches(made: Export, { report, schedule, status }: Pick<HistoryQuery, "report" | "schedule" | "status">) {
  if (report !== undefined && made.report !== report) return false;
  if (status !== undefined && made.status !== status) return false;
  return schedule === undefined || made.schedule === schedule;
}
