import { plainText } from "../text.ts";

/** What stands in a text from outside where the token stood. */
const hidden = "[token]";

/** Fewer characters of base64 could stand anywhere by chance. */
const minBase64 = 6;

/**
 * Makes text that came from outside fit for messages and logs: on one line, without what a terminal would obey, and
 * without the token, however it is written: as it is or in other case, with escapes of JSON, HTML, URLs or mail, in base64
 * or base64url wherever it begins in it, in hexadecimal, broken over lines.
 * @param token what was sent and must never be repeated
 */
export function outsideText(token: string): (text: string) => string {
  const forms = formsOf(token);
  return (text) => {
    const visible = plainText(text.replaceAll(/\p{Cf}/gu, ""));
    return withoutForms(visible, forms).replaceAll(/\s+/g, " ").trim();
  };
}

/** The token as it is, in hexadecimal, and in base64 with none, one or two bytes before it. */
function formsOf(token: string): string[] {
  const written = [token, token.toLowerCase(), token.toUpperCase()].flatMap((one) => {
    const bytes = Buffer.from(one);
    return [one, bytes.toString("hex"), ...[0, 1, 2].map((before) => base64Behind(before, bytes))];
  });
  return [...new Set(written.map(alike))].filter((form) => form !== "");
}

/** What of the base64 of some bytes stays the same whatever stands before and behind; empty if that is next to nothing. */
function base64Behind(before: number, bytes: Buffer): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const form = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return form.length < minBase64 ? "" : form;
}

/** In one case, and with base64url's signs for base64's; as long as it was. */
function alike(text: string): string {
  return text
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** What a text can be read as: with some of it skipped, or decoded from the number that a group caught. */
const readings = [
  /[\s\\]+/g,
  /\\+[nrt]|\s+|\\+(?:u(?:\{0*|0{2,6})|x)(?<hex>[0-9a-f]{2})\}?|%(?:25)*(?:u00)?(?<hex2>[0-9a-f]{2})|&(?:amp;)*#(?:x0*(?<hex3>[0-9a-f]{2});?|0*(?<decimal>\d{2,3});)|\\+(?:u[0-9a-f]{4})?/gi,
  /\s+|=\s+|=(?<hex>[0-9a-f]{2})/gi,
];

/** A text as it reads, and where each of its characters begins and ends in the original. */
interface Reading {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function readAs(pattern: RegExp, original: string): Reading {
  const [characters, starts, ends]: [string[], number[], number[]] = [[], [], []];
  const add = (character: string, start: number, end: number) => {
    characters.push(character);
    starts.push(start);
    ends.push(end);
  };
  const addAll = (from: number, to: number) => {
    for (let at = from; at < to; at++) add(original.charAt(at), at, at + 1);
  };
  let read = 0;
  for (const { 0: unit, index, groups = {} } of original.matchAll(pattern)) {
    addAll(read, index);
    read = index + unit.length;
    const { decimal, hex = groups.hex2 ?? groups.hex3 } = groups;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (isSign(code)) add(String.fromCharCode(code), index, read);
  }
  addAll(read, original.length);
  return { text: alike(characters.join("")), starts, ends };
}

/** What a token consists of; line breaks, blanks and the like are skipped. */
function isSign(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

function withoutForms(original: string, forms: readonly string[]): string {
  const found: [start: number, end: number][] = [];
  for (const { text, starts, ends } of readings.map((pattern) => readAs(pattern, original))) {
    for (const form of forms) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        found.push([starts[at] ?? 0, ends[at + form.length - 1] ?? original.length]);
      }
    }
  }
  let shown = "";
  let done = 0;
  for (const [start, end] of found.sort(([one], [other]) => one - other)) {
    if (start >= done) shown += original.slice(done, start) + hidden;
    done = Math.max(done, end);
  }
  return shown + original.slice(done);
}
