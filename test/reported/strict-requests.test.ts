import { expect, it } from "vitest";
import { fileFormats } from "../../api/reports.ts";
import { routes } from "../../api/routes.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { browseExports, readsQuery } from "../../lambdas/browse-exports/handler.ts";
import type { RoutedFunction } from "../../lambdas/contract.ts";
import { createExport, prefers } from "../../lambdas/create-export/handler.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import type { HttpHandler, HttpRequest } from "../../lambdas/http/http.ts";
import { jsonBody } from "../../lambdas/http/json-body.ts";
import { listNames } from "../../lambdas/list-names/handler.ts";
import { etagOf, loadTrends } from "../../lambdas/load-trends/handler.ts";
import { monthly, schedulesOf } from "../handlers/answer.ts";
import { apiEvent } from "../http/api-event.ts";
import { clockAt, coordinationIn, exportsIn, queueOf, silent } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const workspaces = new Set([123]);
const trends = Buffer.from("[]");

/** What the functions did for requests that got through. */
let done: string[] = [];
const doing = (what: string) => async () => {
  done.push(what);
  throw new Error(what);
};

/** Every function with ports that only note that they were used. */
const configuration = {
  workspaces,
  schedules: schedulesOf({ ...monthly, formats: [...fileFormats] as ConfiguredSchedule["formats"] }),
  description: () => ({}),
};
const clock = clockAt(Date.now);
const exports = exportsIn(new Map(), {
  find: doing("read a record"),
  get: doing("read a record"),
  page: doing("listed"),
});
const handlers: Record<RoutedFunction, HttpHandler> = {
  "load-trends": loadTrends({ configuration, toggl: { trends: doing("asked Toggl") } }),
  "create-export": createExport({
    configuration,
    exports,
    toggl: { report: doing("asked Toggl") },
    current: { read: doing("read a manifest") },
    coordination: {
      ...coordinationIn(),
      claims: { latest: doing("read a claim"), create: doing("claimed"), update: doing("claimed") },
    },
    queue: queueOf({ send: doing("queued") }),
    clock,
  }),
  "browse-exports": browseExports({
    configuration,
    exports,
    current: { read: doing("read a manifest"), get: doing("read a manifest") },
    coordination: coordinationIn(),
    clock,
  }),
  "list-names": listNames({
    configuration,
    toggl: {
      token: doing("read a token"),
      names: doing("asked Toggl"),
      organization: doing("asked Toggl"),
      groups: doing("asked Toggl"),
    },
    coordination: { names: { ...coordinationIn().names, read: doing("read names") } },
    clock,
  }),
};

