import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { trendItems } from "../../client/trend-summary.ts";
import type { FaultName } from "../../local/toggl-simulator/faults.ts";
import { type FaultyS3, startFaultyS3 } from "./faulty-s3.ts";
import { putNames } from "./known-names.ts";
import { type Product, workspaceId } from "./product.ts";
import { crash, history, queuesOf, type ScheduledAnswer, startScheduled, timePasses } from "./scheduled.ts";

const daily = {
  name: "daily-trends",
  workspace_id: workspaceId,
  report: "data_trends/projects",
  formats: ["csv", "json"],
  cron: "0 4 * * ? *",
  period: "last-7-days",
  previous_period: "equal-length",
};

let s3: FaultyS3;
let product: Product;

beforeAll(async () => {
  s3 = await startFaultyS3();
  const alone = { ...daily, name: "csv-alone", formats: ["csv"] };
  const monthly = { ...daily, name: "monthly-trends", period: "previous-month", refresh_previous: 1 };
  product = await startScheduled([daily, alone, monthly], s3.env);
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

/** Each run has a day of its own. */
let day = 0;
const nextRun = () => new Date(Date.UTC(2026, 3, ++day, 4));

/** Fires a schedule and gives what came of this run, and how often Toggl was asked meanwhile. */
async function run(name = "daily-trends", at = nextRun()) {
  const asked = product.simulator.requests.length;
  product.local.fire(name, at);
  await queueIsEmpty();
  return { ...(await exportsOf(at)), requests: product.simulator.requests.length - asked };
}

const queueIsEmpty = (timeout = 60_000) =>
  expect.poll(() => queuesOf(product).queue.messages.length, { timeout, interval: 100 }).toBe(0);

async function exportsOf(at: Date) {
  const occurrence = at.toISOString().replace(".000Z", "Z");
  const all = (await history(product, "limit=100&report=data_trends/projects")).filter(
    (one) => one.occurrence === occurrence,
  );
  const [newest] = all
    .map(({ parameters }) => daysOf(parameters))
    .sort()
    .reverse();
  const own = all.filter(({ parameters }) => daysOf(parameters) === newest);
  return { all, json: own.find(({ format }) => format === "json"), csv: own.find(({ format }) => format === "csv") };
}

const daysOf = (parameters: object) => ("start_date" in parameters ? String(parameters.start_date) : "");

/** The file as its link gives it. */
async function download(made: ScheduledAnswer | undefined): Promise<Buffer> {
  const response = await fetch(`${product.local.url}/workspace/${workspaceId}/exports/${made?.id}/file`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(made?.file.content_type);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(made?.file.sha256);
  return bytes;
}

const recordsOf = (csv: Buffer): Record<string, string>[] => parse(csv, { columns: true });

it("makes JSON and CSV of one answer of Toggl's", async () => {
  const { json, csv, requests } = await run();
  expect(requests).toBe(1);
  expect(product.simulator.requests.at(-1)?.body).toEqual(json?.parameters);
  expect(json).toMatchObject({ status: "succeeded", report: "data_trends/projects", toggl: { requests: 1 } });
  expect(json?.file).toMatchObject({ content_type: "application/json" });
  expect(json?.file.key).toMatch(
    /^exports\/report=data_trends-projects\/format=json\/workspace_id=\d+\/period=.*\.json$/,
  );
  expect(csv?.file.key).toMatch(/^exports\/report=data_trends-projects\/format=csv\/workspace_id=\d+\/period=.*\.csv$/);
  expect(csv).toMatchObject({ status: "succeeded", parameters: json?.parameters, attempts: 1 });
  expect(csv).toHaveProperty("asked_at", json && "asked_at" in json ? json.asked_at : "none");
  expect(csv).not.toHaveProperty("toggl");
  expect(csv).not.toHaveProperty("madeFrom");
  expect(csv?.file).toMatchObject({ source_sha256: json?.file.sha256, content_type: "text/csv; charset=utf-8" });

  const from = daysOf(json?.parameters ?? {});
  const current = (format: string) =>
    `current/schedule=daily-trends/workspace_id=${workspaceId}/format=${format}/from_date=${from}/daily-trends.${format}`;
  expect([...(await product.keys())]).toEqual(expect.arrayContaining([current("json"), current("csv")]));

  const entries = trendItems(JSON.parse((await download(json)).toString()));
  const records = recordsOf(await download(csv));
  expect(csv?.file.columns).toEqual(Object.keys(records[0] ?? {}));
  expect([records.length, csv?.file.rows]).toEqual([entries.length * 7, entries.length * 7]);
  const sums = (field: string) => records.reduce((sum, record) => sum + Number(record[field]), 0);
  const sum = (lists: readonly unknown[]) => lists.flat().reduce((all: number, one) => all + Number(one ?? 0), 0);
  expect(sums("seconds")).toBe(sum(entries.map(({ current_period_seconds }) => current_period_seconds)));
  expect(sums("previous_seconds")).toBe(sum(entries.map(({ previous_period_seconds }) => previous_period_seconds)));
});

it("asks Toggl for CSV alone, too", async () => {
  const both = await run();
  const { json, csv, requests } = await run("csv-alone", new Date(Date.UTC(2026, 3, day, 5)));
  expect([requests, json]).toEqual([1, undefined]);
  expect(csv).toMatchObject({ status: "succeeded", toggl: { requests: 1 } });
  expect((await download(csv)).equals(await download(both.csv))).toBe(true);
});

it("has names where they are known, and never asks Toggl for them", async () => {
  const before = await run();
  expect(new Set(recordsOf(await download(before.csv)).map(({ project_name }) => project_name))).toEqual(new Set([""]));
  const { projects } = product.simulator.source.company;
  const [first, , ...others] = projects;
  const known = Object.fromEntries([first, ...others].flatMap((one) => (one ? [[one.id, one.name]] : [])));
  await putNames(product.local, workspaceId, { projects: known, users: {}, due: { list: "users", page: 1 } });
  const { csv, requests } = await run();
  expect(requests).toBe(1);
  const names = new Map(
    recordsOf(await download(csv)).map(({ project_id, project_name }) => [project_id, project_name]),
  );
  expect(names).toEqual(new Map(projects.map(({ id }) => [String(id), known[id] ?? ""])));
});

it.each<[FaultName, number]>([
  ["trends-in-items", 40 * 7],
  ["trends-null", 0],
  ["trends-with-nulls", 40 * 7],
  ["trends-of-unequal-length", 1],
  ["trends-with-unknown-fields", 40 * 7],
])("understands %s", async (fault, minRows) => {
  product.simulator.misbehave(fault);
  const { json, csv, requests } = await run();
  expect(requests).toBe(1);
  expect([json?.status, csv?.status]).toEqual(["succeeded", "succeeded"]);
  expect(csv?.warnings?.filter(({ code }) => code !== "rows_fell") ?? []).toEqual([]);
  const entries = trendItems(JSON.parse((await download(json)).toString()));
  const records = recordsOf(await download(csv));
  expect(records.length).toBe(csv?.file.rows);
  expect(records.length).toBeGreaterThanOrEqual(minRows);
  const figures = entries.flatMap(({ current_period_seconds }) =>
    (current_period_seconds ?? []).filter((one) => one !== null),
  );
  expect(records.flatMap(({ seconds }) => (seconds === "" ? [] : [Number(seconds)]))).toEqual(figures);
});

it("makes both when it is run by hand, too, and the list shows its schedule", async () => {
  const asked = product.simulator.requests.length;
  const body = { occurrence: nextRun().toISOString() };
  const answer = await product.post("schedules/daily-trends/runs", body);
  expect(answer.status).toBe(202);
  const { exports } = (await answer.json()) as { exports: ScheduledAnswer[] };
  expect(exports.map(({ format }) => format)).toEqual(["json", "csv"]);
  for (const { status } of exports) expect(status).toMatch(/^(queued|running|succeeded)$/); // it may be at work already
  expect(JSON.stringify(exports)).not.toContain("madeFrom");
  await queueIsEmpty();
  const made = (await history(product)).filter(({ id }) => exports.some((one) => one.id === id));
  expect(made.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  expect(product.simulator.requests.length - asked).toBe(1);
  const { schedules } = (await (await product.get("schedules")).json()) as { schedules: object[] };
  const { report, formats } = daily;
  expect(schedules).toContainEqual(expect.objectContaining({ name: "daily-trends", report, formats }));
});

it("fails both for one reason, and asks once", async () => {
  product.simulator.misbehave("bad-request");
  const { json, csv, requests } = await run();
  expect(requests).toBe(1);
  expect(json).toMatchObject({ status: "failed", problem: { code: "toggl_rejected" } });
  expect(csv).toMatchObject({ status: "failed", problem: json?.problem });
  const events = product.events.filter(({ detail }) => [json?.id, csv?.id].includes(String(detail.id)));
  expect(events.map((event) => event["detail-type"])).toEqual(["Export Failed", "Export Failed"]);
});

it.each<[FaultName, string]>([
  ["server-error", "queued"],
  ["quota-spent", "deferred"],
])("has CSV wait with JSON where Toggl says %s", async (fault, status) => {
  product.simulator.misbehave(fault);
  const asked = product.simulator.requests.length;
  const at = nextRun();
  product.local.fire("daily-trends", at);
  await expect.poll(async () => (await exportsOf(at)).json?.status).toBe(status);
  expect((await exportsOf(at)).csv).toBeUndefined();
  queuesOf(product).queue.showAll();
  await queueIsEmpty();
  const { json, csv } = await exportsOf(at);
  expect([json?.status, csv?.status]).toEqual(["succeeded", "succeeded"]);
  expect(product.simulator.requests.length - asked).toBe(2);
});

const csvFile = /^PUT .*\/exports\/.*\.csv/;
const csvRead = /^GET .*\/exports\/.*\.json/;

it.each<[string, RegExp, "before" | "after"]>([
  ["before it reads the JSON", csvRead, "before"],
  ["when it has read the JSON", csvRead, "after"],
  ["before the CSV is published", csvFile, "before"],
  ["when the CSV is published", csvFile, "after"],
])("makes one file of each, with one request, when it is killed %s", async (_, which, when) => {
  let wasKilled = () => {};
  const killed = new Promise<void>((resolve) => {
    wasKilled = resolve;
  });
  const kill = async () => {
    await crash(product);
    wasKilled();
  };
  s3.break(which, when === "before" ? { before: kill } : { after: kill }, 1);
  const at = nextRun();
  const asked = product.simulator.requests.length;
  const known = await product.keys();
  product.local.fire("daily-trends", at);
  await killed;
  await timePasses(product);
  await queueIsEmpty();
  const { json, csv } = await exportsOf(at);
  expect([json?.status, csv?.status, csv?.attempts]).toEqual(["succeeded", "succeeded", 2]);
  expect(product.simulator.requests.length - asked).toBe(1);
  const files = [...(await product.keys())].filter((key) => key.startsWith("exports/") && !known.has(key));
  expect(files.sort()).toEqual([csv?.file.key, json?.file.key].sort());
  expect(recordsOf(await download(csv))).toHaveLength(40 * 7);
});

it("compares an earlier period by project and day, and JSON by what it says", async () => {
  const first = await run("monthly-trends", new Date("2026-08-01T04:00:00Z"));
  expect(first.requests).toBe(2);
  const again = await run("monthly-trends", new Date("2026-09-01T04:00:00Z"));
  const july = (all: readonly ScheduledAnswer[], format: string) =>
    all.find((one) => daysOf(one.parameters) === "2026-07-01" && one.format === format);
  for (const format of ["json", "csv"]) {
    expect(july(again.all, format)).toMatchObject({
      unchanged: true,
      file: { key: july(first.all, format)?.file.key },
    });
  }

  // People of one project change: its days have other figures, and other people.
  const [{ id } = { id: 0 }] = product.simulator.source.company.projects;
  product.simulator.revise(({ people, ...rest }) => ({
    ...rest,
    people: people.map((one) => ({ ...one, projectIds: one.projectIds.filter((other) => other !== id) })),
  }));
  const after = await run("monthly-trends", new Date("2026-09-01T05:00:00Z"));
  const changed = july(after.all, "csv");
  expect(changed).toMatchObject({ restates: july(again.all, "csv")?.id });
  expect(changed?.restatement).toEqual({ added: 0, removed: 0, changed: 31 });
  expect(july(after.all, "json")).toMatchObject({ restates: july(again.all, "json")?.id });
  expect(july(after.all, "json")).not.toHaveProperty("restatement");
  expect(july(after.all, "json")).not.toHaveProperty("warnings");
});
