import type { Using } from "../../core/ports/ports.ts";
import type { RetryPolicy } from "../../core/toggl/retry.ts";
import { secretReader } from "../aws/secret-reader.ts";
import { clock } from "../clock.ts";
import { rawFetch } from "./raw-fetch.ts";
import { type TogglClient, togglClient } from "./toggl-client.ts";
import { tokenSource } from "./token-source.ts";

interface Connecting extends Using<{ telemetry: "event" | "measure" }>, Partial<Using<{ coordination: "warnings" }>> {
  /** When to ask again for what fails in passing. */
  readonly retry: RetryPolicy;
  readonly fetch?: typeof rawFetch;
}

/** Toggl with the tokens that Secrets Manager keeps; they are read while the function still starts. */
export function connectToggl(
  {
    TOGGL_BASE_URL: baseUrl,
    WORKSPACE_SECRETS: secrets,
  }: { TOGGL_BASE_URL: string; WORKSPACE_SECRETS: ReadonlyMap<number, string> },
  { fetch = rawFetch, ...options }: Connecting,
): TogglClient {
  const tokens = tokenSource({ readSecret: secretReader(), secrets, clock });
  tokens.prefetch();
  return togglClient({ baseUrl, tokens, fetch, clock, ...options });
}
