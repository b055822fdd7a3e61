import { buffer } from "node:stream/consumers";
import { deflateRawSync, gzipSync } from "node:zlib";
import { ZipFile } from "yazl";
import { RawAnswer } from "../serve-fetch.ts";
import { nginxPage, refusal } from "./answers.ts";
import type { dataTrends } from "./reports.ts";

/** What a fault can make use of: the answer that would have come. */
export interface Ordinary {
  readonly format: "json" | "csv" | "xlsx";
  /** The ordinary body. */
  readonly body: Buffer;
  /** The quota headers, which come on every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The Authorization header that came. */
  readonly authorization: string;
  /** The same report in the other file format. */
  otherFormat(): Promise<Buffer>;
}

export interface Fault {
  readonly description: string;
  /** Whether even the quota headers are missing, which come on every other answer. */
  readonly withoutQuota?: true;
  answer(ordinary: Ordinary): Response | Promise<Response>;
}

type Body = ConstructorParameters<typeof Response>[0];

const ok = (body: Body, headers: Record<string, string> = {}) => new Response(body, { headers });

const text = (edit: (body: string) => string | Buffer) => (ordinary: Ordinary) =>
  declared(Buffer.from(edit(ordinary.body.toString("utf8"))));

type Entry = ReturnType<typeof dataTrends>[number];

/** Trends in another form; for those alone. */
const trends = (edit: (entries: Entry[]) => unknown) => (ordinary: Ordinary) =>
  declared(Buffer.from(JSON.stringify(edit(JSON.parse(ordinary.body.toString("utf8"))))));

/** A body with its length declared; where it must not be, the body goes as a stream. */
const declared = (body: Buffer) => ok(body, { "content-length": String(body.length) });

const chunked = (body: Buffer) => ok(new Blob([body]).stream());

/** Answers with these bytes on the bare connection and then ends it, properly or with a reset. */
const raw = (write: (body: Buffer) => (string | Buffer)[], end: "end" | "reset" | "stall") => (ordinary: Ordinary) => {
  throw new RawAnswer((socket) => {
    for (const piece of write(ordinary.body)) socket.write(piece);
    if (end === "end") socket.end();
    if (end === "reset") setTimeout(() => socket.resetAndDestroy(), 20); // after what was written is through
  });
};

const head = (...lines: string[]) => `${["HTTP/1.1 200 OK", "content-type: text/csv", ...lines].join("\r\n")}\r\n\r\n`;
const half = (body: Buffer) => body.subarray(0, Math.floor(body.length / 2));
const chunk = (body: Buffer) => [`${body.length.toString(16)}\r\n`, body, "\r\n"];

const drip = (body: Buffer) => () => {
  throw new RawAnswer((socket) => {
    socket.write(head(`content-length: ${body.length}`));
    let at = 0;
    const timer = setInterval(() => socket.write(body.subarray(at, ++at)), 1000);
    socket.on("close", () => clearInterval(timer));
  });
};

const endless = () => {
  const block = Buffer.alloc(256 * 1024, "1,2,3\n");
  return ok(new ReadableStream({ pull: (controller) => controller.enqueue(block) }, { highWaterMark: 0 }));
};

const quotaText = "You have hit your hourly limit for API calls. The quota will reset in 133 seconds.";

const featureText = "Workspace needs to have the insights feature enabled";

/** The token as software writes it that repeats what it was sent. */
const writingsOf = (authorization: string): string[] => {
  const base64 = authorization.replace(/^Basic /, "");
  const token = Buffer.from(base64, "base64")
    .toString()
    .replace(/:api_token$/, "");
  const codes = Array.from(token, (character) => character.charCodeAt(0).toString(16));
  return [
    ...[
      token,
      token.toUpperCase(),
      base64,
      base64.replaceAll("=", ""),
      Buffer.from(`u=${token}`).toString("base64url"),
    ],
    ...[codes.map((code) => `%${code}`).join(""), codes.map((code) => `\\u00${code}`).join(""), codes.join("")],
  ];
};

