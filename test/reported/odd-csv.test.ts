import { csvCheck } from "../../lambdas/core/files/csv-check.ts";
import { reportedCases } from "./reported-cases.ts";

/** Codes of the warnings, or why the file is refused. */
const verdict = (bytes: Buffer): string => {
  try {
    const check = csvCheck();
    check.push(bytes);
    const { rows, warnings } = check.end(true);
    return [`${rows} rows`, ...warnings.map(({ code }) => code)].join(", ");
  } catch (error) {
    return /CSV: (.*)\. Nothing/.exec(String(error))?.[1] ?? String(error);
  }
};

const one = (name: string, contents: string | Buffer, before: string, right: string) => ({
  name,
  before,
  right,
  now: () => verdict(Buffer.from(contents)),
});

reportedCases("CSV answers that are odd, or no CSV", [
  one("carriage returns alone", "a,b\r1,2\r3,4\r", "0 rows", "2 rows, carriage_returns"),
  one("NUL bytes", "a,b\n1,\0\n", "1 rows", "1 rows, nul_bytes"),
  one("one sentence", "Something went wrong.\n", "0 rows", "it is one sentence, not a table"),
  one("<Error>", "<Error><Code>NoSuchKey</Code></Error>", "0 rows", "it is markup (HTML or XML)"),
  one("<center>", "<center>502 Bad Gateway</center>\n", "0 rows", "it is markup (HTML or XML)"),
  one("UTF-16", Buffer.from("\uFEFFa,b\n", "utf16le"), "it is not UTF-8", "it is UTF-16, not UTF-8"),
  one(
    "UTF-16 without a mark",
    Buffer.from("a,b\n1,2\n", "utf16le"),
    "2 rows, ragged_records",
    "it is UTF-16, not UTF-8",
  ),
  one("separated by semicolons", "a;b\n1;2\n", "1 rows", "1 rows, one_column"),
  one("JSON with bare names", "{error: 1}\n", "0 rows", "it is JSON"),
  one("a sentence with a comma", "Sorry, something went wrong\n", "0 rows", "0 rows, no_table"),
  one("a sentence in Japanese", "エラーが発生しました。\n", "0 rows, no_table", "it is one sentence, not a table"),
  one("names that are all empty", ",,,\n", "0 rows", "it is empty"),
  one("quoted names that are all empty", '"",""\n', "0 rows", "it is empty"),
  one("names behind blanks", "Client, Hours\n", "0 rows", "0 rows"),
  one("empty names over a row", ",\n1,2\n", "1 rows", "1 rows"),
  one("PDF", "%PDF-1.7\n", "0 rows", "it is a PDF document"),
  one("gzip", Buffer.from("1f8b08", "hex"), "it is not UTF-8", "it is compressed with gzip"),
]);

const columns = (text: string) => {
  const check = csvCheck();
  check.push(Buffer.from(text));
  return check.end(true).columns?.join("|");
};
const named = (header: string, before: string, right: string) => ({
  name: JSON.stringify(header),
  before,
  right,
  now: () => columns(`${header}\n1,2,3\n4,5,6\n`),
});

reportedCases("Names of columns", [
  named(",Hours,Client", "|Client", "|Hours|Client"),
  named('Pipe 6",Hours,Client', 'Pipe 6"|Hours|Client\\n1|2|3\\n4|5|6\\n', 'Pipe 6"|Hours|Client'),
  named('"a ""b""",c,', 'a "b"|c|', 'a "b"|c|'),
  named('"x"y,b,c', "x|b|c", '"x"y|b|c'),
]);
