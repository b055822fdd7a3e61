import { beforeEach, describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { browseExports, readsQuery } from "../../lambdas/browse-exports/handler.ts";
import { runKey } from "../../lambdas/core/exports/keys.ts";
import { orderOf, type RunOrder } from "../../lambdas/core/exports/run-order.ts";
import type { HistoryPage } from "../../lambdas/core/ports/exports.ts";
import { scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { clockAt, coordinationIn, currentIn, exportsIn } from "../ports.ts";
import { type Asked, answer, exportOf, monthly, schedulesOf } from "./answer.ts";

let history: Export[];
/** What runs have written down that they make. */
let orders: Map<string, RunOrder>;
let page: Partial<HistoryPage>;
let listed: object[];
let reads: [number, string][];
let schedules: ConfiguredSchedule[];
const now = Date.parse("2026-11-10T12:00:00Z");

/** Newest first, as the history is. */
const idAt = (at: number) => `01KAT4XJ5Q8Z3V7C2B9N0M6R${String(99 - at).padStart(2, "0")}`;
const some = (count: number, more: (at: number) => Partial<Export> = () => ({})) =>
  Array.from({ length: count }, (_, at) => exportOf({ id: idAt(at), ...more(at) }));

beforeEach(() => {
  history = [];
  orders = new Map();
  page = {};
  listed = [];
  reads = [];
  schedules = [];
});

const find = async (workspaceId: number, id: string) => {
  reads.push([workspaceId, id]);
  return history.find((made) => made.id === id && made.workspace_id === workspaceId);
};
const call = (asked: Omit<Asked, "method">) =>
  answer(
    browseExports({
      configuration: {
        workspaces: new Set([123, 5]),
        schedules: schedulesOf(...schedules),
        description: () => ({ openapi: "3.1.0", servers: [] }),
      },
      exports: exportsIn(new Map(), {
        find,
        async page(asked) {
          listed.push(asked);
          return { exports: history.slice(0, asked.limit), unreadable: [], ...page };
        },
      }),
      current: currentIn(),
      coordination: coordinationIn({ orders }),
      clock: clockAt(() => now),
    }),
    { method: "GET", ...asked },
    readsQuery,
  );

describe("the history", () => {
  const list = (query = "", workspace_id = "123") =>
    call({ route: "/workspace/{workspace_id}/exports", query, params: { workspace_id } });

  it("is read a page of twenty at a time, and all of it that was read is shown", async () => {
    history = some(20);
    const { status, headers, body } = await list();
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "private, no-store" });
    expect(listed).toEqual([{ workspaceId: 123, after: undefined, limit: 20 }]);
    expect(body).toEqual({ exports: history });
  });

  it("goes on where the page before ended", async () => {
    history = some(5);
    page = { next: idAt(4) };
    const first = await list("limit=5");
    expect(listed).toEqual([{ workspaceId: 123, after: undefined, limit: 5 }]);
    await list(`limit=5&cursor=${first.body.next_cursor}`);
    expect(listed[1]).toEqual({ workspaceId: 123, after: idAt(4), limit: 5 });
  });

  it("looks at a hundred for a filter, ends at the limit, and goes on after the last that it showed", async () => {
    history = some(100, (at) => ({ status: at % 2 === 0 ? "failed" : "succeeded" }));
    page = { next: idAt(99) };
    const { body } = await list("status=failed&limit=3");
    expect(listed).toEqual([{ workspaceId: 123, after: undefined, limit: 100 }]);
    expect(body.exports.map(({ id }: Export) => id)).toEqual([idAt(0), idAt(2), idAt(4)]);
    await list(`status=failed&limit=3&cursor=${body.next_cursor}`);
    expect(listed[1]).toMatchObject({ after: idAt(4) });
  });

  it("with a filter that little fits goes on after all that was looked at", async () => {
    history = some(10, (at) => ({ status: at === 1 ? "failed" : "succeeded" }));
    page = { next: idAt(9) };
    const { body } = await list("status=failed");
    expect(body.exports).toHaveLength(1);
    await list(`status=failed&cursor=${body.next_cursor}`);
    expect(listed[1]).toMatchObject({ after: idAt(9) });
  });

  it.each([
    ["report=trends/projects", [1]],
    ["schedule=monthly", [2]],
    ["status=failed", [3]],
    ["status=failed&report=trends/projects", []],
    ["", [0, 1, 2, 3]],
  ])("shows for %j those that fit", async (query, expected) => {
    const differences: Partial<Export>[] = [
      {},
      { report: "trends/projects" },
      { schedule: "monthly" },
      { status: "failed" },
    ];
    history = some(4, (at) => differences[at] ?? {});
    const { body } = await list(query);
    expect(body.exports.map(({ id }: Export) => id)).toEqual(expected.map(idAt));
    expect(body).not.toHaveProperty("next_cursor");
  });

  const period = (start_date?: string, end_date?: string) => ({
    parameters: { ...(start_date && { start_date }), ...(end_date && { end_date }) },
  });

  it.each([
    ["format=xlsx", [1]],
    ["format=csv", [0, 2, 3, 4, 5, 6]],
    ["from_date=2026-10-01", [0, 1]],
    ["from_date=2026-10-02", [1]],
    ["to_date=2026-10-31", [0, 2, 3, 6]],
    ["to_date=2026-10-30", [2, 3]],
    ["from_date=2026-10-01&to_date=2026-10-31", [0]],
    ["from_date=2026-09-01&to_date=2026-10-31", [0, 2, 3]],
    ["from_date=2026-09-15&to_date=2026-09-15", [3]],
    ["from_date=2026-09-01&to_date=2026-10-31&format=xlsx", []],
    ["from_date=0001-01-01", [0, 1, 2, 3, 4]],
  ])("shows for %j exports whose period lies within these days", async (query, expected) => {
    const differences: Partial<Export>[] = [
      period("2026-10-01", "2026-10-31"),
      { ...period("2026-11-01", "2026-11-30"), format: "xlsx" },
      period("2026-09-01", "2026-09-30"),
      period("2026-09-15", "2026-09-15"),
      period("2026-09-20"), // until today, whenever it is made
      period(), // all time
      period(undefined, "2026-10-31"), // since the beginning
    ];
    history = some(7, (at) => differences[at] ?? {});
    const { body } = await list(query);
    expect(body.exports.map(({ id }: Export) => id)).toEqual(expected.map(idAt));
    expect(listed).toEqual([{ workspaceId: 123, after: undefined, limit: 100 }]);
  });

  it.each(["format=csv", "from_date=2026-10-01", "to_date=2026-10-31"])(
    "goes on with %s, and only with it",
    async (query) => {
      history = some(2, () => period("2026-10-01", "2026-10-31"));
      page = { next: idAt(1) };
      const { body } = await list(query);
      const cursor = `cursor=${body.next_cursor}`;
      expect((await list(`${query}&${cursor}`)).status).toBe(200);
      for (const other of [
        "",
        "format=xlsx&",
        "from_date=2026-10-02&",
        "to_date=2026-10-01&",
        `${query}&status=failed&`,
      ]) {
        expect((await list(`${other}${cursor}`)).body.errors?.[0].field, other).toBe("cursor");
      }
    },
  );

  it.each([
    ["from_date=2026-02-29", "from_date"],
    ["to_date=2026-10", "to_date"],
    ["from_date=2026-11-01&to_date=2026-10-31", "from_date"],
    ["format=pdf", "format"],
    ["from_date=2026-10-01&from_date=2026-11-01", "from_date"],
  ])("is refused for %j with the field's name", async (query, field) => {
    const { status, body } = await list(query);
    expect([status, body.code, body.errors.map((error: { field: string }) => error.field)]).toEqual([
      400,
      "invalid_request",
      [field],
    ]);
    expect(listed).toEqual([]);
  });

  it.each([
    ["of another filter", "status=failed", "123"],
    ["of another workspace", "", "5"],
    ["of a longer filter", "report=trends/projects&status=failed&schedule=monthly", "123"],
  ])("refuses a cursor %s", async (_, query, workspace) => {
    history = some(2);
    page = { next: idAt(1) };
    const { body } = await list();
    const { status, body: problem } = await list(`${query}&cursor=${body.next_cursor}`, workspace);
    expect([status, problem.errors[0].field]).toEqual([400, "cursor"]);
  });

  it("names what cannot be read as far as the page goes", async () => {
    history = some(4, () => ({ status: "failed" }));
    page = { unreadable: [idAt(1), idAt(3)] };
    expect((await list()).body.unreadable).toEqual([idAt(1), idAt(3)]);
    expect((await list("status=failed&limit=3")).body.unreadable).toEqual([idAt(1)]);
    page = { unreadable: [idAt(2)] };
    expect((await list("status=failed&limit=3")).body.unreadable).toEqual([idAt(2)]);
    page = { unreadable: [] };
    expect((await list()).body).not.toHaveProperty("unreadable");
  });

  it("ends a page before it is larger than Lambda takes, and goes on there", async () => {
    const columns = ["x".repeat(2 * 1024 ** 2)];
    history = some(4, (at) => ({ file: { ...exportOf().file, columns, key: String(at) } }));
    const { body } = await list();
    expect(body.exports.map(({ id }: Export) => id)).toEqual([idAt(0), idAt(1)]);
    await list(`cursor=${body.next_cursor}`);
    expect(listed[1]).toMatchObject({ after: idAt(1) });
  });

  it("shows one export at least, so that nobody reads the same page for ever", async () => {
    const columns = ["x".repeat(5.2 * 1024 ** 2)];
    history = some(2, () => ({ file: { ...exportOf().file, columns } }));
    expect((await list()).body.exports).toHaveLength(1);
  });

  it("is that of a configured workspace alone", async () => {
    expect((await list("", "9")).body.code).toBe("workspace_not_configured");
    expect(listed).toEqual([]);
  });
});

