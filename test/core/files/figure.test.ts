import { expect, it } from "vitest";
import { isBlank, isFigure } from "../../../lambdas/core/files/row-changes.ts";

it.each([
  ..."0 12 -12.5 +7 1,234.50 1.234,50 1'234.50 .5 1e3 -1.5e-3 12% -12\u00a0% (12.50) ($1.00) $12 -$12.50 $-3 12.50€ -€12".split(
    " ",
  ),
  ..."−5 01:30:00 -0:05 12:30 1:30:00.5 1h 1h30m PT1H30M 5min £3 ¥100 12.- US$5".split(" "),
  ..."1 234,50|12.50 EUR|EUR 12.50|CHF 5.-|-5 min|1 h 30 min|3 hours|7 d|USD-5|- 5|5 kr|5,00 zł|Rs. 500|R 500|kr 5|$12.50/h|12 EUR / h|1:30 h|2 weeks".split(
    "|",
  ),
])("is a figure: %s", (cell) => expect(isFigure(cell)).toBe(true));

it.each([
  ..."A A1 2026-10-01 2026/10 Q4 n/a 12a3 1-2 +49-30 v1.2 1.2.x (a) € EUR".split(" "),
  "",
  "-",
  "Project 7",
  "7 dwarfs",
  "1".repeat(41),
])("is none: %s", (cell) => expect(isFigure(cell)).toBe(false));

it("knows a blank", () => {
  expect(["", " ", "-", "–", " — "].map(isBlank)).toEqual([true, true, true, true, true]);
  expect(["n/a", "N/A", "null"].map(isBlank)).toEqual([true, true, true]);
  expect(["0", "none of it"].map(isBlank)).toEqual([false, false]);
});
