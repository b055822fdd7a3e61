import type { TogglUsage } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Telemetry } from "../../core/telemetry.ts";
import { togglTelemetry } from "../../core/telemetry.ts";
import { type RetryBudget, type RetryPolicy, retryBudget, retryWait } from "../../core/toggl/retry.ts";
import { togglQuota } from "../../core/toggl/toggl-answer.ts";
import { type TogglWarningsNeeds, togglWarnings } from "../../core/toggl/toggl-warning.ts";
import { type AskTogglNeeds, askToggl } from "./ask-toggl.ts";
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

export interface Toggl {
  /**
   * Asks Toggl and has the body of its 200 read. A rejected token is read once more from its secret and tried once
   * more; what fails in passing is asked for again, a few times, within the deadline.
   * @throws Failure with what Toggl answered, or that it did not
   */
  ask<T>(request: TogglRequest, read: Read<T>, deadline: Deadline): Promise<{ value: T; toggl: TogglUsage }>;
}

interface TogglClientNeeds extends Omit<AskTogglNeeds, "warnings"> {
  /** Such as https://api.track.toggl.com. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** When to ask again for what fails in passing. */
  readonly retry: RetryPolicy;
  readonly telemetry: Telemetry;
  /** Decides which of the functions announces a warning; without it, each process tells by itself. */
  readonly claimWarning?: TogglWarningsNeeds["claim"];
}

/** Toggl's Insights API. The workspace's token leaves in the Authorization header and nowhere else. */
export function togglClient(needs: TogglClientNeeds): Toggl {
  const budget = retryBudget();
  const observe = togglTelemetry(needs.telemetry);
  const warnings = togglWarnings({ ...needs, claim: needs.claimWarning });
  return {
    async ask(request, read, deadline) {
      try {
        const answer = await askPatiently(request, read, deadline, { ...needs, warnings, budget });
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
  needs: TogglClientNeeds & AskTogglNeeds & { budget: RetryBudget },
): Promise<{ value: T; toggl: TogglUsage }> {
  const { baseUrl, tokens, now, random, sleep, retry, budget } = needs;
  budget.earn();
  const url = `${baseUrl}/insights/api/v1/workspace/${workspaceId}/${path}`;
  let token = await tokens.read(workspaceId, deadline);
  let renewed = false;
  for (let requests = 1, retries = 0; ; requests++) {
    try {
      const { headers, body } = await askToggl({ url, parameters, token }, needs, deadline);
      return { value: await read(body), toggl: { requests, ...togglQuota(headers, now()) } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === "toggl_credentials_rejected" && !renewed) {
        renewed = true;
        token = await tokens.renew(workspaceId, { rejected: token, because: error }, deadline);
        continue;
      }
      const remainingMs = deadline.remainingMs();
      const wait = retryWait(error, { retries: retries++, policy: retry, remainingMs, random: random() });
      if (wait === undefined || !budget.spend()) throw error;
      await sleep(wait);
    }
  }
}
