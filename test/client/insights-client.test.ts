import { createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { ApiProblem, DownloadError, ForeignAnswer, NoAnswer } from "../../client/api-problem.ts";
import { apiCaller, areCallsSigned } from "../../client/call-api.ts";
import { type InsightsClient, insightsClient } from "../../client/insights-client.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

let server: Listening | undefined;
let seen: { method?: string; url?: string; headers: Record<string, unknown> }[] = [];

afterEach(() => server?.close());

async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  seen = [];
  server = await listenOnLoopback(
    createServer(({ method = "", url = "", headers: sent }, response) => {
      seen.push({ method, url, headers: sent });
      response.writeHead(status, headers).end(body);
    }),
    0,
  );
  return insightsClient({ baseUrl: `${server.url}/v1/`, retries: 0 });
}

/** A client of a server that answers in its own way. */
async function servedBy(answer: RequestListener, more: object = {}) {
  server = await listenOnLoopback(createServer(answer), 0);
  return insightsClient({ baseUrl: server.url, ...more });
}

it("says what the API says, with its code and when to ask again", async () => {
  const problem = {
    type: "t",
    title: "t",
    detail: "Wait.",
    instance: "i",
    code: "toggl_quota_exhausted",
    retryable: true,
  };
  const client = await answering(429, JSON.stringify(problem), { "retry-after": "133" });
  const error = await client.listExports(1).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ message: "Wait.", status: 429, retryAfterSeconds: 133, problem });
});

it("tells an answer of another server from one of the API", async () => {
  const client = await answering(404, "<html>nginx</html>");
  await expect(client.listSchedules(1)).rejects.toThrow(
    "The address answered 404. Check that it is the address of a Toggl Insights API.",
  );
});