const params = { workspace_id: "123", export_id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T", name: "monthly" };
const body = '{"currency":"usd","start_date":"2026-10-01","end_date":"2026-10-31"}';

async function call(asked: Parameters<typeof apiEvent>[0] & { readonly function: RoutedFunction }) {
  done = [];
  const handler = behindApiGateway(handlers[asked.function], silent, readsQuery);
  const { statusCode, body: text } = await handler(apiEvent({ params, ...asked }));
  const { errors = [], detail = "" } = JSON.parse(text || "{}") as {
    errors?: { field: string; detail: string }[];
    detail?: string;
  };
  return { statusCode, fields: errors.map(({ field }) => field), detail, done };
}

const routed = routes.filter(({ path }) => path !== "/{proxy+}");
const bodyOf = (path: string) =>
  path.endsWith("/runs") ? "" : path.includes("profitability") ? body : '{"start_date":"2026-10-01"}';

reportedCases(
  "A parameter in the query that an address does not read is refused on every route",
  routed.map(({ method, path, function: name }) => ({
    name: `${method} ${path}`,
    before:
      method !== "POST"
        ? readsQuery.includes(`GET ${path}`)
          ? "right"
          : "passed over"
        : "passed over: a report of everything",
    // An answer to HEAD has no body that could name them.
    right: { statusCode: 400, fields: method === "HEAD" ? [] : ["project_ids", "colour"], done: [] },
    now: async () => {
      const sent = method === "POST" ? { body: bodyOf(path) } : {};
      const query = "project_ids=101&colour=blue";
      const { detail: _, ...given } = await call({ function: name, method, route: path, query, ...sent });
      return given;
    },
  })),
);

it("says where fields belong instead", async () => {
  const route = "/workspace/{workspace_id}/trends/projects.csv";
  const posted = await call({ function: "create-export", route, query: "billable=true", body });
  expect(posted.detail).toMatch(/^The query does not fit: billable is not taken in the query; .* in the JSON body\.$/);
  const got = await call({
    function: "list-names",
    method: "GET",
    route: "/workspace/{workspace_id}/names",
    query: "page=2",
  });
  expect(got.detail).toBe("The query does not fit: page is not a parameter of this address; it takes none.");
});

it("lets a request without a query through on every route", async () => {
  for (const { method, path, function: name } of routed) {
    const { statusCode, done: reached } = await call({
      function: name,
      method,
      route: path,
      ...(method === "POST" && { body: bodyOf(path) }),
    });
    expect([`${method} ${path}`, statusCode, reached.length]).toEqual([
      `${method} ${path}`,
      path === "/openapi.json" ? 200 : 500,
      path === "/openapi.json" ? 0 : 1,
    ]);
  }
});

const history = { function: "browse-exports", method: "GET", route: "/workspace/{workspace_id}/exports" } as const;
const run = { function: "create-export", route: "/workspace/{workspace_id}/schedules/{name}/runs" } as const;
const file = {
  function: "create-export",
  route: "/workspace/{workspace_id}/profitability/projects.csv",
  body,
} as const;

const outcome = async (asked: Parameters<typeof call>[0]) => {
  const { statusCode, fields, done: did } = await call(asked);
  return [statusCode, ...fields, ...did];
};

reportedCases("What is there twice is refused, not joined or dropped", [
  {
    name: "?status=failed&status=succeeded",
    before: "the last one counted",
    right: [400, "status"],
    now: () => outcome({ ...history, query: "status=failed&status=succeeded" }),
  },
  {
    name: "?limit=5&limit=5",
    before: "passed over",
    right: [400, "limit"],
    now: () => outcome({ ...history, query: "limit=5&limit=5" }),
  },
  {
    name: "?Limit=5",
    before: "right",
    right: [400, "Limit"],
    now: () => outcome({ ...history, query: "Limit=5" }),
  },
  {
    name: "?x without a value, on a POST",
    before: "passed over",
    right: [400, "x"],
    now: () => outcome({ ...file, query: "x" }),
  },
  {
    name: "two headers Idempotency-Key on a file",
    before: "one key made of both",
    right: [400, "idempotency-key"],
    now: () => outcome({ ...file, headers: { "Idempotency-Key": ["a", "b"] } }),
  },
  {
    name: "two headers Idempotency-Key in different cases",
    before: "one key made of both",
    right: [400, "idempotency-key"],
    now: () => outcome({ ...file, headers: { "Idempotency-Key": ["a"], "idempotency-key": ["a"] } }),
  },
  {
    name: "two headers Idempotency-Key on a run",
    before: "one key made of both",
    right: [400, "idempotency-key"],
    now: () => outcome({ ...run, headers: { "Idempotency-Key": ["a", "b"] } }),
  },
  {
    name: "one header Idempotency-Key",
    before: "right",
    right: [500, "read a claim"],
    now: () => outcome({ ...file, headers: { "Idempotency-Key": ["a"] } }),
  },
  {
    name: "a call that is signed in its query",
    before: "right",
    right: [500, "asked Toggl"],
    now: () =>
      outcome({ ...file, query: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0a&X-Amz-Security-Token=t" }),
  },
  {
    name: "a history that is signed in its query",
    before: "400 for X-Amz-Signature",
    right: [500, "listed"],
    now: () => outcome({ ...history, query: "X-Amz-Date=20261101T000000Z&X-Amz-Signature=0a&limit=5" }),
  },
  {
    name: "an unknown address with a query",
    before: "right",
    right: [404],
    now: () => outcome({ ...history, route: "/{proxy+}", query: "a=1&a=2" }),
  },
]);

/** A request as a handler sees it. */
async function seen(asked: Omit<Parameters<typeof apiEvent>[0], "route">): Promise<HttpRequest> {
  let request: HttpRequest | undefined;
  const handler: HttpHandler = async (one) => {
    request = one;
    return { status: 204, headers: {} };
  };
  await behindApiGateway(handler, silent)(apiEvent({ route: "/any", ...asked }));
  if (!request) throw new Error("It was refused.");
  return request;
}

const preferring = async (...values: string[]) => prefers(await seen({ headers: { Prefer: values } }), "respond-async");

reportedCases(
  "Prefer is read as RFC 7240 has it",
  (
    [
      [["respond-async"], "right", true],
      [["Respond-Async"], "right", true],
      [["respond-async, wait=10"], "right", true],
      [["wait=10,respond-async"], "right", true],
      [["wait=10 ; x=y , respond-async ; retry=3"], "right", true],
      [["return=minimal", "respond-async"], "right", true],
      [['respond-async=""'], "false", true],
      [['note="a, respond-async, b"'], "true", false],
      [['note="a\\", respond-async"'], "right", false],
      [["wait=10; respond-async"], "true", false],
      [['foo="x;y"; respond-async; bar'], "true", false],
      [["respond-async=no"], "right", false],
      [["respond-async=no, respond-async"], "true", false],
      [["respond-asynchronously"], "right", false],
      [[", ,respond-async,"], "right", true],
      [["<no preference>, respond-async"], "right", true],
      [["\trespond-async\t"], "right", true],
      [[""], "right", false],
    ] as const
  ).map(([values, before, right]) => ({
    name: values.join(" | ") || "nothing",
    before,
    right,
    now: () => preferring(...values),
  })),
);

it("reads a Prefer header of 10 KB in no time, whatever stands in it", async () => {
  for (const part of ["a; ; ; ", '"', '\\"', "a=", ";;", ", "]) {
    const startedAt = process.cpuUsage().user;
    await preferring(`${part.repeat(10_000 / part.length)} x y`);
    expect(process.cpuUsage().user - startedAt, part).toBeLessThan(1_000_000);
  }
});

const mark = "\uFEFF";

reportedCases("A byte order mark before a JSON body is passed over", [
  {
    name: "before an object",
    before: "400",
    right: { currency: "usd" },
    now: async () => jsonBody(await seen({ body: `${mark}{"currency":"usd"}` })),
  },
  {
    name: "and white space",
    before: "400",
    right: {},
    now: async () => jsonBody(await seen({ body: `${mark}\r\n {} \n` })),
  },
  {
    name: "within a text it stays",
    before: "right",
    right: { a: `${mark}b` },
    now: async () => jsonBody(await seen({ body: `{"a":"${mark}b"}` })),
  },
  ...(
    [
      ["two of them", Buffer.from(`${mark}${mark}{}`)],
      ["alone", Buffer.from(mark)],
      ["that of UTF-16", Buffer.from(`${mark}{}`, "utf16le")],
    ] as const
  ).map(([name, sent]) => ({
    name,
    before: "right",
    right: "invalid_request",
    now: async () => {
      const request = await seen({ body: sent });
      try {
        return jsonBody(request);
      } catch (error) {
        return (error as { kind: string }).kind;
      }
    },
  })),
]);

const tag = etagOf(trends);
const opaque = tag.slice(2);

async function trendStatus(...known: string[]): Promise<number> {
  const handler = loadTrends({ configuration, toggl: { trends: async () => trends } });
  const event = apiEvent({
    route: "/workspace/{workspace_id}/data_trends/projects",
    headers: { "If-None-Match": known },
    body: '{"start_date":"2026-10-01"}',
  });
  return (await behindApiGateway(handler, silent)(event)).statusCode;
}

reportedCases(
  "If-None-Match is a list of weak or strong tags, or *",
  (
    [
      ["the tag", [tag], "right", 304],
      ["the tag as a strong one", [opaque], "right", 304],
      ["in a list", [`"a", ${tag},W/"b"`], "right", 304],
      ["in the second of two headers", ['"a"', tag], "right", 304],
      ["in a list with empty entries", [`,, ${opaque} ,`], "right", 304],
      ["behind a tag with a comma in it", [`"a,b", ${tag}`], "right", 304],
      ["*", [" * "], "right", 304],
      ["another tag", ['W/"a"'], "right", 200],
      ["a tag that has a star in it", ['"a,*,b"'], "304", 200],
      ["a tag that has the tag in it", [`"a,${tag.replaceAll('"', "")},b"`], "right", 200],
      ["no tag at all: without quotes", [tag.replaceAll('"', "")], "right", 200],
      ["nothing", [""], "right", 200],
    ] as const
  ).map(([name, known, before, right]) => ({ name, before, right, now: () => trendStatus(...known) })),
);

reportedCases(
  "The declared type of a body does not matter: it is JSON or it is refused",
  [
    "application/json",
    "application/json; charset=UTF-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/vnd.api+json",
    "nonsense",
  ].map((type) => ({
    name: type,
    before: "right",
    right: [500, "asked Toggl"],
    now: () => outcome({ ...file, headers: { "Content-Type": [type] } }),
  })),
);
