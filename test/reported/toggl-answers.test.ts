import { expect, it } from "vitest";
import { askToggl } from "../../lambdas/adapters/toggl/ask-toggl.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { isRetryable } from "../../lambdas/core/problem.ts";
import { withinMs } from "../adapters/toggl/client.ts";
import { type ReportedCase, reportedCases } from "./reported-cases.ts";

const token = "1971800d4d82861d8f2c1651fea4d212";
const now = Date.parse("2026-11-02T06:00:00Z");
type Headers = Record<string, string>;

const page = (text: string) =>
  `<html>\r\n<head><title>${text}</title></head>\r\n<body><h1>${text}</h1></body></html>\r\n`;

/** What a question ends in that gets this answer: its failure, or the headers of a 200. */
async function asked(status: number, body: string, headers: Headers = {}) {
  const fetch = async () => ({
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    body: new Response(body).body as unknown as AsyncIterable<Uint8Array>,
  });
  const question = { url: "https://toggl.example/report", token, parameters: {} };
  return askToggl(question, { fetch, clock: { now: () => now }, warnings: async () => {} }, withinMs(5000)).catch(
    (error) => error,
  );
}

/** The kind of a failure, whether it passes, and after how many seconds. */
async function meaning(status: number, body: string, headers: Headers = {}): Promise<string> {
  const failure = await asked(status, body, headers);
  if (!(failure instanceof Failure)) return "no failure";
  const after = failure.retryAfterSeconds === undefined ? "" : ` after ${failure.retryAfterSeconds} s`;
  return `${failure.kind}${isRetryable(failure) ? ", passing" : ""}${after}`;
}

type Row = [name: string, before: string, right: string, status: number, body: string, headers?: Headers];
const rows = (all: Row[]): ReportedCase[] =>
  all.map(([name, before, right, status, body, headers]) => ({
    name,
    before,
    right,
    now: () => meaning(status, body, headers),
  }));

const passing = "toggl_unavailable, passing";
reportedCases(
  "A page of a proxy says nothing about the request",
  rows([
    ...([400, 401, 402, 403, 404, 405, 407, 408, 409, 411, 413, 414, 415, 421, 422, 425, 431, 451, 499] as const).map(
      (status): Row => {
        const before = {
          401: "toggl_credentials_rejected",
          402: "toggl_feature_required",
          403: "toggl_credentials_rejected",
        };
        const name = `${status}, a page of nginx`;
        return [name, before[status as 401] ?? "toggl_rejected", passing, status, page(`${status} nginx`)];
      },
    ),
    ["400, a page behind a line of text", "toggl_rejected", passing, 400, "Bad Request\n\n<center>nginx</center>"],
    [
      "400, a page with a doctype, in capitals",
      "toggl_rejected",
      passing,
      400,
      "\n<!DOCTYPE HTML><HTML><BODY>Bad</BODY></HTML>",
    ],
    ["400, a page behind a byte order mark", "toggl_rejected", passing, 400, `\uFEFF${page("Bad Request")}`],
    ["400, a page behind a comment", "toggl_rejected", passing, 400, "<!-- friendly error --><html></html>"],
    ["400, a page behind a line of text", "toggl_rejected", passing, 400, `Bad Request\n${page("400")}`],
    [
      "403, XML of a content network",
      "toggl_credentials_rejected",
      passing,
      403,
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    ],
    ["400, a page that is cut off", "toggl_rejected", passing, 400, "<html><head><tit"],
    [
      "400, a page with Retry-After",
      "toggl_rejected",
      `${passing} after 7 s`,
      400,
      page("Slow down"),
      { "retry-after": "7" },
    ],
    ["403, Cloudflare's bare words", "toggl_credentials_rejected", passing, 403, "error code: 1015"],
    ["403, Envoy's bare words", "toggl_credentials_rejected", passing, 403, "RBAC: access denied"],
    ["400, a page in a JSON string", "toggl_rejected", passing, 400, JSON.stringify(page("400 Bad Request"))],
    ["400, a page in JSON's error", "toggl_rejected", passing, 400, JSON.stringify({ error: page("400") })],
    ["400, Toggl's own words of an error code", "toggl_rejected", "toggl_rejected", 400, "error code: 7, bad span"],
    ["408 without a body", "toggl_rejected", passing, 408, ""],
    ["421 in bare text", "toggl_rejected", passing, 421, "Misdirected Request"],
    ["425 in JSON", "toggl_rejected", passing, 425, '"Too Early"'],
    [
      "429, a page",
      "toggl_rate_limited, passing after 1 s",
      "toggl_rate_limited, passing after 1 s",
      429,
      page("429 Too Many Requests"),
    ],
    ["410, a page", "toggl_gone", "toggl_unavailable, passing", 410, page("410 Gone")],
    ["400, Toggl's own JSON string", "toggl_rejected", "toggl_rejected", 400, '"Invalid date span"'],
    ["400, Toggl's own bare text", "toggl_rejected", "toggl_rejected", 400, "start should come after end"],
    ["400, Toggl's own text with a sign in it", "toggl_rejected", "toggl_rejected", 400, "start < end is required"],
    ["400, JSON that quotes a page", "toggl_rejected", "toggl_rejected", 400, '{"message":"<html> is no date"}'],
    ["400 without a body", "toggl_rejected", "toggl_rejected", 400, ""],
    ["404 in JSON", "toggl_rejected", "toggl_rejected", 404, '"Not Found"'],
  ]),
);

