import { gunzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { powertools } from "../../lambdas/adapters/aws/powertools.ts";
import { browseExports, readsQuery } from "../../lambdas/browse-exports/handler.ts";
import { newExportId } from "../../lambdas/core/exports/export-id.ts";
import { createExport } from "../../lambdas/create-export/handler.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import type { HttpHandler } from "../../lambdas/http/http.ts";
import { loadTrends } from "../../lambdas/load-trends/handler.ts";
import { monthly, schedulesOf } from "../handlers/answer.ts";
import { apiEvent } from "../http/api-event.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, queueOf, reportOf } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const workspaces = new Set([123]);
/** What Lambda takes as an answer, in bytes of its JSON. */
const lambdaLimit = 6_291_556;

type Asked = Omit<Parameters<typeof apiEvent>[0], "route"> & { readonly route?: string };

/** Calls a function as API Gateway does, and catches what it logs. */
async function call(handler: HttpHandler, asked: Asked, route: string) {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    const result = await behindApiGateway(handler, powertools("test"), readsQuery)(apiEvent({ route, ...asked }));
    const bytes = Buffer.byteLength(JSON.stringify(result));
    const { body, isBase64Encoded } = result;
    const text = isBase64Encoded ? gunzipSync(Buffer.from(body, "base64")).toString() : body;
    return { ...result, bytes, json: JSON.parse(text), maxLineLength: Math.max(0, ...lines.map((one) => one.length)) };
  } finally {
    write.mockRestore();
  }
}

const trends = loadTrends({ configuration: { workspaces }, toggl: { trends: async () => Buffer.from("[]") } });
const creating = (schedules: ReadonlyMap<string, ConfiguredSchedule> = new Map()) =>
  createExport({
    configuration: { workspaces, schedules },
    exports: exportsIn(),
    toggl: { report: async () => reportOf() },
    current: currentIn(),
    coordination: coordinationIn(),
    queue: queueOf(),
    clock: clockAt(Date.now),
  });
const create = creating();
const fileRoute = "/workspace/{workspace_id}/profitability/projects.csv";
const trendsRoute = "/workspace/{workspace_id}/data_trends/projects";

const fields = (count: number, nameOf: (index: number) => string, more: object = {}) =>
  JSON.stringify({ ...Object.fromEntries(Array.from({ length: count }, (_, at) => [nameOf(at), 1])), ...more });

/** What a refusal costs and says: whether answer and log line are short, how many fields it names, and its last words. */
async function refusal(handler: HttpHandler, route: string, asked: Asked) {
  const { statusCode, bytes, json, maxLineLength } = await call(handler, asked, route);
  const { errors, detail } = json as { errors: object[]; detail: string };
  const rest = /and \d+ more/.exec(detail)?.[0];
  return {
    statusCode,
    named: errors.length,
    rest,
    short: bytes < 20_000 && maxLineLength > 0 && maxLineLength < 10_000,
  };
}

const refused = { statusCode: 400, named: 20, short: true };

