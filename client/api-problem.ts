import type { Problem } from "../api/problem.ts";

/** What the API, or API Gateway in front of it, answered in place of what was asked for. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Seconds after which to ask again, if the API said so. */
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(problem.detail);
  }
}

/** An answer that is none of this API's: a proxy's, or that of another server at the same address. */
export class ForeignAnswer extends ApiProblem {}

/** That no answer came: nothing listens there, the network failed, or it took too long. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(
    message: string,
    /** What the network said, such as `ECONNREFUSED`; empty where it is not known. */
    readonly reason = "",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** That an export's file did not arrive whole, or that the export has none. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** That nothing tells for which AWS region to sign a call. */
export class RegionMissing extends Error {
  override readonly name = "RegionMissing";
}

/** The problem that an answer holds; one in our own words where it holds none. */
export async function problemIn(response: Response): Promise<ApiProblem> {
  const { status, headers } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  const seconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  return isProblem(body) ? new ApiProblem(status, body, seconds) : foreignAnswer(status, body, seconds);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "detail" in body && "code" in body;
}

/** What proxies answer in passing. */
const passingStatuses = [429, 500, 502, 503, 504];

export function foreignAnswer(status: number, body?: unknown, retryAfterSeconds?: number): ForeignAnswer {
  const said = typeof body === "object" && body !== null && "message" in body ? `: ${body.message}` : "";
  const advice =
    status === 413
      ? "The request is too large: send fewer ids."
      : "Check that it is the address of a Toggl Insights API.";
  const problem: Problem = {
    type: "about:blank",
    title: "No answer of this API",
    status,
    detail: `The address answered ${status}${said}. ${advice}`,
    instance: "about:blank",
    code: "gateway_refused",
    retryable: passingStatuses.includes(status),
  };
  return new ForeignAnswer(status, problem, retryAfterSeconds);
}
