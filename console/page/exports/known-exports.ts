import type { Export } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";

/** An export as it was seen last. */
interface Known {
  readonly made: Export;
  /** Which question it answers: of two answers the one to the later question counts. */
  readonly question: number;
}

/** By workspace, then by id. It outlives each view, so that nothing is lost on the way from one to another. */
const known = new Map<number, Map<string, Known>>();
const queuedHere = new Set<string>();
const listeners = new Set<() => void>();
let questions = 0;

/** Numbers a question before it is asked. */
export function nextQuestion(): number {
  questions += 1;
  return questions;
}

/** Takes what was answered to a question. */
export function takeExports(workspaceId: number, exports: readonly Export[], question: number): void {
  const own = known.get(workspaceId) ?? new Map<string, Known>();
  known.set(workspaceId, own);
  for (const made of exports) {
    if ((own.get(made.id)?.question ?? 0) <= question) own.set(made.id, { made, question });
  }
  for (const listener of listeners) listener();
}

/** Takes what was queued from this page: it stands in every list until it is made or has failed. */
export function takeQueued(workspaceId: number, exports: readonly Export[]): void {
  for (const { id } of exports) queuedHere.add(id);
  takeExports(workspaceId, exports, nextQuestion());
}

export function knownExport(workspaceId: number, id: string): Export | undefined {
  return known.get(workspaceId)?.get(id)?.made;
}

export function knownExports(workspaceId: number): Export[] {
  return [...(known.get(workspaceId)?.values() ?? [])].map(({ made }) => made);
}

/** What was queued from this page and stands in no list yet. */
export function queuedFromHere(workspaceId: number): Export[] {
  return knownExports(workspaceId).filter(({ id }) => queuedHere.has(id));
}

/** @returns how to stop */
export function onKnownExports(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const importance = { running: 0, queued: 1, deferred: 1, succeeded: 2, failed: 2 };

/** What is under way first, then by the time at which it was made or failed, the newest first. */
export function inOrder(exports: readonly Export[]): Export[] {
  return [...exports].sort(
    (one, other) =>
      importance[one.status] - importance[other.status] ||
      Date.parse(timeOf(other)) - Date.parse(timeOf(one)) ||
      (one.id < other.id ? 1 : -1),
  );
}

/** When it was made or failed; while it is under way, when it was asked for. */
export function timeOf(made: Export): string {
  return isUnderWay(made) || !("completed_at" in made) ? made.created_at : made.completed_at;
}

/** How many exports are looked at in one turn: a long backfill must not keep the API busy. */
const maxAtOnce = 6;

/** So many of the ids that each has its turn. */
export function inTurn(ids: readonly string[], turn: number, max = maxAtOnce): string[] {
  if (ids.length <= max) return [...ids];
  return Array.from({ length: max }, (_, at) => ids[(turn * max + at) % ids.length] ?? "");
}
