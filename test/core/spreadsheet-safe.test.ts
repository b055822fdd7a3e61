import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadsheetSafe } from "../../lambdas/core/spreadsheet-safe.ts";

const rewritten = (bytes: Buffer, pieceLength = bytes.length || 1) => {
  const rewriter = spreadsheetSafe();
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    pieces.push(rewriter.push(bytes.subarray(at, at + pieceLength)));
  }
  return Buffer.concat([...pieces, rewriter.end()]);
};
const safe = (text: string) => rewritten(Buffer.from(text)).toString();

describe("a cell that a spreadsheet would run", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ["-1+1", "'-1+1"],
    ["-A1", "'-A1"],
    ["-2-3", "'-2-3"],
    ["\t=1", "'\t=1"],
    ['"=HYPERLINK(""x"",""y"")"', '"\'=HYPERLINK(""x"",""y"")"'],
    ['"-1"" & A1"', '"\'-1"" & A1"'],
    ['"\n=1"', '"\'\n=1"'],
    ['"\r=1"', '"\'\r=1"'],
    ['""=1', '""\'=1'],
    ["＝1+1", "'＝1+1"],
    ['"－A1"', '"\'－A1"'],
    ["＋", "'＋"],
    [`-${"1".repeat(50)}`, `'-${"1".repeat(50)}`],
  ])("%j becomes %j", (cell, expected) => {
    expect(safe(`${cell},x\r\n`)).toBe(`${expected},x\r\n`);
    expect(safe(`x,${cell}\n`)).toBe(`x,${expected}\n`);
    expect(safe(`a\n${cell}`)).toBe(`a\n${expected}`);
  });
});

describe("any other cell", () => {
  it.each([
    "-12.5",
    "+7",
    '"-1,234.50"',
    "-1.5e3",
    "-1E-7",
    "-12 %",
    "-12%",
    "-01:30:00",
    "-",
    "1-2",
    "a=b",
    "'=1",
    '"say ""=1"""',
    '"""=1"',
    '""',
    "",
    "Ünï",
    "a@b.example",
    "Ａ＝１",
    "\uff76\uff85",
    "\ufb01",
  ])("%j stays as it is", (cell) => {
    for (const text of [`${cell},x\r\n`, `x,${cell}\r\n`, `x,${cell}`, `\ufeff${cell},y\n`])
      expect(safe(text)).toBe(text);
  });
});

it("looks behind a byte-order mark", () => {
  expect(safe("\ufeff=1,2\n")).toBe("\ufeff'=1,2\n");
  expect(rewritten(Buffer.from("\ufeff=1\n"), 1).toString()).toBe("\ufeff'=1\n");
  expect(safe("=")).toBe("'=");
});

it("changes what a CSV library reads in these cells and in no others, however the bytes are cut", () => {
  const text = fc.string({ unit: fc.constantFrom(..."=+-@,\"\n\r\t'1.5%eA ü＝Ａ"), maxLength: 12 });
  const row = fc.array(text, { minLength: 2, maxLength: 4 });
  const expectedOf = (cell: string) => {
    if (/^[=@\t\r\n＝]/.test(cell)) return `'${cell}`;
    return /^[+-]/.test(cell) && !/^[+-][\d.,:' ]*(e[+-]?\d+)?\s*%?$/i.test(cell) ? `'${cell}` : cell;
  };
  const options = { relax_column_count: true, skip_empty_lines: false };
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(7), fc.boolean(), (rows, cut, quoted) => {
      const bytes = Buffer.from(stringify(rows, { quoted, quoted_match: /[\r\n\t]/ }));
      const read: string[][] = parse(rewritten(bytes, cut + 1), options);
      expect(read).toEqual(rows.map((cells) => cells.map(expectedOf)));
    }),
    { numRuns: 2000 },
  );
});

it("is done with ten megabytes in little memory", () => {
  const rewriter = spreadsheetSafe();
  const piece = Buffer.from("Project,=1,-5\n".repeat(5000));
  let bytes = 0;
  for (let count = 0; count < 150; count++) bytes += rewriter.push(piece).length;
  expect(bytes + rewriter.end().length).toBe(150 * 5000 * "Project,'=1,-5\n".length);
});