const left = (remaining: string, resetsIn = "133"): Headers => ({
  "x-toggl-quota-remaining": remaining,
  "x-toggl-quota-resets-in": resetsIn,
});
const words = '"You have hit your hourly limit for API calls. The quota will reset in 133 seconds."';
const feature = '"Workspace needs to have the insights feature enabled"';
const quota = "toggl_quota_exhausted, passing after 133 s";
reportedCases(
  "The quota is what words or exactly 0 say, on any status",
  rows([
    ["402 in words", "toggl_quota_exhausted, passing after 133 s", quota, 402, words],
    ["429 in words", "toggl_rate_limited, passing after 1 s", quota, 429, words],
    ["403 in words", "toggl_credentials_rejected", quota, 403, words],
    ["400 in words", "toggl_rejected", quota, 400, words],
    ["503 in words", "toggl_unavailable, passing", quota, 503, words],
    [
      "500 in words, another wording",
      "toggl_unavailable, passing",
      quota,
      500,
      "Your quota will reset in 133 seconds.",
    ],
    [
      "429, a page, none left",
      "toggl_rate_limited, passing after 1 s",
      quota,
      429,
      page("429 Too Many Requests"),
      left("0"),
    ],
    ["403, none left", "toggl_credentials_rejected", quota, 403, "", left("0")],
    ["401, none left", "toggl_credentials_rejected", quota, 401, "", left("0")],
    ["500, none left", "toggl_unavailable, passing", quota, 500, '"Internal Server Error"', left("0")],
    ["400, a page, none left", "toggl_rejected", quota, 400, page("400 Bad Request"), left("0")],
    [
      "400, none left, but with Toggl's reason",
      "toggl_rejected",
      "toggl_rejected",
      400,
      '"Invalid date span"',
      left("0"),
    ],
    ["410, none left", "toggl_gone", "toggl_gone", 410, "", left("0")],
    [
      "402, none left, but the feature",
      "toggl_quota_exhausted, passing after 133 s",
      "toggl_feature_required",
      402,
      feature,
      left("0"),
    ],
    [
      "402, none left, the feature over two lines",
      "toggl_quota_exhausted, passing",
      "toggl_feature_required",
      402,
      "Workspace needs to have the\n insights feature",
      left("0"),
    ],
    ["403, the feature", "toggl_credentials_rejected", "toggl_feature_required", 403, feature],
    [
      "402, negative, the feature",
      "toggl_quota_exhausted, passing after 133 s",
      "toggl_feature_required",
      402,
      feature,
      left("-1"),
    ],
    [
      "402, negative, no words",
      "toggl_quota_exhausted, passing after 133 s",
      "toggl_feature_required",
      402,
      "",
      left("-5"),
    ],
    [
      "429, negative",
      "toggl_rate_limited, passing after 1 s",
      "toggl_rate_limited, passing after 1 s",
      429,
      "",
      left("-1"),
    ],
    ["403, negative", "toggl_credentials_rejected", "toggl_credentials_rejected", 403, "", left("-1")],
    ["403, some left", "toggl_credentials_rejected", "toggl_credentials_rejected", 403, "", left("5")],
    ["402, 0 twice in one header", "toggl_feature_required", "toggl_feature_required", 402, "", left("0, 0")],
  ]),
);

