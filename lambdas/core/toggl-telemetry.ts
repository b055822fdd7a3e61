import type { TogglUsage } from "./export.ts";
import { Failure } from "./failure.ts";
import type { Telemetry } from "./telemetry.ts";

/** Measures what came of a call to Toggl: what is left of its quota, and what an operator has to look at. */
export function togglTelemetry({ measure }: Pick<Telemetry, "measure">) {
  return (outcome: TogglUsage | Failure): void => {
    if (!(outcome instanceof Failure)) {
      if (outcome.quota_remaining !== undefined) measure({ QuotaRemaining: outcome.quota_remaining });
      return;
    }
    if (outcome.kind === "toggl_credentials_rejected") measure({ CredentialsRejected: 1 });
    if (outcome.kind === "toggl_rate_limited") measure({ TogglThrottled: 1 });
    if (outcome.kind === "toggl_quota_exhausted") measure({ QuotaRemaining: 0 });
  };
}
