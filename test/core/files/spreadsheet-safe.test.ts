import { parse } from "csv-parse/sync";

import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadsheetSafe } from "../../../lambdas/core/files/spreadsheet-safe.ts";

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
    ["\t=1", "\t'=1"],
    ["\0=1", "\0'=1"],
    [" =1", " '=1"],
    ["\uFEFF=1", "\uFEFF'=1"],
    ['"=HYPERLINK(""x"",""y"")"', '"\'=HYPERLINK(""x"",""y"")"'],
    ['"-1"" & A1"', '"\'-1"" & A1"'],
    ['"\n=1"', '"\n\'=1"'],
    ['"\r=1"', '"\r\'=1"'],
    ['"a\n=1"', '"a\n\'=1"'],
    ['"a,=1"', '"a,\'=1"'],
    ["a;=1", "a;'=1"],
    ["a;@b", "a;'@b"],
    ["a\t-b", "a\t'-b"],
    ["b\r=2+2", "b\r'=2+2"],
    ['""=1', '""\'=1'],
    ["＝1+1", "'＝1+1"],
    ['"－A1"', '"\'－A1"'],
    ["－1+1", "'－1+1"],
    ["-5+min", "'-5+min"],
    ["-5%+1", "'-5%+1"],
    ["-5*2", "'-5*2"],
    ["-5:A1", "'-5:A1"],
    ["-1:30:B5", "'-1:30:B5"],
    ["-US$12", "'-US$12"],
    ["-EUR12", "'-EUR12"],
    ["-$A$1", "'-$A$1"],
    ["-5 A1", "'-5 A1"],
    ["-5 $B$7", "'-5 $B$7"],
    ["-5 LOG(2)", "'-5 LOG(2)"],
    ["-5 min+1", "'-5 min+1"],
    ["-5 cmd|' /C calc'!A0", "'-5 cmd|' /C calc'!A0"],
    ["+49-30-123456", "'+49-30-123456"],
    ["-(12.50)", "'-(12.50)"],
    ["- none", "'- none"],
    ['-5"+1', "'-5\"+1"],
    ['"-5"+1', '"\'-5"+1'],
    [`-5 ${"x".repeat(253)}`, `'-5 ${"x".repeat(253)}`],
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
    "-0:05",
    "-01:30:00.5",
    "-",
    "--",
    "＋",
    "－１２",
    "+.5",
    "-$12.50",
    "-$1,234.50",
    '"-$1,234.50"',
    "-12.50 €",
    "-12,50 EUR",
    "-€12",
    "-€ 12",
    "-USD 12.50",
    "-US$ 12.50",
    "-CHF 1'234.50",
    "-1.234,50 EUR",
    '"-1.234,50 EUR"',
    "-1 234,50 €",
    "-1\u00a0234,50\u00a0€",
    "(12.50)",
    "-5 min",
    "-5 min.",
    "-5min",
    "-3h 20m",
    "-5 km/h",
    "+5 days (late)",
    "+49 30 1234567",
    "+49 (0)30 123-456",
    "-1 %",
    " -1+1",
    " @home",
    `-${"1".repeat(254)}`,
    `"-5 ${"x".repeat(250)}"`,
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

it("takes a tab for white space, as who separates by commas does", () => {
  for (const line of ["+\tA,x\n", "-1\t*2\n", "a,-1\t &B7\n"]) expect(safe(line)).toBe(line.replace(/[+-]/, "'$&"));
  for (const line of ["-\t\tA\n", "-1\tA\n", "x\t-1\t*2\n", "x\t-\tA\n"]) expect(safe(line)).toBe(line);
});

it("takes a figure with a decimal comma for what another separator makes of it", () => {
  expect(safe("-1,5+cmd|' /C calc'!A0\n")).toBe("'-1,5+cmd|' /C calc'!A0\n");
  expect(safe("a;-1,5&B7,c\n")).toBe("a;'-1,5&B7,c\n");
  for (const line of ["a,-1,5+x\n", "-1,5 h,x\n", "-1,2026-10-31,=\n", "-1,5:30\n", "-1,5/2\n", "-1.5,5+x\n", "-1,5"]) {
    expect(safe(line)).toBe(line.replace("=", "'="));
  }
});

