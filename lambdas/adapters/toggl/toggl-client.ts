import type { TogglUsage } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Using } from "../../core/ports/ports.ts";
import { togglTelemetry } from "../../core/telemetry.ts";
import { type RetryBudget, type RetryPolicy, retryBudget, retryWait } from "../../core/toggl/retry.ts";
import { togglQuota } from "../../core/toggl/toggl-answer.ts";
import { togglWarnings } from "../../core/toggl/toggl-warning.ts";
import { askToggl, type TogglConnection } from "./ask-toggl.ts";
import type { Fetch } from "./raw-fetch.ts";
import type { TogglBody } from "./toggl-body.ts";
import type { TokenSource } from "./token-source.ts";

interface TogglRequest {
  readonly workspaceId: number;
  /** Below the workspace, such as `profitability/projects.csv`. */
  readonly path: string;
  readonly parameters: Parameters;
}

/** Reads a body to its end; whatever it throws counts as this attempt's failure. */
type Read<T> = (body: TogglBody) => Promise<T>;

export interface TogglClient {
  /**
   * Asks Toggl and has the body of its 200 read. A rejected token is read once more from its secret and tried once
   * more; what fails in passing is asked for again, a few times, within the deadline.
   * @throws Failure with what Toggl answered, or that it did not
   */
  ask<T>(request: TogglRequest, read: Read<T>, deadline: Deadline): Promise<{ value: T; toggl: TogglUsage }>;
}

interface ClientOptions
  extends Using<{ telemetry: "event" | "measure"; clock: "now" | "random" | "sleep" }>,
    Partial<Using<{ coordination: "warnings" }>> {
  /** Such as https://api.track.toggl.com. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly fetch: Fetch;
  /** When to ask again for what fails in passing. */
  readonly retry: RetryPolicy;
}

/** Toggl's Insights API. The workspace's token leaves in the Authorization header and nowhere else. */
export function togglClient(options: ClientOptions): TogglClient {
  const budget = retryBudget();
  const observe = togglTelemetry(options.telemetry);
  const warnings = togglWarnings(options);
  return {
    async ask(request, read, deadline) {
      try {
        const answer = await askPatiently(request, read, deadline, { ...options, warnings, budget });
        observe(answer.toggl);
        return answer;
      } catch (error) {
        if (error instanceof Failure) observe(error);
        throw error;
      }
    },
  };
}

async function askPatiently<T>(
  { workspaceId, path, parameters }: TogglRequest,
  read: Read<T>,
  deadline: Deadline,
  connection: ClientOptions & TogglConnection & { budget: RetryBudget },
): Promise<{ value: T; toggl: TogglUsage }> {
  const { baseUrl, tokens, clock, retry, budget } = connection;
  budget.earn();
  const url = `${baseUrl}/insights/api/v1/workspace/${workspaceId}/${path}`;
  let token = await tokens.read(workspaceId, deadline);
  let renewed = false;
  for (let requests = 1, retries = 0; ; requests++) {
    try {
      const { headers, body } = await askToggl({ url, parameters, token }, connection, deadline);
      return { value: await read(body), toggl: { requests, ...togglQuota(headers, clock.now()) } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === "toggl_credentials_rejected" && !renewed) {
        renewed = true;
        token = await tokens.renew(workspaceId, { rejected: token, because: error }, deadline);
        continue;
      }
      const remainingMs = deadline.remainingMs();
      const wait = retryWait(error, { retries: retries++, policy: retry, remainingMs, random: clock.random() });
      if (wait === undefined || !budget.spend()) throw error;
      await clock.sleep(wait);
    }
  }
}
