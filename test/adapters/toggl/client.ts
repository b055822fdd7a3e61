import { rawFetch } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { type Toggl, togglClient } from "../../../lambdas/adapters/toggl/toggl-client.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";

type Needs = Parameters<typeof togglClient>[0];

/** The client as a function has it, asking this server, with a token that is never renewed and without waits. */
export function clientOf(
  baseUrl: string,
  { token = "token", ...needs }: Partial<Needs> & { token?: string } = {},
): Toggl {
  return togglClient({
    baseUrl,
    tokens: { read: async () => token, renew: async () => token },
    fetch: rawFetch,
    now: Date.now,
    random: () => 0,
    sleep: async () => {},
    retry: "while-waiting",
    telemetry: { event: () => {}, measure: () => {} },
    ...needs,
  });
}

export function withinMs(milliseconds: number): Deadline {
  const endsAt = Date.now() + milliseconds;
  return { signal: AbortSignal.timeout(milliseconds), remainingMs: () => Math.max(0, endsAt - Date.now()) };
}

export const request = { workspaceId: 1, path: "trends/projects.csv", parameters: {} };
