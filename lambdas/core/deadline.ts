/** Until when an answer has to be there. */
export interface Deadline {
  /** Aborts at that moment; goes into every call to the outside. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left, never below 0. */
  remainingMs(): number;
}
