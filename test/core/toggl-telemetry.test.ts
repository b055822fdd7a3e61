import { expect, it } from "vitest";
import { Failure } from "../../lambdas/core/failure.ts";
import { togglTelemetry } from "../../lambdas/core/telemetry.ts";

it.each([
  ["what is left of the quota", { requests: 1, quota_remaining: 12 }, [{ QuotaRemaining: 12 }]],
  ["a quota of which nothing is left", { requests: 1, quota_remaining: 0 }, [{ QuotaRemaining: 0 }]],
  ["nothing where Toggl says nothing of it", { requests: 1 }, []],
  ["a token that was refused", new Failure("toggl_credentials_rejected", "no"), [{ CredentialsRejected: 1 }]],
  ["a pace that was too quick", new Failure("toggl_rate_limited", "slow down"), [{ TogglThrottled: 1 }]],
  ["a quota that is spent", new Failure("toggl_quota_exhausted", "later"), [{ QuotaRemaining: 0 }]],
  ["nothing of any other failure", new Failure("toggl_unavailable", "down"), []],
])("measures %s", (_, outcome, expected) => {
  const measured: object[] = [];
  togglTelemetry({ measure: (metrics) => void measured.push(metrics) })(outcome);
  expect(measured).toEqual(expected);
});
