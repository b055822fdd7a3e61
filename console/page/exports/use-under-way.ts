import { useEffect, useState } from "preact/hooks";
import type { Export } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { callWorkspace } from "../call-console.ts";
import { type Problem, ProblemError, problemOfError } from "../problem.ts";
import { inTurn, knownExports, nextQuestion, takeExports } from "./known-exports.ts";
import { useKnownExports } from "./use-known-exports.ts";

const lookEveryMs = 3000;

/**
 * Looks again and again at all exports that are known to be under way, on whatever page of the history they are.
 * @returns why the last look failed; what is known stays, and it goes on looking
 */
export function useUnderWay(workspaceId: number): Problem | undefined {
  useKnownExports();
  const ids = knownExports(workspaceId)
    .filter(isUnderWay)
    .sort((one, other) => Number(other.status === "running") - Number(one.status === "running"))
    .map(({ id }) => id);
  const [{ turn, problem }, setLooked] = useState<{ turn: number; problem?: Problem | undefined }>({ turn: 0 });
  const waitMs = Math.max(lookEveryMs, 1000 * (problem?.retryAfterSeconds ?? 0));
  const hasAny = ids.length > 0;
  useEffect(() => {
    if (!hasAny) return;
    let isLeft = false;
    const timer = setTimeout(async () => {
      const looks = await Promise.all(inTurn(ids, turn).map((id) => lookAt(workspaceId, id)));
      if (!isLeft) setLooked({ turn: turn + 1, problem: looks.find((look) => look !== undefined) });
    }, waitMs);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [workspaceId, turn, hasAny, waitMs]);
  return hasAny ? problem : undefined;
}

/** Undefined if it could be seen, or if it is not there any more. */
async function lookAt(workspaceId: number, id: string): Promise<Problem | undefined> {
  const question = nextQuestion();
  try {
    takeExports(workspaceId, [await callWorkspace<Export>(workspaceId, `exports/${id}`)], question);
    return undefined;
  } catch (error) {
    return error instanceof ProblemError && error.problem.code === "export_not_found"
      ? undefined
      : problemOfError(error);
  }
}
