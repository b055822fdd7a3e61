import { expect, it } from "vitest";
import { isDay, isoTime, parseInstant } from "../../api/times.ts";

it("writes moments to the second", () => {
  expect(isoTime(Date.UTC(2026, 10, 3, 5, 0, 1, 999))).toBe("2026-11-03T05:00:01Z");
});

it.each(["2026-02-30", "x2026-02-28", "2026-02-28x", "2026-2-28", "20260228", ""])("%j is no day", (text) => {
  expect(isDay(text)).toBe(false);
});

it.each(["", "soon", "2026-11-03", "2026-11-03T05:00:00"])("%j is no moment", (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

it("takes days and moments of the calendar", () => {
  expect([isDay("2028-02-29"), isDay("2026-12-31")]).toEqual([true, true]);
  expect(parseInstant("2026-11-03T06:00+01:00")).toBe(Date.UTC(2026, 10, 3, 5));
});
