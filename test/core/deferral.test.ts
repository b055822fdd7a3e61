import fc from "fast-check";
import { expect, it } from "vitest";
import { deferralSeconds, isDeferral, retrySeconds } from "../../lambdas/core/deferral.ts";
import { Failure } from "../../lambdas/core/failure.ts";

const random = fc.double({ min: 0, max: 0.999999, noNaN: true });

it("waits at least as long as Toggl asks, and not much longer", () => {
  fc.assert(
    fc.property(fc.nat(7200), random, (asked, chance) => {
      const wait = deferralSeconds(asked, chance);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThan(asked);
      expect(wait).toBeLessThanOrEqual(asked + 2 + Math.min(60, Math.max(1, asked / 10)));
    }),
  );
});

it("spreads those who wait over a second at least and a minute at most", () => {
  expect(deferralSeconds(5, 0)).toBe(6);
  expect(deferralSeconds(5, 0.9)).toBe(7); // up to a second more
  expect(deferralSeconds(100, 0.9)).toBe(110); // up to a tenth more
  expect(deferralSeconds(3600, 0.9)).toBe(3655); // up to a minute more
});

it.each([
  [1, 15, 30],
  [2, 30, 60],
  [3, 60, 120],
  [4, 120, 240],
])("waits longer after each attempt: after %s, %s to %s s", (attempts, least, most) => {
  expect(retrySeconds(attempts, 0)).toBe(least);
  expect(retrySeconds(attempts, 0.999)).toBe(most);
});

it("takes quota and pace as reasons to wait, and nothing else", () => {
  expect(isDeferral(new Failure("toggl_quota_exhausted", ""))).toBe(true);
  expect(isDeferral(new Failure("toggl_rate_limited", ""))).toBe(true);
  expect(isDeferral(new Failure("toggl_feature_required", ""))).toBe(false);
  expect(isDeferral(new Failure("toggl_unavailable", ""))).toBe(false);
});
