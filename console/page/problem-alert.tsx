import { adviceFor } from "./advice.ts";
import type { Problem } from "./problem.ts";
import { onOwnClock } from "./wording.ts";

interface ProblemAlertProps {
  readonly problem: Problem | undefined;
  readonly onRetry?: () => void;
  /** What becomes of it all the same. */
  readonly note?: string | undefined;
}

/** A problem as a sentence that says what to do. The region is always there, so that screen readers hear it fill. */
export function ProblemAlert({ problem, onRetry, note }: ProblemAlertProps) {
  return (
    <div role="alert" class="alert-region">
      {problem && (
        <div class="alert">
          <p>
            <strong>{problem.title}.</strong> {onOwnClock(problem.detail)} {adviceFor(problem)}
            {problem.retryAfterSeconds !== undefined && ` Wait ${problem.retryAfterSeconds} seconds first.`}
            {note && ` ${note}`}
          </p>
          {problem.retryable && onRetry && (
            <button type="button" onClick={onRetry}>
              Try again
            </button>
          )}
          {problem.code === "console_token_rejected" && (
            <button type="button" onClick={() => location.reload()}>
              Load the page again
            </button>
          )}
        </div>
      )}
    </div>
  );
}
