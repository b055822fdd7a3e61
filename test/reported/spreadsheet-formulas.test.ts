import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadsheetSafe } from "../../lambdas/core/files/spreadsheet-safe.ts";
import { type CsvSettings, formulasIn, hasSpreadsheet } from "../spreadsheet.ts";
import { reportedCases } from "./reported-cases.ts";

const safe = (text: string): string => {
  const rewriter = spreadsheetSafe();
  return Buffer.concat([rewriter.push(Buffer.from(text)), rewriter.end()]).toString();
};

/** @param before what came of it until cells began behind every separator */
const one = (text: string, before: string, right: string) => ({
  name: JSON.stringify(text),
  before: before === text ? "left as it is" : JSON.stringify(before),
  right: JSON.stringify(right),
  now: () => JSON.stringify(safe(text)),
});

reportedCases("Formulas that a spreadsheet's own separators bring about", [
  one("b,x\r=2+2\n", "b,x\r=2+2\n", "b,x\r'=2+2\n"),
  one("a,x;=1+1\n", "a,x;=1+1\n", "a,x;'=1+1\n"),
  one("a;=1+1;b\n", "a;=1+1;b\n", "a;'=1+1;b\n"),
  one("a\t=1+1\n", "a\t=1+1\n", "a\t'=1+1\n"),
  one('"x;=1+1",b\n', '"x;=1+1",b\n', '"x;\'=1+1",b\n'),
  one('"x\n=1+1",b\n', '"x\n=1+1",b\n', '"x\n\'=1+1",b\n'),
  one("x;@SUM(A1)\n", "x;@SUM(A1)\n", "x;'@SUM(A1)\n"),
  one("x;-A1\n", "x;-A1\n", "x;'-A1\n"),
  one("x;＝1\n", "x;＝1\n", "x;'＝1\n"),
  one("a,\0=1+1\n", "a,\0=1+1\n", "a,\0'=1+1\n"),
  one("a, =1+1\n", "a, =1+1\n", "a, '=1+1\n"),
  one("a,\t=1+1\n", "a,'\t=1+1\n", "a,\t'=1+1\n"),
]);

const unchanged = (text: string) => one(text, `'${text}`, text);

reportedCases("Figures that are no formulas", [
  ...["-$12.50", "-12.50 €", "-5 min", "+49 30 1234567", "-€12", "-1.234,50 EUR", "-USD 12.50"].map(unchanged),
  ...["-3h 20m", "--", "-US$ 12.50", "－12", "+5 days"].map(unchanged),
  ...["(12.50)", "-01:30:00", "-12.5", "-12 %"].map((text) => one(text, text, text)),
  one("-EUR12", "'-EUR12", "'-EUR12"),
  one("-5 min+A1", "'-5 min+A1", "'-5 min+A1"),
]);

describe.skipIf(!hasSpreadsheet)("LibreOffice", () => {
  const settings: CsvSettings[] = ([",", ";", "\t"] as const).flatMap((separator) =>
    [true, false].map((quotes) => ({ separator, quotes })),
  );
  const units = [
    "=1+1",
    "=A1",
    "+1",
    "-1",
    "@",
    ",",
    ";",
    "\t",
    "\r",
    "\n",
    '"',
    '""',
    "'",
    " ",
    "\0",
    "x",
    "ü",
    "＝1",
  ];
  const text = fc.string({ unit: fc.constantFrom(...units), minLength: 200, maxLength: 600 });
  const files = fc.sample(text, { numRuns: 10, seed: 20261125 }); // few and long: each costs a tenth of a second

  it.each(settings)("runs nothing of a safe file: $separator, quotes $quotes", async (setting) => {
    const formulas = await formulasIn(
      [...files, ...files.map(safe)].map((file) => Buffer.from(file)),
      setting,
    );
    const [before, after] = [formulas.slice(0, files.length), formulas.slice(files.length)];
    expect(before.flat().length).toBeGreaterThan(5);
    expect(files.map(safe).filter((_, index) => after[index]?.length !== 0)).toEqual([]);
  });
});
