import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallInit } from "../../client/call-api.ts";
import type { Page } from "../../console/page.ts";
import { startConsole } from "../../console/start-console.ts";

interface Seen extends CallInit {
  readonly method: string;
  readonly path: string;
}

const page: Page = {
  document: '<meta name="console-token" content="%CONSOLE_TOKEN%"><script src="/assets/app-1.js"></script>',
  reference: "<h1>API reference</h1>",
  assets: new Map([
    ["/assets/app-1.js", { contentType: "text/javascript", bytes: Buffer.from("1"), gzipped: Buffer.from("gz") }],
  ]),
};
const secret = "wJalrXUtnFEMI-secret-access-key";

let running: Awaited<ReturnType<typeof startConsole>>;
let seen: Seen[];
let answer: () => Response | Promise<Response>;
let token: string;

beforeEach(async () => {
  seen = [];
  answer = () => Response.json({ exports: [] });
  running = await startConsole({
    callApi: async (method, path, call) => {
      seen.push({ method, path, ...call });
      return answer();
    },
    workspaces: [{ id: 123, name: "Acme", token_secret: secret } as { id: number; name: string }],
    api: "https://api.example",
    port: 0,
    loadPage: async () => page,
  });
  const document = await ask("/");
  token = /content="([^"]+)"/.exec(document.body)?.[1] ?? "";
});
afterEach(() => running.close());

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Over a bare socket: fetch chooses the Host by itself. */
function ask(path: string, { method = "GET", headers = {}, body = "" }: Call = {}) {
  type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
  return new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(running.url);
    const sent = request({ hostname, port, path, method, headers }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces).toString() });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const call = (path: string, { headers, ...rest }: Call = {}) =>
  ask(path, { ...rest, headers: { "x-console-token": token, ...headers } });
const port = () => new URL(running.url).port;

describe("the page", () => {
  it("comes with a token of this start, and locked up against scripts, frames and guesses", async () => {
    const { status, headers, body } = await ask("/");
    expect(status).toBe(200);
    expect(body).toContain(`content="${token}"`);
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  it("has its assets kept by the browser, and sent small where it takes gzip", async () => {
    const plain = await ask("/assets/app-1.js");
    expect(plain).toMatchObject({ status: 200, body: "1" });
    expect(plain.headers["cache-control"]).toContain("immutable");
    const small = await ask("/assets/app-1.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(small.body).toBe("gz");
    expect(small.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "text/javascript" });
  });

  it.each(["/nothing", "/assets/../package.json", "/assets/app-1.js.map", "/workspace/123/exports"])(
    "has nothing at %s",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );
});

describe("who is let in", () => {
  it.each(["127.0.0.1", "localhost", "[::1]"])("is who comes by %s", async (name) => {
    expect((await call("/console/settings", { headers: { host: `${name}:${port()}` } })).status).toBe(200);
  });

  it.each(["evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:PORT"])(
    "is nobody who comes by the name %j, not even to the page",
    async (name) => {
      const host = name.replace("PORT", port());
      expect((await ask("/", { headers: { host } })).status).toBe(421);
      expect((await call("/api/workspace/123/exports", { headers: { host } })).status).toBe(421);
      expect(seen).toEqual([]);
    },
  );

  it.each(["", "wrong", "x".repeat(32)])("is nobody with the token %j", async (wrong) => {
    const headers = { "x-console-token": wrong };
    for (const path of ["/api/workspace/123/exports", "/console/settings", "/console/backfill-plan"]) {
      const { status, body } = await ask(path, { headers });
      expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 403, code: "console_token_rejected" });
    }
    expect(seen).toEqual([]);
  });

  it.each<Record<string, string>>([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
  ])("is no other page, even with the token: %j", async (headers) => {
    const { status, body } = await call("/api/workspace/123/exports", { method: "POST", headers });
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 403, code: "foreign_page" });
    expect(seen).toEqual([]);
  });

  it("is the page itself", async () => {
    const headers = { "sec-fetch-site": "same-origin", origin: running.url };
    expect((await call("/api/workspace/123/exports", { headers })).status).toBe(200);
  });
});

