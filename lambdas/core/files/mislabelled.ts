/** What other kinds of file begin with, as Latin-1. */
const beginnings: readonly (readonly [beginning: string, kind: string])[] = [
  ["PK\x03\x04", "it is a workbook or another zip file"],
  ["PK\x05\x06", "it is an empty zip file"],
  ["\xd0\xcf\x11\xe0", "it is a workbook with a password, or an old one (.xls)"],
  ["\x1f\x8b", "it is compressed with gzip"],
  ["\x28\xb5\x2f\xfd", "it is compressed with Zstandard"],
  ["\xfd7zXZ", "it is compressed with xz"],
  ["BZh91AY&SY", "it is compressed with bzip2"],
  ["%PDF-", "it is a PDF document"],
  ["{\\rtf", "it is an RTF document"],
  ["\x89PNG", "it is a picture"],
  ["GIF8", "it is a picture"],
  ["\xff\xd8\xff", "it is a picture"],
  ["PAR1", "it is a Parquet file"],
  ["HTTP/", "it begins with the head of another answer"],
  ["\xff\xfe\0\0", "it is UTF-32, not UTF-8"],
  ["\0\0\xfe\xff", "it is UTF-32, not UTF-8"],
  ["\xff\xfe", "it is UTF-16, not UTF-8"],
  ["\xfe\xff", "it is UTF-16, not UTF-8"],
];

/** Looked for behind white space and a byte order mark. */
const texts: readonly (readonly [beginning: RegExp, kind: string])[] = [
  [/^<(!doctype html|html|head|body)\b/i, "it is an HTML page"],
  [/^<[a-z!?/]/i, "it is markup (HTML or XML)"],
  // Also what is guarded against being run as a script, wrapped into a call, or written with bare or single-quoted names.
  [/^(\)\]\}'?,?\s*|[\w$.]+\(\s*)?[{[]\s*["'{[\]}]/, "it is JSON"],
  [/^\{\s*[\w$]+\s*:/, "it is JSON"],
];

/** Why the beginning of a supposed CSV file shows that it is something else; undefined if it does not. */
export function mislabelled(head: Buffer): string | undefined {
  const latin1 = head.subarray(0, 16).toString("latin1");
  const binary = beginnings.find(([beginning]) => latin1.startsWith(beginning));
  if (binary) return binary[1];
  const text = textOf(head).trimStart();
  return texts.find(([beginning]) => beginning.test(text))?.[1] ?? wideCharacters(head);
}

/** Whether a whole file is one JSON value: an error can be a JSON string and nothing else (docs/toggl.md). */
export function isJson(whole: Buffer): boolean {
  try {
    JSON.parse(textOf(whole));
    return true;
  } catch {
    return false;
  }
}

/** Latin text of two or four bytes a character is valid UTF-8, too, with NUL bytes at every other place. */
function wideCharacters(head: Buffer): string | undefined {
  const pairs = Math.floor(head.length / 2);
  const nuls = [0, 0];
  for (let at = 0; at < pairs * 2; at++) if (head[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  const [fewer = 0, more = 0] = nuls.toSorted((a, b) => a - b).map((count) => count / pairs);
  if (!(more > 0.5)) return hasWideLineEnds(head) ? "it is UTF-16, not UTF-8" : undefined; // nor is an empty head anything
  if (fewer === 1) return "it holds nothing but NUL bytes";
  return fewer <= 0.25 ? "it is UTF-16, not UTF-8" : "it is UTF-32, not UTF-8";
}

/** Whether lines end with a NUL byte beside the line feed, always on the same side: other scripts in UTF-16 have no more. */
function hasWideLineEnds(head: Buffer): boolean {
  const lineFeeds: [before: boolean, after: boolean][] = [];
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) {
    if (at + 1 < head.length) lineFeeds.push([at % 2 === 1 && head[at - 1] === 0, at % 2 === 0 && head[at + 1] === 0]);
  }
  return lineFeeds.length > 0 && (lineFeeds.every(([before]) => before) || lineFeeds.every(([, after]) => after));
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}
