import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvCheck } from "../../lambdas/core/csv-check.ts";

const check = (text: string | Buffer, { proven = true, pieceBytes = 7 } = {}) => {
  const bytes = Buffer.from(text);
  const checking = csvCheck();
  for (let at = 0; at < bytes.length; at += pieceBytes) checking.push(bytes.subarray(at, at + pieceBytes));
  return checking.end(proven);
};

describe("a CSV file that is sound", () => {
  it("is counted without its header", () => {
    expect(check("Name,Hours\nA,1\nB,2\n")).toEqual({ rows: 2, columns: ["Name", "Hours"], warnings: [] });
  });

  it("may hold the header only: an empty report", () => {
    expect(check("Name,Hours\n")).toEqual({ rows: 0, columns: ["Name", "Hours"], warnings: [] });
  });

  it("may begin with a byte order mark, in whatever pieces it comes", () => {
    for (const pieceBytes of [1, 2, 3, 100]) {
      expect(check('\uFEFF"Name, first",Hours\r\nA,1\r\n', { pieceBytes })).toEqual({
        rows: 1,
        columns: ["Name, first", "Hours"],
        warnings: [],
      });
    }
  });

  it("may hold newlines, commas and quotes inside of quotes", () => {
    expect(check('"a ""b"" c",d\n"x\ny, z",""\n')).toMatchObject({ rows: 1, columns: ['a "b" c', "d"], warnings: [] });
  });

  it("need not end with a newline if its length proves that it is whole", () => {
    expect(check("Name,Hours\nA,1", { proven: true }).rows).toBe(1);
  });

  it("may hold a quote in the middle of a field: inches, say", () => {
    expect(check('Name,Size\nPipe,5" wide\nTube,7\n', { proven: false })).toMatchObject({ rows: 2, warnings: [] });
  });

  it("may begin with blank lines", () => {
    expect(check("\n\r\nName,Hours\nA,1\n")).toMatchObject({ rows: 1, columns: ["Name", "Hours"] });
  });

  it.each(["Note\n<html>\n", 'a,b\n{"x":1},2\n', "[a],b\n1,2\n", "{a,b\n1,2\n", "a\n\uFEFFb\n"])(
    "may look a little like something else: %j",
    (text) => {
      expect(check(text).rows).toBe(1);
    },
  );

  it("may have a header without an end in sight of its beginning", () => {
    const name = "x".repeat(70_000);
    expect(check(`${name},b\n1,2\n`, { pieceBytes: 5000 })).toMatchObject({ rows: 1, warnings: [] });
  });

  it("may hold any character, cut between any two pieces", () => {
    for (const pieceBytes of [1, 2, 3, 5]) {
      expect(check("Näme,Σ\n🎉 Fête,日本\n", { pieceBytes }).columns).toEqual(["Näme", "Σ"]);
    }
  });
});

describe("a CSV file that is only odd passes with a warning", () => {
  it.each([
    ["a record in the middle with more fields", "a,b\n1,2,3\n4,5\n", "ragged_records"],
    ["a record in the middle with fewer fields", "a,b\n1\n4,5\n", "ragged_records"],
    ["a short last record, proven whole", "a,b\n1,2\n3", "ragged_records"],
    ["blank lines", "a,b\n\n1,2\n\r\n", "blank_lines"],
    ["text behind a closing quote", 'a,b\n"x"y,2\n', "stray_quotes"],
  ])("%s", (_, text, code) => {
    expect(check(text).warnings.map((warning) => warning.code)).toEqual([code]);
  });

  it("says how much of it is odd", () => {
    expect(check('a,b\n\n\n"x"y,2\n').warnings.map(({ detail }) => detail)).toEqual([
      "2 lines are blank",
      "1 quoted fields have text behind their closing quote",
    ]);
  });

  it("names how many records are ragged and which is the first", () => {
    expect(check("a,b\n1,2\n3\n4,5,6\n").warnings[0]?.detail).toMatch(/^2 of .* first is record 3$/);
  });
});

describe("a CSV file that is provably damaged is refused", () => {
  it.each([
    ["empty", "", /it is empty/],
    ["blank lines only", "\n\n", /it is empty/],
    ["an HTML page", "<!DOCTYPE html><html><body>502</body></html>\n", /HTML page/],
    ["an HTML page after white space", "\n  <html>\n", /HTML page/],
    ["a JSON error", '{"error":{"message":"no"}}', /JSON/],
    ["a JSON array", '[{"a":1}]\n', /JSON/],
    ["a JSON string", '"Internal Server Error"\n', /JSON/],
    ["JSON null", "null\n", /JSON/],
    ["a workbook", "PK\x03\x04 and so on", /workbook/],
    ["a quote left open", 'a,b\n1,"2\n3,4\n', /quote is left open/],
    ["Latin-1", Buffer.from("N\xe4me,x\n1,2\n", "latin1"), /not UTF-8/],
    ["UTF-16", Buffer.from("\uFEFFa,b\n1,2\n", "utf16le"), /not UTF-8/],
    ["a character cut at the end", Buffer.from("a,b\n1,ä", "utf8").subarray(0, -1), /last character is cut/],
  ])("%s", (_, contents, reason) => {
    expect(() => check(contents)).toThrow(reason);
  });

  it.each([
    ["no newline at the end", "a,b\n1,2", /without a newline/],
    ["a last record that is short", "a,b\n1,2\n3\n", /last record is cut short/],
  ])("%s, unless the length proves that it is whole", (_, text, reason) => {
    expect(() => check(text, { proven: false })).toThrow(reason);
    expect(check(text, { proven: true }).rows).toBeGreaterThan(0);
  });

  it.each([
    ["JSON of any size", `[{"a":"${"x".repeat(100_000)}"}]`],
    ["JSON with white space", `\n [ \n {"a":"${"x".repeat(100_000)}"}]`],
    ["JSON behind a byte order mark", `\uFEFF{"a":"${"x".repeat(100_000)}"}`],
  ])("%s", (_, contents) => {
    expect(() => check(contents, { pieceBytes: 4096 })).toThrow(/it is JSON/);
  });

  it("with the code of a damaged file, and the promise that nothing was stored", () => {
    expect(() => check("")).toThrow(
      expect.objectContaining({ kind: "toggl_invalid_file", message: expect.stringMatching(/Nothing was stored\.$/) }),
    );
  });

  it("at once when it is no CSV, not only at its end", () => {
    expect(() => csvCheck().push(Buffer.from(`<html>${" ".repeat(600)}`))).toThrow(/HTML page/);
  });
});

it("counts and names as a CSV library does, whatever the contents and the pieces", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "ü", "🎉", '"', ",", "\n", "\r\n", " ", "=", "<") });
  const table = fc
    .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 6 }))
    .chain(([columns, rows]) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    );
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), (cells, pieceBytes, crlf) => {
      const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const text = cells.map((row) => row.map(quoted).join(",") + (crlf ? "\r\n" : "\n")).join("");
      const oracle: string[][] = parse(text, { record_delimiter: crlf ? "\r\n" : "\n" });
      const found = check(text, { proven: false, pieceBytes });
      expect(found).toEqual({ rows: oracle.length - 1, columns: oracle[0], warnings: [] });
    }),
  );
});