describe("the schedules", () => {
  const list = (workspace_id = "123") =>
    call({ route: "/workspace/{workspace_id}/schedules", params: { workspace_id } });

  it("are those of the workspace, with their next run", async () => {
    schedules = [monthly, { ...monthly, name: "theirs", workspace_id: 5 }];
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body).toEqual({ schedules: [{ ...monthly, next_run_at: "2026-12-03T06:00:00Z" }] });
    expect(listed).toEqual([]);
  });

  it("are none without reading anything where the workspace has none", async () => {
    schedules = [monthly];
    expect((await list("5")).body).toEqual({ schedules: [] });
    expect([listed, reads]).toEqual([[], []]);
    expect((await list("9")).status).toBe(403);
  });

  it("show what each made last, and no next run while paused", async () => {
    schedules = [{ ...monthly, enabled: false }];
    const [job] = scheduledExports(monthly, Date.parse("2026-11-03T06:00:00Z"));
    if (!job) throw new Error("the schedule makes nothing");
    history = [exportOf({ ...job })];
    const run = { schedule: monthly.name, occurrence: "2026-11-03T06:00:00Z" };
    orders.set(runKey(run), orderOf(monthly, run));
    const [schedule] = (await list()).body.schedules;
    expect(schedule.last_run).toMatchObject({
      occurrence: run.occurrence,
      from_date: "2026-10-01",
      to_date: "2026-10-31",
      status: "queued",
      exports: [
        { id: job.id, format: "csv", status: "succeeded" },
        { format: "xlsx", status: "queued" },
      ],
    });
    expect(schedule).not.toHaveProperty("next_run_at");
  });

  const hourly: ConfiguredSchedule = {
    ...monthly,
    name: "hourly",
    cron: undefined,
    rate: "6 hours",
    period: "previous-day",
  };
  it.each([
    ["2026-11-10T10:00:00Z", "2026-11-10T16:00:00Z"],
    ["2026-11-10T01:00:00Z", "2026-11-10T13:00:00Z"],
    ["2026-11-10T06:00:00Z", "2026-11-10T12:00:00Z"], // due this very moment
    ["2026-11-10T12:00:00Z", "2026-11-10T18:00:00Z"],
  ])("with a rate that ran at %s run next at %s", async (occurrence, next) => {
    schedules = [hourly];
    const run = { schedule: hourly.name, occurrence };
    orders.set(runKey(run), orderOf(hourly, run));
    expect((await list()).body.schedules[0].next_run_at).toBe(next);
  });

  it("with a rate that never ran run at a moment that nobody knows", async () => {
    schedules = [hourly, { ...hourly, name: "odd", rate: undefined }];
    const { body } = await list();
    expect(body.schedules.map((one: object) => "next_run_at" in one)).toEqual([false, false]);
  });
});