reportedCases("A request with ever more faults gets an answer and a log line of bounded size", [
  {
    name: "10,000 unknown fields in the body of a file",
    before: "answer of 4.0 MB, log line of 1.7 MB",
    right: { ...refused, rest: "and 9980 more" },
    now: () => refusal(create, fileRoute, { body: fields(10_000, (at) => `field_${at}`, { currency: "usd" }) }),
  },
  {
    name: "10,000 unknown fields and a wrong spreadsheet_safe",
    before: "answer of 4.0 MB",
    right: { ...refused, rest: "and 9981 more" },
    now: () =>
      refusal(create, fileRoute, {
        body: fields(10_000, (at) => `field_${at}`, { currency: "usd", spreadsheet_safe: "yes" }),
      }),
  },
  {
    name: "5,000 unknown fields in the body of trends",
    before: "answer of 1.9 MB",
    right: { ...refused, rest: "and 4980 more" },
    now: () => refusal(trends, trendsRoute, { body: fields(5000, (at) => `field_${at}`) }),
  },
  {
    name: "a field with a name of 200 KB",
    before: "answer of 600 KB, log line of 200 KB",
    right: { ...refused, named: 1, rest: undefined },
    now: () => refusal(trends, trendsRoute, { body: fields(1, () => "x".repeat(200_000)) }),
  },
  {
    name: "names of control characters, each six times as long when escaped",
    before: "answer of 840 KB, log line of 240 KB",
    right: { ...refused, named: 1, rest: undefined },
    now: () => refusal(trends, trendsRoute, { body: fields(1, () => "\u0001".repeat(40_000)) }),
  },
  {
    name: "a hundred names of 2 KB in the query",
    before: "answer of 420 KB, log line of 209 KB",
    right: { ...refused, rest: "and 80 more" },
    now: () =>
      refusal(browse(), historyRoute, {
        method: "GET",
        query: Array.from({ length: 100 }, (_, at) => `${at}${"q".repeat(2000)}=1`).join("&"),
      }),
  },
  {
    name: "a run with 10,000 unknown fields",
    before: "answer of 1.9 MB, log line of 660 KB",
    right: { ...refused, rest: "and 9980 more" },
    now: () => {
      const handler = creating(schedulesOf(monthly));
      const params = { workspace_id: "123", name: "monthly" };
      return refusal(handler, "/workspace/{workspace_id}/schedules/{name}/runs", {
        params,
        body: fields(10_000, (at) => `field_${at}`),
      });
    },
  },
]);

it("cuts a long name between characters, and says of a long one no pointer that would lead nowhere", async () => {
  const { json } = await call(trends, { body: JSON.stringify({ ["😀".repeat(1000)]: 1, "a/b~c": 1 }) }, trendsRoute);
  const [long, short] = json.errors;
  expect(long.field).toBe(`${"😀".repeat(49)}…`);
  expect(long.pointer).toBeUndefined();
  expect(short).toMatchObject({ field: "a/b~c", pointer: "#/a~1b~0c" });
});

it("keeps a log line short whatever a handler notes", async () => {
  const long = Array.from({ length: 10_000 }, () => "y".repeat(10_000));
  const handler: HttpHandler = async ({ note }) => {
    note({ long, deep: { a: { b: { c: { d: { e: long } } } } }, text: "z".repeat(1e6) });
    return { status: 200, headers: {}, body: "{}" };
  };
  const { maxLineLength } = await call(handler, {}, "/any");
  expect(maxLineLength).toBeGreaterThan(0);
  expect(maxLineLength).toBeLessThan(100_000);
});

const historyRoute = "/workspace/{workspace_id}/exports";

/** A workspace's history that holds its exports in memory, newest first. */
function browse(exports: readonly Export[] = []) {
  return browseExports({
    configuration: { workspaces, schedules: new Map(), description: () => ({}) },
    exports: exportsIn(new Map(exports.map((one) => [one.id, one]))),
    current: currentIn(),
    coordination: coordinationIn(),
    clock: clockAt(Date.now),
  });
}

/** Exports with so many bytes of parameters each, newest first. */
function history(count: number, bytes: number, filler = "1"): Export[] {
  return Array.from({ length: count }, (_, at) => ({
    id: newExportId(Date.parse("2026-10-01T00:00:00Z") + (count - at) * 1000),
    status: at % 2 === 0 ? ("succeeded" as const) : ("failed" as const),
    workspace_id: 123,
    report: "trends/projects" as const,
    format: "csv" as const,
    parameters: { project_ids: filler.repeat(bytes / filler.length) },
    requested_by: "http" as const,
    created_at: "2026-10-01T00:00:00Z",
  })) as unknown as Export[];
}

/** Reads a history to its end, and tells whether each page got through and each export came once. */
async function walked(exports: readonly Export[], query: string, wanted = exports) {
  const ids: string[] = [];
  let fit = true;
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const asked = `${query}${cursor && `&cursor=${cursor}`}`;
    const { statusCode, bytes, json } = await call(browse(exports), { method: "GET", query: asked }, historyRoute);
    fit &&= statusCode === 200 && bytes <= lambdaLimit;
    if (statusCode !== 200) break;
    ids.push(...json.exports.map(({ id }: Export) => id));
    cursor = json.next_cursor;
  }
  return { fit, whole: JSON.stringify(ids) === JSON.stringify(wanted.map(({ id }) => id)) };
}

