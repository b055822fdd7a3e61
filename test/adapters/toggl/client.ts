import { rawFetch } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { type TogglClient, togglClient } from "../../../lambdas/adapters/toggl/toggl-client.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { clockAt, silent } from "../../ports.ts";

type Options = Parameters<typeof togglClient>[0];

/** The client as a function has it, asking this server, with a token that is never renewed and without waits. */
export function clientOf(
  baseUrl: string,
  { token = "token", ...options }: Partial<Options> & { token?: string } = {},
): TogglClient {
  return togglClient({
    baseUrl,
    tokens: { read: async () => token, renew: async () => token },
    fetch: rawFetch,
    clock: clockAt(Date.now),
    retry: "while-waiting",
    telemetry: silent,
    ...options,
  });
}

export function withinMs(milliseconds: number): Deadline {
  const endsAt = Date.now() + milliseconds;
  return { signal: AbortSignal.timeout(milliseconds), remainingMs: () => Math.max(0, endsAt - Date.now()) };
}

export const request = { workspaceId: 1, path: "trends/projects.csv", parameters: {} };
