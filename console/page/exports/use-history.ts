import { useCallback, useEffect, useState } from "preact/hooks";
import type { Export, ExportList } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { callWorkspace } from "../call-console.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { inOrder, knownExport, nextQuestion, queuedFromHere, takeExports } from "./known-exports.ts";
import { useKnownExports } from "./use-known-exports.ts";

/** How many exports are asked for at once; the API gives no more. */
const pageSize = 100;

/**
 * How far a list is read by itself. The API lists by id, and a backfill's ids are as old as the days that it makes, so
 * what is under way or was made a minute ago can be far down.
 */
const maxPages = 5;

/** How many exports are shown, and how many more at a time. */
const step = 20;

const againMs = 10_000;

interface Listed {
  readonly ids: readonly string[];
  readonly unreadable: readonly string[];
  readonly next?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly isLoading: boolean;
  /** When it was last read, in milliseconds since 1970; undefined before. */
  readonly readAt?: number;
}

const nothing: Listed = { ids: [], unreadable: [], isLoading: true };

/** Lists as they were read last, by workspace and filters: who comes back sees them at once. */
const kept = new Map<string, Listed>();

interface History extends Omit<Listed, "ids" | "next"> {
  /** What is under way first, then the newest. */
  readonly exports: readonly Export[];
  readonly reload: () => void;
  /** Shows more; undefined if there is no more. */
  readonly older: (() => void) | undefined;
}

/** A workspace's exports that fit filters. What was once there stays when it cannot be read again. */
export function useHistory(workspaceId: number, filters: Readonly<Record<string, string>>): History {
  useKnownExports();
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== "")).toString();
  const key = `${workspaceId} ${query}`;
  const [state, setState] = useState<{ key: string; listed: Listed; shown: number }>();
  const { listed, shown } = state?.key === key ? state : { listed: kept.get(key) ?? nothing, shown: step };
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);

  const change = (changeOf: (before: Listed) => Listed) =>
    setState((before) => {
      const own = before?.key === key ? before : { key, listed: kept.get(key) ?? nothing, shown: step };
      const after = changeOf(own.listed);
      kept.set(key, after);
      return { ...own, listed: after };
    });
  const page = async (cursor: string) => {
    const question = nextQuestion();
    const asked = new URLSearchParams(query);
    asked.set("limit", String(pageSize));
    if (cursor) asked.set("cursor", cursor);
    const answer = await callWorkspace<ExportList>(workspaceId, `exports?${asked}`);
    takeExports(workspaceId, answer.exports, question);
    return answer;
  };

  useEffect(() => {
    let isLeft = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      change((before) => ({ ...before, isLoading: true }));
      let cursor = "";
      const pages: ExportList[] = [];
      while (pages.length < maxPages && (cursor !== "" || pages.length === 0)) {
        const answer = await page(cursor);
        if (isLeft) return;
        pages.push(answer);
        cursor = answer.next_cursor ?? "";
        const isWhole = cursor === "" || pages.length === maxPages;
        change((before) => listedOf(pages, isWhole ? undefined : before));
      }
    };
    read().catch((error) => {
      if (isLeft) return;
      const problem = problemOfError(error);
      change((before) => ({ ...before, problem, isLoading: false }));
      const waitMs = Math.max(againMs, 1000 * (problem.retryAfterSeconds ?? 0));
      if (kept.get(key)?.readAt !== undefined) again = setTimeout(reload, waitMs);
    });
    return () => {
      isLeft = true;
      clearTimeout(again);
    };
  }, [key, turn]);

  const found = listed.ids.flatMap((id) => knownExport(workspaceId, id) ?? []);
  const here = queuedFromHere(workspaceId).filter((made) => isUnderWay(made) || fits(made, filters));
  const all = inOrder([...new Map([...found, ...here].map((made) => [made.id, made])).values()]);
  const showMore = () => {
    setState({ key, listed, shown: shown + step });
    if (all.length > shown + step || listed.next === undefined) return;
    page(listed.next).then(
      (answer) => change((before) => withOlder(before, answer)),
      (error) => change((before) => ({ ...before, problem: problemOfError(error) })),
    );
  };
  const { next, ids: _, ...rest } = listed;
  const hasOlder = all.length > shown || (next !== undefined && !listed.isLoading);
  return { ...rest, exports: all.slice(0, shown), reload, older: hasOlder ? showMore : undefined };
}

/** @param before what a list that is not read whole yet is shown with */
function listedOf(pages: readonly ExportList[], before: Listed | undefined): Listed {
  const ids = pages.flatMap(({ exports }) => exports.map(({ id }) => id));
  return {
    ids: [...new Set([...ids, ...(before?.ids ?? [])])],
    unreadable: [...new Set(pages.flatMap(({ unreadable = [] }) => unreadable))],
    next: pages.at(-1)?.next_cursor,
    isLoading: before !== undefined,
    readAt: Date.now(),
  };
}

function withOlder(before: Listed, { exports, unreadable = [], next_cursor: next }: ExportList): Listed {
  const ids = [...new Set([...before.ids, ...exports.map(({ id }) => id)])];
  return { ...before, ids, unreadable: [...new Set([...before.unreadable, ...unreadable])], next, problem: undefined };
}

function fits(made: Export, filters: Readonly<Record<string, string>>): boolean {
  const { report, status, schedule } = made;
  return Object.entries({ report, status, schedule }).every(
    ([name, value]) => !filters[name] || filters[name] === value,
  );
}
