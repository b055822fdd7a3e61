import type { Warning } from "./export.ts";

/** What a check found in a file that it did not refuse. */
export interface Findings {
  /** Records below the header; CSV only. */
  readonly rows?: number;
  /** Names in the header; CSV only. */
  readonly columns?: readonly string[];
  readonly warnings: readonly Warning[];
}
