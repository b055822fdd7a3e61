import { describe, expect, it } from "vitest";
import type { FailureKind } from "../../../api/problems.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import { retryBudget, retryWait } from "../../../lambdas/core/toggl/retry.ts";

const wait = (kind: FailureKind, { retries = 0, remainingMs = 20_000, random = 0.5, retryAfterSeconds = 0 } = {}) =>
  retryWait(new Failure(kind, "", { retryAfterSeconds }), { retries, policy: "while-waiting", remainingMs, random });

describe("Toggl is asked again", () => {
  it.each([
    ["toggl_unavailable", { random: 0 }, 0],
    ["toggl_unavailable", { retries: 0 }, 500],
    ["toggl_unavailable", { retries: 1 }, 1000],
    ["toggl_unavailable", { retryAfterSeconds: 3 }, 3500],
    ["toggl_rate_limited", { random: 0 }, 1000],
    ["toggl_rate_limited", { retries: 1 }, 2000],
    ["toggl_rate_limited", { retryAfterSeconds: 4 }, 4500],
  ] as const)("after %s %j in %d ms", (kind, circumstances, milliseconds) => {
    expect(wait(kind, circumstances)).toBe(milliseconds);
  });
});

describe("Toggl is not asked again", () => {
  it.each([
    ["toggl_unavailable", { retries: 2 }],
    ["toggl_unavailable", { remainingMs: 500 }],
    ["toggl_rate_limited", { retryAfterSeconds: 120 }],
    ["toggl_rejected", {}],
    ["toggl_feature_required", {}],
    ["toggl_quota_exhausted", {}],
    ["toggl_credentials_rejected", {}],
    ["toggl_gone", {}],
    ["toggl_unexpected", {}],
    ["toggl_invalid_file", {}],
    ["toggl_timeout", {}],
  ] as const)("after %s %j", (kind, circumstances) => {
    expect(wait(kind, circumstances)).toBeUndefined();
  });
});

describe("the budget", () => {
  it("has ten retries at hand and earns one in ten calls", () => {
    const budget = retryBudget();
    expect(Array.from({ length: 12 }, () => budget.spend())).toEqual([...Array(10).fill(true), false, false]);
    for (let call = 0; call < 11; call++) budget.earn();
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
  });

  it("keeps a thousand calls that nearly all fail to a tenth more", () => {
    const budget = retryBudget();
    let retries = 0;
    for (let call = 0; call < 1000; call++) {
      budget.earn();
      while (budget.spend()) retries++;
    }
    expect(retries).toBeLessThanOrEqual(110);
    expect(retries).toBeGreaterThan(100);
  });
});
