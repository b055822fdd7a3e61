import type { Export } from "../../api/export.ts";
import { afterCursor, fitsFilters, historyCursor, historyList, parseHistoryQuery } from "../core/exports/history.ts";
import type { Using } from "../core/ports/ports.ts";
import { bytesInAnswer } from "../core/text.ts";
import type { HttpRequest } from "../http/http.ts";

/** How many exports a filtered page looks at, at most: so a filter never reads a whole history. */
const maxLookedAt = 100;

/**
 * Bytes of a page at most, as Lambda counts them, which takes 6 MB. A page that would have more ends before, and its
 * cursor goes on there.
 */
const maxPageBytes = 5 * 1024 ** 2;

/**
 * One page of a workspace's history, newest first. Links are not part of it: an export's own address gives a fresh one.
 * A filtered page can be short, even empty, and still have a `next_cursor`. `unreadable` has the ids of what is there
 * but is not shown.
 */
export async function listExports(
  workspaceId: number,
  request: HttpRequest,
  { exports: history }: Using<{ exports: "page" }>,
) {
  const { limit, cursor, ...filters } = parseHistoryQuery(request.query);
  const list = historyList(workspaceId, filters);
  const filtered = Object.keys(filters).length > 0;
  const after = cursor === undefined ? undefined : afterCursor(list, cursor);
  const page = await history.page({ workspaceId, after, limit: filtered ? maxLookedAt : limit }, request.deadline);

  const matching = page.exports.filter((record) => fitsFilters(record, filters));
  const exports = thatFit(matching.slice(0, limit));
  const next = matching.length > exports.length ? exports.at(-1)?.id : page.next;
  const unreadable = page.unreadable.filter((id) => next === undefined || id >= next);
  return {
    exports,
    ...(unreadable.length > 0 && { unreadable }),
    ...(next !== undefined && { next_cursor: historyCursor(list, next) }),
  };
}

/** The first of them that fit on a page, and one at least. */
function thatFit(exports: readonly Export[]): readonly Export[] {
  let bytes = 0;
  const tooMany = exports.findIndex((record) => {
    bytes += bytesInAnswer(record);
    return bytes > maxPageBytes;
  });
  return tooMany < 0 ? exports : exports.slice(0, Math.max(1, tooMany));
}