/** Everything that Toggl and the way to it were seen to do wrong, by name (docs/toggl.md). */
export const faults = {
  // Statuses and error bodies
  "quota-spent": {
    description: "402: the hourly quota is spent, with headers",
    answer: () => refusal(402, quotaText, { "x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "133" }),
  },
  "quota-spent-without-headers": {
    description: "402: the quota is spent, said only in words",
    withoutQuota: true,
    answer: () => refusal(402, quotaText),
  },
  "feature-missing": {
    description: "402: the plan lacks the feature, with quota left",
    answer: () =>
      refusal(402, featureText, {
        "x-toggl-quota-remaining": "597",
        "x-toggl-quota-resets-in": "1800",
      }),
  },
  "quota-spent-as-429": { description: "429 in the quota's words", answer: () => refusal(429, quotaText) },
  "quota-spent-as-403": {
    description: "403 as nothing remains of the quota",
    answer: () => refusal(403, "Forbidden", { "x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "133" }),
  },
  "quota-spent-as-503": { description: "503 in the quota's words", answer: () => refusal(503, quotaText) },
  "quota-in-milliseconds": {
    description: "402: the quota is back in 1800000, which are no seconds",
    answer: () => refusal(402, quotaText, { "x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "1800000" }),
  },
  "quota-not-enforced": {
    description: "An ordinary answer with -1 requests left",
    answer: ({ body }) => ok(body, { "x-toggl-quota-remaining": "-1" }),
  },
  "feature-missing-and-quota-spent": {
    description: "402: the plan lacks the feature, with no quota left",
    answer: () => refusal(402, featureText, { "x-toggl-quota-remaining": "0" }),
  },
  "echoed-token": {
    description: "400 that says the token and its header",
    answer: ({ authorization }) => {
      const credentials = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
      return refusal(400, `${authorization} is ${credentials}`);
    },
  },
  "echoed-token-in-many-forms": {
    description: "400 that says the token in base64 without padding, escaped, in capitals …",
    answer: ({ authorization }) => refusal(400, writingsOf(authorization).join(" ")),
  },
  "echoed-token-in-200": {
    description: "An error object with status 200 that says the token",
    answer: ({ authorization }) => Response.json({ error: { message: writingsOf(authorization).join(" ") } }),
  },
  "echoed-token-in-headers": {
    description: "302 with the token in its headers",
    answer: ({ authorization }) => {
      const [token = "", ...others] = writingsOf(authorization);
      const headers = { location: `/?${token}`, warning: `299 - "${others[2]}"`, "retry-after": token };
      return new Response(others.join(" "), { status: 302, headers });
    },
  },
  "proxy-page-400": {
    description: "400 as an nginx page, as a rate limit came",
    answer: () => nginxPage(400, "Bad Request"),
  },
  "proxy-page-403": { description: "403 as an nginx page", answer: () => nginxPage(403, "Forbidden") },
  "proxy-page-413": {
    description: "413 as an nginx page",
    answer: () => nginxPage(413, "Request Entity Too Large"),
  },
  misdirected: { description: "421 in bare text", answer: () => new Response("Misdirected Request", { status: 421 }) },
  "terminal-escapes": {
    description: "400 with what a terminal would obey",
    answer: () => refusal(400, "\u001b]0;Gone\u0007\u001b[2J\u009b31mInvalid\u202e date\u200b span"),
  },
  "bad-request": { description: "400 as a JSON string", answer: () => refusal(400, "Invalid date span") },
  "error-object": {
    description: "400 as an error object",
    answer: () =>
      Response.json({ error: { message: "Invalid parameters", tip: "Check the dates", code: 400 } }, { status: 400 }),
  },
  "error-bare-text": {
    description: "500 as bare text",
    answer: () => new Response("Internal Server Error", { status: 500 }),
  },
  "error-empty": { description: "500 without a body", answer: () => new Response(null, { status: 500 }) },
  "not-admin": { description: "403: not an admin", answer: () => refusal(403, "Admin permissions required") },
  "login-failed": { description: "401 without a body", answer: () => new Response(null, { status: 401 }) },
  "server-error": { description: "500 as a JSON string", answer: () => refusal(500, "Internal Server Error") },
  "bad-gateway": { description: "502 as an nginx page", answer: () => nginxPage(502, "Bad Gateway") },
  gone: { description: "410: removed for good", answer: () => refusal(410, "Gone") },
  throttled: { description: "429 as an nginx page", answer: () => nginxPage(429, "Too Many Requests") },
  "throttled-with-retry-after": {
    description: "429 with Retry-After in seconds",
    answer: () => nginxPage(429, "Too Many Requests", { "retry-after": "2" }),
  },
  "throttled-with-date": {
    description: "429 with Retry-After as a date, two minutes on",
    answer: () => nginxPage(429, "Too Many Requests", { "retry-after": new Date(Date.now() + 120_000).toUTCString() }),
  },
  "throttled-for-years": {
    description: "429 with a Retry-After of 31 years",
    answer: () => nginxPage(429, "Too Many Requests", { "retry-after": "999999999" }),
  },
  "throttled-with-odd-wait": {
    description: "429 with a Retry-After that is neither digits nor a date of HTTP",
    answer: () => nginxPage(429, "Too Many Requests", { "retry-after": "12/31/9999" }),
  },
  accepted: { description: "202 with the file", answer: ({ body }) => new Response(body, { status: 202 }) },
  "partial-content": { description: "206 with the file", answer: ({ body }) => new Response(body, { status: 206 }) },
  "large-headers": {
    description: "An ordinary answer with 20 KB of headers",
    answer: ({ body }) => ok(body, { "x-filler": "x".repeat(20 * 1024) }),
  },
  "removal-warning": {
    description: "An ordinary answer with a Warning header",
    answer: ({ body }) => ok(body, { warning: '299 - "This endpoint will be removed"' }),
  },
  redirect: {
    description: "302 to another host",
    answer: () => new Response(null, { status: 302, headers: { location: "http://example.invalid/" } }),
  },

  // Transport
  "reset-before-headers": { description: "Connection reset at once", answer: raw(() => [], "reset") },
  "reset-in-headers": {
    description: "Connection reset within the headers",
    answer: raw(() => ["HTTP/1.1 200 OK\r\nconte"], "reset"),
  },
  "reset-in-body": {
    description: "Connection reset within the body",
    answer: raw((body) => [head(`content-length: ${body.length}`), half(body)], "reset"),
  },
  "cut-with-length": {
    description: "Body shorter than its declared length, connection ended properly",
    answer: raw((body) => [head(`content-length: ${body.length}`), half(body)], "end"),
  },
  "cut-in-chunk": {
    description: "Chunked body without its end",
    answer: raw((body) => [head("transfer-encoding: chunked"), ...chunk(half(body))], "end"),
  },
  "cut-between-chunks": {
    description: "Chunked body that ends properly, but too soon",
    answer: raw((body) => [head("transfer-encoding: chunked"), ...chunk(half(body)), "0\r\n\r\n"], "end"),
  },
  "cut-at-close": {
    description: "Body of no declared length, cut by closing the connection",
    answer: raw((body) => [head("connection: close"), half(body)], "end"),
  },
  "stall-before-headers": { description: "Silence", answer: raw(() => [], "stall") },
  "stall-in-body": {
    description: "Half of the body, then silence",
    answer: raw((body) => [head(`content-length: ${body.length}`), half(body)], "stall"),
  },
  drip: { description: "One byte a second", answer: ({ body }) => drip(body)() },
  endless: { description: "A body that never ends", answer: endless },
  gzip: {
    description: "Gzip although identity was asked for",
    answer: ({ body }) => ok(gzipSync(body), { "content-encoding": "gzip" }),
  },
  "no-encoding": {
    description: "A Content-Encoding of `none`",
    answer: ({ body }) => ok(body, { "content-encoding": "none" }),
  },
  "charset-as-encoding": {
    description: "A charset as Content-Encoding",
    answer: ({ body }) => ok(body, { "content-encoding": "UTF-8" }),
  },
  "raw-deflate": {
    description: "Deflate without zlib's header",
    answer: ({ body }) => ok(deflateRawSync(body), { "content-encoding": "deflate" }),
  },
  "truncated-gzip": {
    description: "Gzip, cut short",
    answer: ({ body }) => ok(half(gzipSync(body)), { "content-encoding": "gzip" }),
  },

  // Content
  "html-page": {
    description: "An HTML page with status 200",
    answer: () => ok("<!DOCTYPE html><html><head><title>Sign in</title></head></html>", { "content-type": "text/csv" }),
  },
  "json-error": {
    description: "An error object with status 200",
    answer: () => Response.json({ error: { message: "No" } }),
  },
  "xml-error": {
    description: "An XML error with status 200",
    answer: () => declared(Buffer.from("<Error><Code>InternalError</Code></Error>")),
  },
  "plain-sentence": {
    description: "One sentence with status 200",
    answer: () => declared(Buffer.from("Something went wrong.\n")),
  },
  "empty-body": { description: "Nothing, with status 200", answer: () => declared(Buffer.alloc(0)) },
  "header-only": { description: "A CSV header and no record", answer: text((body) => `${body.split("\n")[0]}\n`) },
  "byte-order-mark": { description: "CSV with a byte order mark", answer: text((body) => `\uFEFF${body}`) },
  crlf: { description: "CSV with CRLF", answer: text((body) => body.replaceAll("\n", "\r\n")) },
  "quoted-newlines": {
    description: "CSV with a line break within quotes",
    answer: text((body) => body.replace(/\n[^\n,"]*,/, '\n"two\nlines",')),
  },
  "blank-lines": { description: "CSV with blank lines", answer: text((body) => body.replace("\n", "\n\n")) },
  "ragged-row": {
    description: "A record in the middle with one field too many",
    answer: text((body) => body.replace(/^([^\n]*\n)/, "$1one,too,many,fields,in,this,one,record,x\n")),
  },
  "short-last-row": {
    description: "Last record too short, no length",
    answer: ({ body }) => chunked(Buffer.from(`${body}short\n`)),
  },
  "open-quote": { description: "A quote that is never closed", answer: text((body) => `${body}"open\n`) },
  "no-last-newline": { description: "No newline at the end, length declared", answer: text((body) => body.trimEnd()) },
  "no-last-newline-no-length": {
    description: "No newline at the end, no length",
    answer: ({ body }) => chunked(Buffer.from(body.toString("utf8").trimEnd())),
  },
  "carriage-returns": {
    description: "CSV whose lines end with carriage returns alone",
    answer: text((body) => body.replaceAll(/\r?\n/g, "\r")),
  },
  "nul-byte": { description: "CSV with a NUL byte", answer: text((body) => body.replace("\n", "\n\0")) },
  semicolons: { description: "CSV separated by semicolons", answer: text(() => "Name;Hours\nA;1\n") },
  "utf-16": { description: "CSV in UTF-16", answer: text((body) => Buffer.from(`\uFEFF${body}`, "utf16le")) },
  "invalid-utf8": {
    description: "CSV in Latin-1",
    answer: () => declared(Buffer.from("N\xe4me,Hours\n1,2\n", "latin1")),
  },
  "other-format": {
    description: "CSV for XLSX and the other way round",
    answer: async ({ otherFormat }) => declared(await otherFormat()),
  },
  "cut-workbook": {
    description: "A file cut in the middle, its length declared as such",
    answer: ({ body }) => declared(half(body)),
  },
  "workbook-without-directory": {
    description: "A workbook without its central directory",
    answer: ({ body }) => declared(body.subarray(0, Math.max(0, body.lastIndexOf("PK\x01\x02")))),
  },
  "zip-without-workbook": {
    description: "A zip file that is no workbook",
    answer: async () => declared(await otherZip()),
  },
  "wrong-checksum": {
    description: "A workbook with a part whose checksum is wrong",
    answer: ({ body }) => {
      const damaged = Buffer.from(body);
      const at = damaged.lastIndexOf("PK\x01\x02") + 16;
      damaged.writeInt32LE(~damaged.readInt32LE(at), at);
      return declared(damaged);
    },
  },
  "trends-in-items": {
    description: "Trends as an object with `items`, as Toggl's page shows them",
    answer: trends((entries) => ({ items: entries })),
  },
  "trends-null": { description: "`null` for no trends at all", answer: trends(() => null) },
  "trends-with-nulls": {
    description: "Trends with `null` for every other day, and for whole lists",
    answer: trends((entries) =>
      entries.map((entry, index) => {
        if (index % 3 === 0) return { ...entry, user_ids: null, current_period_seconds: null };
        const known = (seconds: number, at: number) => (at % 2 === 0 ? seconds : null);
        return { ...entry, current_period_seconds: entry.current_period_seconds.map(known) };
      }),
    ),
  },
  "trends-of-unequal-length": {
    description: "Trends whose lists end early, or go on behind the period",
    answer: trends((entries) =>
      entries.map((entry, index) => ({
        ...entry,
        current_period_seconds: entry.current_period_seconds.slice(index % 5),
        previous_period_seconds: [...entry.previous_period_seconds, ...Array(index % 40).fill(900)],
      })),
    ),
  },
  "trends-with-unknown-fields": {
    description: "Trends with fields that Toggl does not document",
    answer: trends((entries) => entries.map((entry) => ({ ...entry, rank: { of: entries.length } }))),
  },
  "encrypted-workbook": {
    description: "A workbook with a password",
    answer: () => declared(Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(504)])),
  },
} satisfies Record<string, Fault>;

async function otherZip(): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from("no workbook"), "readme.txt");
  zip.end();
  return buffer(zip.outputStream);
}

export type FaultName = keyof typeof faults;

export function isFault(name: unknown): name is FaultName {
  return typeof name === "string" && Object.hasOwn(faults, name);
}