/** Cells as a spreadsheet reads them that separates by this, with quotes or without regard to them. */
const cellsOf = (text: string, delimiter: string): string[] => {
  const options = { delimiter, record_delimiter: ["\r\n", "\n", "\r"], relax_column_count: true, relax_quotes: true };
  const bare = text.split(/[\r\n]/).flatMap((line) => line.split(delimiter));
  const hasOpenQuote = (() => {
    try {
      return !parse(text, options);
    } catch {
      return true;
    }
  })();
  return [
    ...bare.map((cell) => cell.replace(/^"{1,2}(?!")/, "")),
    ...parse(hasOpenQuote ? `${text}"` : text, options).flat(),
  ];
};

/** Formulas that can be told without knowing how the product tells them: a sign, and two operands or a name. */
const runs = (cell: string): boolean =>
  /^ *=|^(＝|@|＠|[+-](A|[\d.]+[+-][\dA]))/.test([...cell].filter((one) => one >= " ").join(""));

it("leaves no formula, whatever separates cells, and only ever adds apostrophes before signs", () => {
  const text = fc.string({ unit: fc.constantFrom(..."=+-@,;\"\n\r\t'1.5%eA ü＝Ａ\0"), maxLength: 40 });
  fc.assert(
    fc.property(text, fc.nat(7), (original, cut) => {
      const read = rewritten(Buffer.from(original), cut + 1).toString();
      for (const separator of [",", ";", "\t"]) expect(cellsOf(read, separator).filter(runs)).toEqual([]);
      let at = 0;
      for (const [place, character] of [...read].entries()) {
        if (character === [...original][at]) at++;
        else expect(character + [...read][place + 1]).toMatch(/^'[=@+\-＝＠＋－]$/);
      }
      expect(at).toBe([...original].length);
    }),
    { numRuns: 3000, seed: 20261125 },
  );
});

it("does the same however the bytes are cut", () => {
  const text = 'a,-5 min,"-1.234,50 EUR"\r\n=1;-1+1\t＝2,"x\n@y"\n'.repeat(20);
  const whole = safe(text);
  for (const length of [1, 2, 3, 7, 255, 256, 257, 300]) {
    expect(rewritten(Buffer.from(text), length).toString()).toBe(whole);
  }
});

it("leaves figures as they are, whatever stands around them", () => {
  const figure = fc
    .record({
      sign: fc.constantFrom("-", "+", "- "),
      before: fc.constantFrom("", "$", "€", "£ ", "USD ", "CHF ", "A$ "),
      number: fc.constantFrom(
        "5",
        "12.50",
        "12,50",
        "1,234.50",
        "1.234,50",
        "1'234.50",
        ".5",
        "1e3",
        "0:30",
        "01:30:00",
      ),
      behind: fc.constantFrom("", "%", " %", " €", "€", " EUR", " h", "h", " min", " 000", " (net)"),
    })
    .map(({ sign, before, number, behind }) => sign + before + number + behind);
  const rows = fc.array(fc.array(fc.oneof(figure, fc.constantFrom("", "A & B", "2026-10-31")), { minLength: 1 }));
  fc.assert(
    fc.property(rows, fc.constantFrom(",", ";", "\t"), fc.boolean(), (cells, delimiter, quoted) => {
      const text = stringify(cells, { delimiter, quoted });
      expect(safe(text)).toBe(text);
    }),
    { numRuns: 1000, seed: 20261125 },
  );
});

it("holds back no more than it looks ahead, however much comes", () => {
  const rewriter = spreadsheetSafe();
  const [row, safeRow] = ["Project,=1,-5\n", "Project,'=1,-5\n"];
  let held = 0;
  for (let count = 0; count < 20; count++) {
    held += safeRow.length * 5000 - rewriter.push(Buffer.from(row.repeat(5000))).length;
    expect(held).toBeLessThan(300);
  }
  expect(rewriter.end()).toHaveLength(held);
});
