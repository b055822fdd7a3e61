import type { FailureKind } from "../../api/problems.ts";

/** What must come of a fault: refused with a problem after so many requests to Toggl, or a file with these warnings. */
export type Outcome = Refused | Published;

export interface Refused {
  readonly status: number;
  readonly code: FailureKind;
  /** Requests to Toggl. */
  readonly requests: number;
  /** Whether a file lies in the bucket all the same, which no history knows. */
  readonly orphan?: true;
}

export interface Published {
  readonly warnings: readonly string[];
  readonly requests: number;
  readonly rows?: number;
}

export function refused(status: number, code: FailureKind, requests = 1): Refused {
  return { status, code, requests };
}

export function published(...warnings: string[]): Published {
  return { warnings, requests: 1 };
}

export function isRefused(outcome: Outcome): outcome is Refused {
  return "code" in outcome;
}