describe("a call of the API", () => {
  it("goes on with method, path, body and the headers that count, and with none of the others", async () => {
    const headers = {
      "content-type": "application/json",
      prefer: "respond-async",
      "idempotency-key": "k1",
      "if-none-match": '"e"',
      "cache-control": "no-cache",
      accept: "application/json",
      cookie: "other=1",
      authorization: "Basic x",
      "x-forwarded-for": "1.2.3.4",
    };
    await call("/api/workspace/123/trends/projects.csv?a=%2F&b=1", { method: "POST", headers, body: '{"a":"ä"}' });
    const { cookie: _, authorization: __, "x-forwarded-for": ___, ...sentOn } = headers;
    const kept = { ...sentOn, "user-agent": "toggl-insights-console" }; // which is how its exports are told apart
    expect(seen).toEqual([
      { method: "POST", path: "/workspace/123/trends/projects.csv?a=%2F&b=1", headers: kept, body: '{"a":"ä"}' },
    ]);
  });

  it("comes back with status, body and the headers that count, locked up like the page", async () => {
    const problem = '{"code":"toggl_quota_exhausted"}';
    const headers = {
      "content-type": "application/problem+json",
      "retry-after": "7",
      "set-cookie": "a=b",
      etag: '"e"',
    };
    answer = () => new Response(problem, { status: 429, headers });
    const answered = await call("/api/workspace/123/exports");
    expect(answered).toMatchObject({ status: 429, body: problem });
    expect(answered.headers).toMatchObject({
      "content-type": "application/problem+json",
      "retry-after": "7",
      etag: '"e"',
    });
    expect(answered.headers["set-cookie"]).toBeUndefined();
    expect(answered.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it("hands a redirect back instead of following it", async () => {
    answer = () => new Response(null, { status: 303, headers: { location: "https://bucket.example/file" } });
    const answered = await call("/api/workspace/123/exports/1/file");
    expect(answered).toMatchObject({ status: 303, headers: { location: "https://bucket.example/file" } });
  });

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("is never a %s", async (method) => {
    expect((await call("/api/workspace/123/exports", { method })).status).toBe(405);
    expect(seen).toEqual([]);
  });

  it("that cannot be made is told without what it would have been made with", async () => {
    answer = () => {
      throw Object.assign(new Error(`could not sign with ${secret}`), { cause: { code: "ECONNREFUSED" } });
    };
    const { status, body } = await call("/api/workspace/123/exports");
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 502, code: "api_network", retryable: true });
    expect(body).not.toContain(secret);
  });
});

it("tells the page which workspaces there are, and of them no more than the name", async () => {
  const { body } = await call("/console/settings");
  expect(JSON.parse(body)).toEqual({ workspaces: [{ id: 123, name: "Acme" }], api: "https://api.example" });
});

describe("a backfill's price", () => {
  const schedule = {
    name: "monthly",
    workspace_id: 123,
    report: "profitability/projects",
    formats: ["csv", "xlsx"],
    cron: "0 6 3 * ? *",
    time_zone: "UTC",
    enabled: true,
    period: "previous-month",
    week_start: "monday",
    settle_days: 0,
    previous_period: "none",
    refresh_previous: 2,
    parameters: { currency: "usd" },
  };
  const price = (asked: object) =>
    call("/console/backfill-plan", { method: "POST", body: JSON.stringify({ workspace_id: 123, ...asked }) });

  it("counts what is not there yet, and asks for nothing to be made", async () => {
    const answers = [Response.json({ schedules: [schedule] }), Response.json({ status: "succeeded" })];
    answer = () => answers.shift() ?? Response.json({ code: "export_not_found" }, { status: 404 });
    const { body } = await price({ schedule: "monthly", from: "2026-01-01", to: "2026-03-31" });
    const { periods, ...counts } = JSON.parse(body);
    expect(periods).toHaveLength(3);
    expect(counts).toEqual({
      periods_there: 0,
      periods_to_make: 3,
      periods_not_over: 0,
      toggl_requests: 5,
      hours_of_quota: 5 / 600,
      quota_per_hour: 600,
    });
    expect(periods[1]).toEqual({
      is_there: false,
      occurrence: "2026-03-03T06:00:00Z",
      start_date: "2026-02-01",
      end_date: "2026-02-28",
      export_ids: [expect.stringMatching(/^[0-9A-Z]{26}$/), expect.stringMatching(/^[0-9A-Z]{26}$/)],
    });
    expect(periods[0].export_ids).toHaveLength(1);
    expect(seen.map(({ method }) => method)).toEqual(Array(7).fill("GET"));
  });

  it.each([
    [{ schedule: "nope", from: "2026-01", to: "2026-02" }, "schedule", /no such schedule/],
    [{ schedule: "monthly", from: "2026-02-30", to: "2026-03" }, "from", /^“from” must be a year, month or day/],
    [{ schedule: "monthly", from: "2026-03", to: "2026-01" }, "from", /^“from” \(2026-03-01\) must not be after “to”/],
    [{ schedule: "monthly", from: "2026-03" }, "to", /^“to” must be/],
  ])("is none for %j", async (asked, field, detail) => {
    answer = () => Response.json({ schedules: [schedule] });
    const { status, body } = await price(asked);
    const expected = { field, detail: expect.stringMatching(detail) };
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 400, code: "invalid_request", errors: [expected] });
  });

  it("passes on what the API says against it", async () => {
    answer = () => Response.json({ code: "workspace_not_configured" }, { status: 403 });
    const { status, body } = await price({ schedule: "monthly", from: "2026", to: "2026" });
    expect({ status, ...JSON.parse(body) }).toEqual({ status: 403, code: "workspace_not_configured" });
  });
});

it("gzips what it says it gzips", async () => {
  const { buildPage } = await import("../../console/build-page.ts");
  const { document, reference, assets } = await buildPage();
  for (const [path, { bytes, gzipped }] of assets) {
    expect(document + reference).toContain(`"${path}"`);
    expect(gunzipSync(gzipped)).toEqual(Buffer.from(bytes));
  }
  const sent = [...assets.values()].reduce((sum, { gzipped }) => sum + gzipped.length, 0);
  console.log(`The console's page is ${Math.round(sent / 1024)} KB, gzipped.`);
  expect(sent).toBeLessThan(200_000);
});
