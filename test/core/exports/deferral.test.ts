import fc from "fast-check";
import { expect, it } from "vitest";
import {
  deferralSeconds,
  isDeferral,
  maxWaits,
  retrySeconds,
  waitSeconds,
} from "../../../lambdas/core/exports/export-state.ts";
import { Failure } from "../../../lambdas/core/failure.ts";

const random = fc.double({ min: 0, max: 0.999999, noNaN: true });

it("waits at least as long as Toggl asks, and not much longer", () => {
  fc.assert(
    fc.property(fc.nat(7200), fc.integer({ min: 1, max: maxWaits }), random, (asked, waits, chance) => {
      const wait = deferralSeconds(asked, waits, chance);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThan(Math.min(asked, 3600));
      const min = Math.max(Math.min(asked, 3600), waitSeconds(waits));
      expect(wait).toBeLessThanOrEqual(min + 2 + Math.min(60, Math.max(1, min / 10)));
    }),
  );
});

it.each([
  [1, 30],
  [2, 60],
  [3, 120],
  [4, 300],
  [5, 900],
  [6, 900],
  [maxWaits, 900],
])("waits longer each time, whatever Toggl asks: the %s. time %s s", (waits, seconds) => {
  expect(waitSeconds(waits)).toBe(seconds);
  for (const asked of [0, 1, seconds - 1]) expect(deferralSeconds(asked, waits, 0)).toBe(seconds);
  expect(deferralSeconds(seconds, waits, 0)).toBe(seconds + 1);
});

it("does not believe who asks for more than an hour", () => {
  expect(deferralSeconds(3600, 1, 0)).toBe(3601);
  expect(deferralSeconds(999_999_999, 1, 0)).toBe(3601);
});

it("spreads those who wait over three seconds at least and a minute at most", () => {
  expect(deferralSeconds(5, 1, 0.9)).toBe(33); // up to a tenth more
  expect(deferralSeconds(100, 1, 0.9)).toBe(111);
  expect(deferralSeconds(3600, 1, 0.9)).toBe(3655); // up to a minute more
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
