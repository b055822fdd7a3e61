import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { csvScanner } from "../../../lambdas/core/files/csv-scanner.ts";

const scan = (text: string, { pieceBytes = 1000, records = 100, maxBytes = 1000 } = {}) => {
  const found: { fields: string[]; isCut: boolean }[] = [];
  const scanner = csvScanner({ records, maxBytes, onRecord: (fields, isCut) => found.push({ fields, isCut }) });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.push(bytes.subarray(at, at + pieceBytes));
  const counts = scanner.end();
  return { found, rows: found.map(({ fields }) => fields), ...counts };
};

it("gives the fields of every record, in whatever pieces they come", () => {
  const text = '\uFEFFa,"b ""c""",\r\n\r\n"x\ny",ü,\r,2,"3"\n\uFEFFlast,"z"q,';
  for (const pieceBytes of [1, 2, 3, 4, 7, 1000]) {
    expect(scan(text, { pieceBytes }).rows).toEqual([
      ["a", 'b "c"', ""],
      ["x\ny", "ü", ""],
      ["", "2", "3"],
      ["\uFEFFlast", '"z"q', ""],
    ]);
  }
});

it("counts a carriage return alone before an empty field, too", () => {
  expect(scan("a,b\r,2\r\n")).toMatchObject({
    rows: [
      ["a", "b"],
      ["", "2"],
    ],
    bareReturns: 1,
  });
});

it("takes a byte order mark for one at the very beginning only", () => {
  expect(scan("a\n\uFEFFb\n", { pieceBytes: 2 }).rows).toEqual([["a"], ["\uFEFFb"]]);
});

it("gives no more records than are wanted, and counts all", () => {
  expect(scan("a\n\nb\nc\n", { records: 2 })).toMatchObject({ rows: [["a"], ["b"]], records: 3 });
});

it("gives the fields of a long record that were whole by then, and the next record whole", () => {
  const text = "ab,cd\nab,cde\nab\n";
  for (const pieceBytes of [1, 3, 1000]) {
    expect(scan(text, { pieceBytes, maxBytes: 4 }).found).toEqual([
      { fields: ["ab", "cd"], isCut: false },
      { fields: ["ab"], isCut: true },
      { fields: ["ab"], isCut: false },
    ]);
  }
});

it("gives a field as it stands if its quote is never closed", () => {
  expect(scan('a,"b""c\n')).toMatchObject({ rows: [["a", '"b""c\n']], quoteLeftOpen: true, endsWithNewline: false });
});

it("reads rows as a CSV library does", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "ü", '"', '""', " ", "="), maxLength: 5 });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  const options = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), fc.nat(6), (cells, record_delimiter, cut) => {
      const text = cells.map((row) => row.join(",") + record_delimiter).join("");
      const { rows, quoteLeftOpen } = scan(text, { pieceBytes: cut + 1 });
      fc.pre(!quoteLeftOpen);
      expect(rows).toEqual(parse(text, { ...options, record_delimiter }));
    }),
    { numRuns: 500, seed: 20261125 },
  );
});
