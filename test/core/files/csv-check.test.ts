import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvCheck } from "../../../lambdas/core/files/csv-check.ts";

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

  it("may end with an empty field, or with a carriage return", () => {
    expect(check("a,b\n1,").rows).toBe(1);
    expect(check("a,b\r\n1,2\r", { proven: false }).rows).toBe(1);
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

  it("has all names of a header of up to 64 KB, and is told where a longer one was cut", () => {
    const names = (bytes: number) => ["a", "b".repeat(1000), "c".repeat(bytes - 1001)];
    const header = (bytes: number) => check(`${names(bytes).join(",")}\n1,2,3\n`, { pieceBytes: 5000 });
    expect(header(65_536)).toEqual({ rows: 1, columns: names(65_536), warnings: [] });
    expect(header(65_537)).toEqual({
      rows: 1,
      columns: names(65_537).slice(0, 2),
      warnings: [{ code: "header_cut", detail: "the header is longer than 64 KB: columns has its first 2 names of 3" }],
    });
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
    ["carriage returns alone", "a,b\r1,2\r3,4\r", "carriage_returns"],
    ["one carriage return at the end", "a,b\r\n1,2\r", "carriage_returns"],
    ["NUL bytes", "a,b\n1,\0\n", "nul_bytes"],
    ["NUL bytes in quotes", 'a,b\n1,"\0"\n', "nul_bytes"],
    ["one field everywhere", "a;b\n1;2\n", "one_column"],
    ["one word", "Maintenance\n", "no_table"],
    ["one line that reads like an error", "Error: no such report,code 17\n", "no_table"],
    ["a sentence with a comma", "Sorry, we are closed, come back later.\n", "no_table"],
  ])("%s", (_, text, code) => {
    for (const pieceBytes of [1, 2, 1000]) {
      expect(check(text, { pieceBytes }).warnings.map((warning) => warning.code)).toEqual([code]);
    }
  });

  it.each([
    "Project,Client\n",
    "Project name, Client name\n",
    "Project,Hrs.\n",
    "Excl. VAT,Hours spent so far this month\n",
  ])("but an empty report does not: %j", (text) => {
    expect(check(text)).toMatchObject({ rows: 0, warnings: [] });
  });

  it("says why one line, or one column, is odd", () => {
    expect(check("Maintenance\n").warnings[0]?.detail).toBe("its only line may be a message instead of a report");
    expect(check("a\nb\n").warnings[0]?.detail).toBe(
      "all records have one field: it may be text, or separated by something else than commas",
    );
  });

  it.each([
    ["three words", "Hours  this month \n", ["no_table"]],
    ["a stop in the middle of one field", "Excl. VAT\n", ["no_table"]],
    ["a sentence of two words with a comma", "Sorry, closed.\n", ["no_table"]],
    ["a stop behind blanks", "Sorry, closed . \n", ["no_table"]],
    ["a name with a blank in front, and others", "Name, first,Hours.\n", []],
    ["names with blanks, the last with a stop", "Project name,Client name,Hours of the whole month incl.\n", []],
    ["names that only together are an error", "Time,Out\n", []],
    ["as many NUL bytes as others", "a,\0\n", ["nul_bytes"]],
    ["digits without end", `${"1".repeat(70_000)}\n2\n`, ["one_column", "header_cut"]],
  ])("%s", (_, text, codes) => {
    expect(check(text, { pieceBytes: 1000 }).warnings.map(({ code }) => code)).toEqual(codes);
  });

  it("counts a carriage return alone as the end of a line, in a file of ordinary lines too", () => {
    const { rows, warnings } = check("a,b\n1,x\ry\r\r\n2,3\r\n");
    expect(rows).toBe(3);
    expect(warnings.map(({ detail }) => detail.slice(0, 12))).toEqual(["1 of the rec", "1 lines are ", "2 lines end "]);
  });

  it("says how much of it is odd", () => {
    expect(check('a,b\n\n\n"x"y,\0\0\n').warnings.map(({ detail }) => detail)).toEqual([
      "2 lines are blank",
      "1 quoted fields have text behind their closing quote",
      "2 bytes are NUL, at which some programs stop reading",
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
    ["an HTML page after much white space", `${" ".repeat(600)}<body class="x">\n`, /HTML page/],
    ["an XML error", "<Error><Code>AccessDenied</Code></Error>\n", /markup/],
    ["an XML declaration", '\uFEFF<?xml version="1.0"?><Error/>\n', /markup/],
    ["a piece of HTML", "<center><h1>502 Bad Gateway</h1></center>\n", /markup/],
    ["a comment before a page", "<!-- proxy --><p>", /markup/],
    ["the end of markup", "</div>\n", /markup/],
    ["one sentence", "Internal Server Error\n", /one sentence/],
    ["four words", "Hours of this month\n", /one sentence/],
    ["a stop behind one word", "Sorry. \n", /one sentence/],
    ["JSON of exactly so many bytes as are kept", `"${"x".repeat(65_534)}"`, /JSON/],
    ["UTF-16 with a few other characters", "a\0b\0c\0\0\0", /UTF-16/],
    ["one sentence without an error's words", "We will be right back.\n", /one sentence/],
    ["many words", "the report is being made right now\n", /one sentence/],
    ["blanks only", "  \t \n", /it is empty/],
    ["a byte order mark only", "\uFEFF", /it is empty/],
    ["JSON behind blanks and a mark", '\uFEFF \n {"error": "no"}\n', /JSON/],
    ["JSON with bare names", "{error: 'no'}\n", /JSON/],
    ["JSON with single quotes", "{'error': 'no'}\n", /JSON/],
    ["JSON in a call", 'callback({"error":"no"})\n', /JSON/],
    ["JSON behind a guard", ')]}\',\n["no"]\n', /JSON/],
    ["an array of numbers", "[1,2,3]\n", /JSON/],
    ["lines of JSON", '{"a":1}\n{"a":2}\n', /JSON/],
    ["gzip", Buffer.from("1f8b0800", "hex"), /gzip/],
    ["PDF", "%PDF-1.7\n1 0 obj\n", /PDF/],
    ["RTF", "{\\rtf1 a}", /RTF/],
    ["a picture", Buffer.from("89504e470d0a1a0a", "hex"), /picture/],
    ["an old workbook", Buffer.from("d0cf11e0a1b11ae1", "hex"), /password, or an old one/],
    ["a compressed file", Buffer.from("28b52ffd", "hex"), /Zstandard/],
    ["an empty zip file", "PK\x05\x06\0\0", /empty zip/],
    ["an answer within the answer", "HTTP/1.1 502 Bad Gateway\r\n\r\n", /another answer/],
    ["UTF-16 without a mark", Buffer.from("a,b\n1,2\n", "utf16le"), /UTF-16/],
    ["UTF-16 in another script", Buffer.from("Клиент,Часы\nАкме,2\n", "utf16le"), /UTF-16/],
    ["UTF-16 in another script, the other way round", Buffer.from("Клиент\nАкме\n", "utf16le").swap16(), /UTF-16/],
    ["UTF-16, the other way round", Buffer.from("a,b\n1,2\n", "utf16le").swap16(), /UTF-16/],
    ["UTF-32", Buffer.from([...Buffer.from("a,b\n")].flatMap((byte) => [byte, 0, 0, 0])), /UTF-32/],
    ["UTF-32, marked", Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]), /UTF-32/],
    ["UTF-32, marked, little-endian", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /UTF-32/],
    ["UTF-16, marked, big-endian", Buffer.from("\uFEFFa,b\n", "utf16le").swap16(), /UTF-16/],
    ["NUL bytes only", "\0".repeat(700), /nothing but NUL/],
    ["a JSON error", '{"error":{"message":"no"}}', /JSON/],
    ["a JSON array", '[{"a":1}]\n', /JSON/],
    ["a JSON string", '"Internal Server Error"\n', /JSON/],
    ["JSON null", "null\n", /JSON/],
    ["a workbook", "PK\x03\x04 and so on", /workbook/],
    ["a quote left open", 'a,b\n1,"2\n3,4\n', /quote is left open/],
    ["Latin-1", Buffer.from("N\xe4me,x\n1,2\n", "latin1"), /not UTF-8/],
    ["UTF-16", Buffer.from("\uFEFFa,b\n1,2\n", "utf16le"), /UTF-16, not UTF-8/],
    ["a byte at the end that begins no character", Buffer.from("a,b\n1,\xc1", "latin1"), /not UTF-8/],
    ["half of a surrogate pair", Buffer.from("a,b\n1,\xed\xa0\xbd\n", "latin1"), /not UTF-8/],
    ["a character that is written too long", Buffer.from("a,b\n1,\xe0\x80\xaf\n", "latin1"), /not UTF-8/],
    ["three of four bytes at the end", Buffer.from("a,b\n1,😀", "utf8").subarray(0, -1), /last character is cut/],
    ["a mark that is cut", Buffer.from("\uFEFF", "utf8").subarray(0, 2), /last character is cut/],
    ["a character cut at the end", Buffer.from("a,b\n1,ä", "utf8").subarray(0, -1), /last character is cut/],
  ])("%s", (_, contents, reason) => {
    for (const pieceBytes of [7, 1000]) expect(() => check(contents, { pieceBytes })).toThrow(reason);
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
    expect(() => csvCheck().push(Buffer.from("<html>".padEnd(512)))).toThrow(/HTML page/);
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
      const namesNothing = cells.length === 1 && cells.flat().every((name) => name.trim() === "");
      if (namesNothing) {
        expect(() => check(text, { pieceBytes })).toThrow(/it is empty/);
        return;
      }
      const oracle: string[][] = parse(text, { record_delimiter: crlf ? "\r\n" : "\n" });
      const found = check(text, { proven: false, pieceBytes });
      expect(found).toEqual({ rows: oracle.length - 1, columns: oracle[0], warnings: [] });
    }),
  );
});

it("names the columns as a CSV library does, however odd the header is", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "ü", '"', '""', "6", " ", "="), maxLength: 6 });
  const header = fc.array(field, { minLength: 2, maxLength: 6 }).map((fields) => fields.join(","));
  const start = fc.constantFrom("", "\n", "\r\n\n", "\uFEFF");
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const options = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true } as const;
  fc.assert(
    fc.property(header, start, end, fc.nat(6), (names, before, lineEnd, cut) => {
      const text = `${before}${names}${lineEnd}1,2${lineEnd}`;
      const record_delimiter = ["\r\n", "\n", "\r"];
      const oracle = readOrNothing(() => parse(text, { ...options, record_delimiter }) as string[][]);
      const found = readOrNothing(() => check(text, { pieceBytes: cut + 1 }));
      fc.pre(oracle !== undefined && oracle.length > 1);
      if (found) expect(found.columns).toEqual(oracle?.[0]);
      else expect(names).toBe("nothing to refuse");
    }),
    { numRuns: 1000, seed: 20261125 },
  );
});

function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
