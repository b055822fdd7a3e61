/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** As JSON. */
  readonly event: string;
  /** When it is ended, in milliseconds since 1970. */
  readonly deadline: number;
}

/** What came of it, in Lambda's words. */
export type InvocationResult =
  | { readonly failed: false; readonly payload: string }
  | { readonly failed: true; readonly errorType: string; readonly errorMessage: string };

export function failedInvocation(errorType: string, errorMessage: string): InvocationResult {
  return { failed: true, errorType, errorMessage };
}
