import { useEffect, useState } from "preact/hooks";
import { callWorkspace } from "../call-console.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { type ExportAnswer, isUnderWay } from "./export-answer.ts";

const lookEveryMs = 1000;

/** Looks at an export again and again until it is made or has failed. */
export function useWatchedExport(workspaceId: number, first: ExportAnswer | undefined) {
  const [made, setMade] = useState(first);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => setMade(first), [first]);
  useEffect(() => {
    if (!made || !isUnderWay(made)) return;
    const look = () =>
      callWorkspace<ExportAnswer>(workspaceId, `exports/${made.id}`).then(
        (found) => {
          setProblem(undefined);
          setMade(found);
        },
        (error) => {
          setProblem(problemOfError(error));
          setMade({ ...made });
        },
      );
    const timer = setTimeout(look, lookEveryMs);
    return () => clearTimeout(timer);
  }, [workspaceId, made]);
  return { made, problem };
}