describe("an export", () => {
  const route = "/workspace/{workspace_id}/exports/{export_id}";
  const get = (export_id: string, more = "", workspace_id = "123") =>
    call({ route: route + more, params: { workspace_id, export_id } });

  it("comes with a fresh link to its file", async () => {
    history = some(1);
    const { status, body } = await get(idAt(0));
    expect(status).toBe(200);
    const link = { download_url: `https://s3/${idAt(0)}`, download_url_expires_at: "2026-11-03T05:15:00Z" };
    expect(body).toEqual({ ...history[0], ...link });
  });

  it("has no link as long as it has no file", async () => {
    history = some(1, () => ({ status: "queued", file: undefined }));
    const { status, body } = await get(idAt(0));
    expect([status, body.status]).toEqual([200, "queued"]);
    expect(body).not.toHaveProperty("download_url");
  });

  it.each(["", "/file"])("that is not there is a 404 that says where it was looked for%s", async (more) => {
    const { status, body } = await get(idAt(0), more);
    expect([status, body.code]).toEqual([404, "export_not_found"]);
    expect(body.detail).toContain("Workspace 123 has no export");
    expect(reads).toEqual([[123, idAt(0)]]);
  });

  it.each(["latest", "", idAt(0).toLowerCase(), `${idAt(0)}0`])(
    "is not looked for as %j, which is no id",
    async (id) => {
      expect((await get(id)).status).toBe(404);
      expect(reads).toEqual([]);
    },
  );

  it("of another workspace is not there, and a workspace that is not configured is refused", async () => {
    history = some(1);
    expect((await get(idAt(0), "", "5")).status).toBe(404);
    expect((await get(idAt(0), "", "9")).status).toBe(403);
  });

  it("has a lasting address that leads to its file", async () => {
    history = some(1);
    const { status, headers, text } = await get(idAt(0), "/file");
    expect([status, text]).toEqual([303, ""]);
    expect(headers).toMatchObject({ location: `https://s3/${idAt(0)}`, "cache-control": "no-store" });
  });

  it("that has no file says why at that address", async () => {
    history = some(1, () => ({ status: "deferred", file: undefined }));
    const { status, body } = await get(idAt(0), "/file");
    expect([status, body.code]).toEqual([404, "export_not_found"]);
    expect(body.detail).toContain("its status is deferred");
  });
});

describe("the description", () => {
  it("names the address that it was asked at", async () => {
    const { status, body } = await call({ route: "/openapi.json" });
    expect(status).toBe(200);
    expect(body).toEqual({ openapi: "3.1.0", servers: [{ url: "/v1" }] });
  });
});

it("answers 404 at an address that it does not have", async () => {
  const { status, body } = await call({ route: "/{proxy+}" });
  expect([status, body.code]).toEqual([404, "route_not_found"]);
  expect(body.detail).toContain("GET");
});