const spent = (resetsIn: string): [number, string, Headers] => [402, "", left("0", resetsIn)];
const waits = (retryAfter: string): [number, string, Headers] => [429, "", { "retry-after": retryAfter }];
const until = (seconds: number) => `toggl_quota_exhausted, passing after ${seconds} s`;
const pace = (seconds: number) => `toggl_rate_limited, passing after ${seconds} s`;
reportedCases(
  "Times from outside are bounded",
  rows([
    [
      "quota back in 999999999 s",
      "toggl_quota_exhausted, passing after 999999999 s",
      until(3600),
      ...spent("999999999"),
    ],
    ["quota back in milliseconds", "toggl_quota_exhausted, passing after 1800000 s", until(3600), ...spent("1800000")],
    ["quota back in 30 digits", "toggl_quota_exhausted, passing after 3600 s", until(3600), ...spent("9".repeat(30))],
    ["quota back in 3600 s", "toggl_quota_exhausted, passing after 3600 s", until(3600), ...spent("3600")],
    ["quota back in 0 s", "toggl_quota_exhausted, passing after 0 s", until(1), ...spent("0")],
    ["quota back in -5 s", "toggl_quota_exhausted, passing after -5 s", until(3600), ...spent("-5")],
    ["quota back in 1.5 s", "toggl_quota_exhausted, passing after 3600 s", until(3600), ...spent("1.5")],
    [
      "quota back in words: 86400 s",
      "toggl_quota_exhausted, passing after 86400 s",
      until(3600),
      402,
      '"The quota will reset in 86400 seconds."',
    ],
    [
      "quota back in words: 0 s",
      "toggl_quota_exhausted, passing after 0 s",
      until(1),
      402,
      '"The quota will reset in 0 seconds."',
    ],
    [
      "quota back in words: 5 minutes",
      "toggl_quota_exhausted, passing after 3600 s",
      until(300),
      402,
      '"The quota will reset in 5 minutes."',
    ],
    [
      "quota back by a date in 9999",
      "toggl_quota_exhausted, passing after 251608701599 s",
      until(3600),
      402,
      '"hourly limit"',
      { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" },
    ],
    ["pace 7", "toggl_rate_limited, passing after 7 s", pace(7), ...waits("7")],
    ["pace with blanks", "toggl_rate_limited, passing after 7 s", pace(7), ...waits(" 7 ")],
    ["pace 0", "toggl_rate_limited, passing after 0 s", pace(1), ...waits("0")],
    ["pace 1.5", "toggl_rate_limited, passing after 0 s", pace(1), ...waits("1.5")],
    ["pace -5", "toggl_rate_limited, passing after -5 s", pace(1), ...waits("-5")],
    ["pace +5", "toggl_rate_limited, passing after 0 s", pace(1), ...waits("+5")],
    ["pace 1e3", "toggl_rate_limited, passing after 1 s", pace(1), ...waits("1e3")],
    ["pace 0x10", "toggl_rate_limited, passing after 1 s", pace(1), ...waits("0x10")],
    ["pace 3600, 3600", "toggl_rate_limited, passing after 1 s", pace(1), ...waits("3600, 3600")],
    ["pace 999999999", "toggl_rate_limited, passing after 999999999 s", pace(300), ...waits("999999999")],
    ["pace of 30 digits", "toggl_rate_limited, passing after 1 s", pace(300), ...waits("9".repeat(30))],
    ["pace 12/31/9999", "toggl_rate_limited, passing after 251608615200 s", pace(1), ...waits("12/31/9999")],
    ["pace 2026-11-02", "toggl_rate_limited, passing after 0 s", pace(1), ...waits("2026-11-02")],
    [
      "pace 2026-11-02T07:00:00Z",
      "toggl_rate_limited, passing after 3600 s",
      pace(1),
      ...waits("2026-11-02T07:00:00Z"),
    ],
    ["pace IMF-fixdate", "toggl_rate_limited, passing after 9 s", pace(9), ...waits("Mon, 02 Nov 2026 06:00:09 GMT")],
    ["pace RFC 850", "toggl_rate_limited, passing after 9 s", pace(9), ...waits("Monday, 02-Nov-26 06:00:09 GMT")],
    ["pace asctime", "toggl_rate_limited, passing after 9 s", pace(9), ...waits("Mon Nov  2 06:00:09 2026")],
    [
      "pace by a date that is past",
      "toggl_rate_limited, passing after 0 s",
      pace(1),
      ...waits("Mon, 02 Nov 2026 05:00:00 GMT"),
    ],
    [
      "pace by a date in 9999",
      "toggl_rate_limited, passing after 251608701599 s",
      pace(300),
      ...waits("Fri, 31 Dec 9999 23:59:59 GMT"),
    ],
    [
      "pace by 31 February",
      "toggl_rate_limited, passing after 0 s",
      pace(1),
      ...waits("Tue, 31 Feb 2026 06:00:09 GMT"),
    ],
    [
      "pace by a date in another zone",
      "toggl_rate_limited, passing after 0 s",
      pace(1),
      ...waits("Mon, 02 Nov 2026 06:00:09 +0100"),
    ],
    [
      "503 with 999999999",
      "toggl_unavailable, passing after 999999999 s",
      "toggl_unavailable, passing after 3600 s",
      503,
      "",
      { "retry-after": "999999999" },
    ],
    [
      "503 with 0",
      "toggl_unavailable, passing after 0 s",
      "toggl_unavailable, passing after 1 s",
      503,
      "",
      { "retry-after": "0" },
    ],
  ]),
);

const file = "Project,Amount\nRocket,123456.78\n";
const saysFigures = async (status: number, headers: Headers = {}) => {
  const { kind, message, cause } = await asked(status, file, headers);
  return `${kind}, ${/Rocket|123456/.test(`${message} ${cause}`) ? "with figures" : "no figures"}`;
};
reportedCases("A body is a message only from status 400 on", [
  ...[201, 202, 203, 204, 206, 226, 300, 301, 302, 303, 304, 307, 308].map((status) => ({
    name: `${status} with a file`,
    before: "toggl_unexpected, with figures",
    right: "toggl_unexpected, no figures",
    now: () => saysFigures(status, { location: "https://toggl.example/" }),
  })),
]);

const escapes = "\u001b]0;gone\u0007 \u001b[2J\u009b31m a\u202eb\u200bc \u2066d\u0000e";
reportedCases("No control characters get from Toggl's text into messages", [
  ...[
    ["bare text", escapes],
    ["a JSON string", JSON.stringify(escapes)],
    ["an error object", JSON.stringify({ error: { message: escapes, tip: escapes } })],
    ["a page's title", page(escapes)],
  ].map(([name = "", body = ""]) => ({
    name,
    before: "with controls",
    right: "plain",
    now: async () => (/[\p{Cc}\p{Cf}]/u.test((await asked(400, body)).message) ? "with controls" : "plain"),
  })),
]);

it("lets go of a body that it does not look at", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    pull: (stream) => stream.enqueue(new Uint8Array(70_000)),
    cancel: () => {
      cancelled = true;
    },
  });
  const fetch = async () => ({
    status: 206,
    headers: { get: () => null },
    body: body as unknown as AsyncIterable<Uint8Array>,
  });
  const question = { url: "https://toggl.example/report", token };
  const over = { fetch, clock: { now: () => now }, warnings: async () => {} };
  await expect(askToggl(question, over, withinMs(5000))).rejects.toMatchObject({ kind: "toggl_unexpected" });
  await expect.poll(() => cancelled).toBe(true);
});