it("says where nothing answered", async () => {
  const client = await answering(200, "{}");
  await server?.close();
  await expect(client.listExports(1)).rejects.toThrow(NoAnswer);
  await expect(client.listExports(1)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
});

it.each([
  ["[]", 0],
  ['{"items":[{"project_id":1}]}', 1],
  ['{"items":null}', 0],
  ["null", 0],
])("takes trends in each form that Toggl has: %s", async (body, count) => {
  const client = await answering(200, body);
  expect(await client.loadTrends(1, { start_date: "2026-10-01" })).toHaveLength(count);
});

it("sends what makes an export once and in the background", async () => {
  const client = await answering(202, '{"id":"01"}');
  await client.queueExport(7, "trends/projects.csv", { start_date: "2026-10-01" }, { idempotencyKey: "one" });
  expect(seen).toMatchObject([
    {
      method: "POST",
      url: "/v1/workspace/7/trends/projects.csv",
      headers: { prefer: "respond-async", "idempotency-key": "one", "content-type": "application/json" },
    },
  ]);
});

it.each([
  ["none is asked for", undefined, [undefined]],
  ["none of two", [1, 2], [undefined]],
  ["one of two", [2, 3], [undefined, "no-cache"]],
])("loads names, and once more where one is missing: %s", async (_, projectIds, sent) => {
  const client = await answering(200, '{"projects":{"1":"A","2":"B"},"users":{}}');
  expect((await client.loadNames(7, projectIds)).projects).toEqual({ 1: "A", 2: "B" });
  expect(seen.map(({ url, headers }) => [url, headers["cache-control"]])).toEqual(
    sent.map((value) => ["/v1/workspace/7/names", value]),
  );
});

it("leaves out of a query what was not asked for", async () => {
  const client = await answering(200, '{"exports":[]}');
  await client.listExports(7, { report: "trends/projects", limit: 5, cursor: undefined });
  expect(seen[0]?.url).toBe("/v1/workspace/7/exports?report=trends%2Fprojects&limit=5");
});

it.each(["", "127.0.0.1:3000", "http://"])("refuses %j as an address at once", (baseUrl) => {
  expect(() => insightsClient({ baseUrl })).toThrow(/^baseUrl must be the API's address, such as http/);
});

it.each([
  [200, "<html>another server</html>"],
  [200, "{}"],
  [200, "null"],
  [404, "<html>nginx</html>"],
] as const)("takes %d with %s for the answer of another server, not for one of the API", async (status, body) => {
  const client = await answering(status, body);
  const words = `The address answered ${status}. Check that it is the address of a Toggl Insights API.`;
  const asks = [() => client.listExports(7), () => client.findExport(7, "01"), () => client.runSchedule(7, "monthly")];
  for (const ask of asks) {
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ForeignAnswer);
    expect(error).toMatchObject({ message: words });
  }
});

it.each([
  [501, false],
  [404, false],
  [500, true],
  [503, true],
  [429, true],
])("says of a proxy's %d whether to try again: %s", async (status, retryable) => {
  const client = await answering(status, "<html></html>");
  await expect(client.listExports(7)).rejects.toMatchObject({ problem: { retryable } });
});

it.each([
  [404, "export_not_found"],
  [500, "record_damaged"],
])("finds no export where the API says %d %s: it can be made again", async (status, code) => {
  const client = await answering(status, JSON.stringify({ code, detail: "No." }));
  expect(await client.findExport(7, "01")).toBeUndefined();
  await expect(client.getExport(7, "01")).rejects.toMatchObject({ status });
});

describe("a schedule's newest file", () => {
  const sha256 = "a".repeat(64);
  const redirect = { location: "https://s3/x?signed", etag: `"${sha256}"` };

  it("is a fresh link and what the file's hash is", async () => {
    const client = await answering(303, "", redirect);
    const file = { download_url: "https://s3/x?signed", sha256 };
    expect(await client.latest(7, "monthly")).toEqual(file);
    expect(await client.latest(7, "a/b", { format: "xlsx", fromDate: "2026-10-01", knownSha256: sha256 })).toEqual(
      file,
    );
    expect(seen.map(({ method, url, headers }) => [method, url, headers["if-none-match"]])).toEqual([
      ["GET", "/v1/workspace/7/schedules/monthly/latest.csv", undefined],
      ["GET", "/v1/workspace/7/schedules/a%2Fb/latest.xlsx?from_date=2026-10-01", `"${sha256}"`],
    ]);
  });

  it("is nothing new where it is the one that is known", async () => {
    const client = await answering(304, "", { etag: `"${sha256}"` });
    expect(await client.latest(7, "monthly", { knownSha256: sha256 })).toBeUndefined();
  });

  it("throws what the API says, such as that there is nothing yet", async () => {
    const client = await answering(404, JSON.stringify({ code: "nothing_yet", detail: "Wait." }));
    await expect(client.latest(7, "monthly")).rejects.toMatchObject({ status: 404, problem: { code: "nothing_yet" } });
  });

  it.each([
    [200, "<html>another server</html>", {}],
    [303, "", { location: "/login" }],
    [303, "", { etag: redirect.etag }],
  ])("is none where another server answers %d", async (status, body, headers) => {
    const client = await answering(status, body, headers);
    await expect(client.latest(7, "monthly")).rejects.toBeInstanceOf(ForeignAnswer);
  });
});

describe("waiting for an export", () => {
  /** An API in which the export looks like this, one look after the other. */
  async function looking(...statuses: string[]) {
    const left = [...statuses];
    server = await listenOnLoopback(
      createServer((_, response) => response.end(JSON.stringify({ id: "01", status: left.shift() ?? "gone" }))),
      0,
    );
    return insightsClient({ baseUrl: server.url });
  }

  it.each([
    [["succeeded"]],
    [["failed"]],
    [["queued", "running", "succeeded"]],
    [["queued", "deferred", "deferred", "running", "succeeded"]],
    [["deferred", "running", "failed"]],
  ])("goes on until it is made or has failed, also while it waits for the quota: %j", async (statuses) => {
    const client = await looking(...statuses);
    const seen: string[] = [];
    const made = await client.waitForExport(7, "01", { everyMs: 1, onLook: ({ status }) => seen.push(status) });
    expect(seen).toEqual(statuses);
    expect(made.status).toBe(statuses.at(-1));
  });

  it("ends when its signal does", async () => {
    const client = await looking(...Array.from({ length: 100 }, () => "deferred"));
    const stop = new AbortController();
    const onLook = () => stop.abort(new Error("stopped"));
    await expect(client.waitForExport(7, "01", { everyMs: 60_000, onLook, signal: stop.signal })).rejects.toThrow();
  });

  it("ends with what the API refuses", async () => {
    const client = await answering(500, JSON.stringify({ code: "record_damaged", detail: "It is damaged." }));
    await expect(client.waitForExport(7, "01", { everyMs: 1 })).rejects.toMatchObject({
      status: 500,
      message: "It is damaged.",
    });
  });
});

it("carries a JWT in place of a signature, and never in clear to another machine", async () => {
  await answering(200, '{"exports":[]}');
  const baseUrl = server?.url ?? "";
  await insightsClient({ baseUrl, token: async () => "a.b.c" }).listExports(1);
  expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer a.b.c" });
  expect(() => insightsClient({ baseUrl: "http://example.com", token: () => "a.b.c" })).toThrow(/https/);
});

it.each([
  ["https://abc.execute-api.eu-central-1.amazonaws.com/v1", {}, true],
  ["http://example.com", {}, true],
  ["http://127.0.0.1:3000", {}, false],
  ["http://localhost:3000", {}, false],
  ["http://[::1]:3000", {}, false],
  ["http://127.0.0.1.example.com", {}, true],
  ["http://127.0.0.1:3000", { signer: { region: "r", credentials: { accessKeyId: "a", secretAccessKey: "b" } } }, true],
  ["https://example.com", { token: () => "a.b.c" }, false],
])("signs calls to %s with %j: %s", (baseUrl, more, isSigned) => {
  expect(areCallsSigned({ baseUrl, ...more })).toBe(isSigned);
});

it("ends a call when its signal does", async () => {
  server = await listenOnLoopback(
    createServer(() => {}),
    0,
  );
  const stop = new AbortController();
  const call = apiCaller({ baseUrl: server.url })("GET", "/", { signal: stop.signal });
  stop.abort(new Error("stopped by hand"));
  await expect(call).rejects.toThrow("stopped by hand");
}, 10_000); // a call that nobody ends ends by itself after 32 s

describe("every call", () => {
  const signal = AbortSignal.abort(new Error("stopped by hand"));
  const calls: Record<keyof InsightsClient, (client: InsightsClient) => Promise<unknown>> = {
    createExport: (client) => client.createExport(7, "trends/projects.csv", {}, { signal }),
    queueExport: (client) => client.queueExport(7, "trends/projects.csv", {}, { signal }),
    waitForExport: (client) => client.waitForExport(7, "01", { signal }),
    download: (client) => client.download(7, "01", { signal }),
    getExport: (client) => client.getExport(7, "01", { signal }),
    findExport: (client) => client.findExport(7, "01", { signal }),
    listExports: (client) => client.listExports(7, {}, { signal }),
    exports: (client) => client.exports(7, {}, { signal }).next(),
    loadTrends: (client) => client.loadTrends(7, {}, { signal }),
    listSchedules: (client) => client.listSchedules(7, { signal }),
    loadNames: (client) => client.loadNames(7, [], { signal }),
    runSchedule: (client) => client.runSchedule(7, "monthly", {}, { signal }),
    latest: (client) => client.latest(7, "monthly", { signal }),
    currentFiles: (client) => client.currentFiles(7, "monthly", { signal }),
    rebuildSchedule: (client) => client.rebuildSchedule(7, "monthly", { signal }),
    acceptColumns: (client) => client.acceptColumns(7, "monthly", { signal }),
  };

  it.each(Object.entries(calls))("ends with its signal: %s", async (_, call) => {
    await expect(call(await answering(200, "{}"))).rejects.toThrow("stopped by hand");
    expect(seen).toEqual([]);
  });
});

describe("a call that broke", () => {
  const failingOnce = async () => {
    seen = [];
    return servedBy(({ method = "", url = "", headers }, response) => {
      seen.push({ method, url, headers });
      if (seen.length === 1) return void response.destroy();
      response.end('{"id":"01","exports":[],"schedules":[]}');
    });
  };

  it.each<[string, (client: InsightsClient) => Promise<unknown>, number]>([
    ["a look at the history", (client) => client.listExports(7), 2],
    ["an order with a key", (client) => client.queueExport(7, "trends/projects.csv", {}, { idempotencyKey: "a" }), 2],
    ["a run with a key", (client) => client.runSchedule(7, "monthly", {}, { idempotencyKey: "a" }), 2],
    ["an order without a key", (client) => client.queueExport(7, "trends/projects.csv", {}), 1],
    ["an export that is waited for", (client) => client.createExport(7, "trends/projects.csv", {}), 1],
    ["trends, which cost a request of Toggl's", (client) => client.loadTrends(7, {}), 1],
    ["a run without a key", (client) => client.runSchedule(7, "monthly"), 1],
  ])("is made again only if it may be made twice: %s", async (_, call, times) => {
    const ended = await call(await failingOnce()).then(
      () => "answered",
      (error: unknown) => error,
    );
    expect(seen).toHaveLength(times);
    if (times === 2) expect(ended).toBe("answered");
    else expect(ended).toBeInstanceOf(NoAnswer);
    expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });
});

it("tells an answer that breaks off from one of another server", async () => {
  const client = await servedBy((_, response) => void response.write('{"exports":', () => response.destroy()), {
    retries: 0,
  });
  await expect(client.listExports(7)).rejects.toBeInstanceOf(NoAnswer);
});

describe("the history", () => {
  const pages: Record<string, object> = {
    "limit=100": { exports: [{ id: "c" }, { id: "b" }], unreadable: ["x"], next_cursor: "two" },
    "limit=100&cursor=two": { exports: [{ id: "a" }] },
  };

  it("is walked through to its end, and one page before what is asked of the next", async () => {
    const asked: string[] = [];
    const client = await servedBy(({ url = "" }, response) => {
      const query = url.split("?report=trends%2Fprojects&")[1] ?? "";
      asked.push(query);
      response.end(JSON.stringify(pages[query]));
    });
    const ids: string[] = [];
    const unreadable: string[] = [];
    const filter = { report: "trends/projects" } as const;
    for await (const { id } of client.exports(7, filter, { onUnreadable: (id) => unreadable.push(id) })) {
      ids.push(id);
      if (id === "c") expect(asked).toHaveLength(1);
    }
    expect({ ids, unreadable, asked }).toEqual({ ids: ["c", "b", "a"], unreadable: ["x"], asked: Object.keys(pages) });
  });

  it("is asked for no further than it is read", async () => {
    let asked = 0;
    const client = await servedBy((_, response) => {
      asked++;
      response.end(JSON.stringify({ exports: [{ id: "a" }], next_cursor: "more" }));
    });
    for await (const one of client.exports(7)) {
      expect(one.id).toBe("a");
      break;
    }
    expect(asked).toBe(1);
  });
});

describe("a download", () => {
  const bytes = Buffer.from("Project,Hours\nApp,1.5\n");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const made = { id: "01KB0M8Q4T2V6X9ZC3E5G7J1NR", report: "trends/projects", format: "csv" };

  /** An API with one export, and a link that answers so. */
  const linked = (link: RequestListener, more: object = {}, options: object = {}) =>
    servedBy((request, response) => {
      if (request.url === "/link") return link(request, response);
      const published = {
        ...made,
        status: "succeeded",
        file: { sha256 },
        download_url: `${server?.url}/link`,
        ...more,
      };
      response.end(JSON.stringify(published));
    }, options);
  const named =
    (name: string): RequestListener =>
    (_, response) => {
      response.writeHead(200, { "content-disposition": `attachment; filename="${name}"` }).end(bytes);
    };
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => "none",
      (error: unknown) => error,
    );

  it.each([
    ["october.csv", "october.csv"],
    ["../.bashrc", `toggl-trends-projects-${made.id}.csv`],
  ])("has the bytes, and a name that is none but a report's: %s", async (link, name) => {
    const file = await (await linked(named(link))).download(7, made.id);
    expect(file).toMatchObject({ name, published: { id: made.id, file: { sha256 } } });
    expect(await new Response(file.body).text()).toBe(bytes.toString());
  });

  it.each<[string, RequestListener, object, RegExp]>([
    ["other bytes", (_, response) => void response.end("other"), {}, /^Its SHA-256 is \w{64}, not \w{64}\.$/],
    [
      "a part",
      (_, response) => void response.write(bytes, () => response.destroy()),
      {},
      /^The connection broke \(.+\)\.$/,
    ],
    ["S3's refusal", (_, response) => void response.writeHead(403).end("<Error/>"), {}, /^S3 answered 403\.$/],
    ["nothing", (_, response) => void response.destroy(), {}, /^The connection broke \(.+\)\.$/],
    ["no file yet", named("a.csv"), { status: "running" }, /^The export is running: it has no file yet\.$/],
    [
      "no file at all",
      named("a.csv"),
      { status: "failed", problem: { detail: "No plan." } },
      /^The export has no file: No plan\.$/,
    ],
  ])("that brings %s ends with an error of its own", async (_, link, more, sentence) => {
    const client = await linked(link, more);
    const error = await failureOf(client.download(7, made.id).then(({ body }) => new Response(body).arrayBuffer()));
    expect(error).toBeInstanceOf(DownloadError);
    expect((error as Error).message).toMatch(sentence);
  });

  it("ends with its signal in the middle", async () => {
    const client = await linked((_, response) => void response.write(bytes));
    const stop = new AbortController();
    const { body } = await client.download(7, made.id, { signal: stop.signal });
    const reader = body.getReader();
    expect((await reader.read()).value).toEqual(new Uint8Array(bytes));
    stop.abort(new Error("stopped by hand"));
    await expect(reader.read()).rejects.toThrow("stopped by hand");
  });

  it("goes by the fetch that the client was given, as all its calls do", async () => {
    const asked: string[] = [];
    const send = (url: URL, init: RequestInit) => {
      asked.push(url.pathname);
      return fetch(url, init);
    };
    await (await linked(named("a.csv"), {}, { fetch: send })).download(7, made.id);
    expect(asked).toEqual([`/workspace/7/exports/${made.id}`, "/link"]);
  });
});
