/** A problem of the console's own, in the form of the API's problems: problem+json (RFC 9457). */
export interface ConsoleProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable?: boolean;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
}

export function problemAnswer({ retryable = false, ...problem }: ConsoleProblem): Response {
  const body = JSON.stringify({ type: `urn:toggl-insights:problem:${problem.code}`, ...problem, retryable });
  return new Response(body, { status: problem.status, headers: { "content-type": "application/problem+json" } });
}