const allOfIt = { fit: true, whole: true };

reportedCases("A page of the history fits through Lambda, and its cursor goes on where it ended", [
  {
    name: "100 exports of 140 KB",
    before: "502 (an answer of 14 MB)",
    right: allOfIt,
    now: () => walked(history(100, 140_000), "limit=100"),
  },
  {
    name: "250 exports of 140 KB with a filter",
    before: "502",
    right: allOfIt,
    now: () => {
      const exports = history(250, 140_000);
      const failed = exports.filter(({ status }) => status === "failed");
      return walked(exports, "status=failed&limit=100", failed);
    },
  },
  {
    name: "100 exports of 100 KB of quotes, which are escaped twice",
    before: "502 (an answer of 40 MB)",
    right: allOfIt,
    now: () => walked(history(100, 100_000, '"'), "limit=100"),
  },
  {
    name: "100 exports of 60 KB of umlauts, two bytes each",
    before: "502 (an answer of 12 MB)",
    right: allOfIt,
    now: () => walked(history(100, 60_000, "ä"), "limit=100"),
  },
  {
    name: "5 exports of 4 MB each: one on a page",
    before: "502",
    right: allOfIt,
    now: () => walked(history(5, 4_000_000), "limit=20"),
  },
  {
    name: "an ordinary history, whose pages have what was asked for",
    before: "right",
    right: [100, 100, 50],
    now: async () => {
      const counts: number[] = [];
      const exports = history(250, 2000);
      for (let query = "limit=100"; ; ) {
        const { json } = await call(browse(exports), { method: "GET", query }, historyRoute);
        counts.push(json.exports.length);
        if (json.next_cursor === undefined) return counts;
        query = `limit=100&cursor=${json.next_cursor}`;
      }
    },
  },
]);

/** How an answer of this size goes out to a caller who takes these encodings. */
async function sentAs(body: string | Buffer, encodings?: string) {
  const handler: HttpHandler = async () => ({ status: 200, headers: { "content-type": "application/json" }, body });
  const headers: Record<string, string[]> = encodings === undefined ? {} : { "Accept-Encoding": [encodings] };
  const { statusCode, headers: sent, bytes, json } = await call(handler, { headers }, "/any");
  const code = statusCode === 200 ? undefined : json.code;
  return { statusCode, encoding: sent?.["content-encoding"], code, fits: bytes <= lambdaLimit };
}

const text = JSON.stringify("x".repeat(7_000_000));
const refusedSize = { statusCode: 406, encoding: undefined, code: "response_too_large", fits: true };

reportedCases("An answer of any function that is larger than Lambda takes never becomes a 502", [
  {
    name: "7 MB for a caller who takes gzip",
    before: "502 outside trends",
    right: { statusCode: 200, encoding: "gzip", code: undefined, fits: true },
    now: () => sentAs(text, "br, gzip"),
  },
  { name: "7 MB for one who takes none", before: "502 outside trends", right: refusedSize, now: () => sentAs(text) },
  {
    name: "7 MB for one who refuses gzip",
    before: "502 outside trends",
    right: refusedSize,
    now: () => sentAs(text, "gzip;q=0, *"),
  },
  {
    name: "5 MB of bytes that base64 makes 7 MB of",
    before: "502",
    right: refusedSize,
    now: () => sentAs(Buffer.from(JSON.stringify("x".repeat(5_000_000)))),
  },
  {
    name: "3.5 MB of quotes, which are escaped on the way",
    before: "502 outside trends",
    right: refusedSize,
    now: () => sentAs(JSON.stringify('"'.repeat(3_500_000))),
  },
  {
    name: "5 MB",
    before: "right",
    right: { statusCode: 200, encoding: undefined, code: undefined, fits: true },
    now: () => sentAs(JSON.stringify("x".repeat(5_000_000))),
  },
]);
