import { ulid } from "ulid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "../../api/manifest.ts";
import type { ScheduleRun } from "../../api/schedule.ts";
import { fileKey, recordKey } from "../../lambdas/core/exports/keys.ts";
import { putAll } from "../local/put-all.ts";
import { s3Of } from "./bucket-contents.ts";
import { wrongInCurrent } from "./current-checker.ts";
import { type Product, workspaceId } from "./product.ts";
import { fireAndSettle, history, monthly, queuesOf, startScheduled } from "./scheduled.ts";

const csv = { ...monthly, formats: ["csv"], time_zone: "UTC" };
const guarded = { ...csv, name: "guarded", on_columns_changed: "hold" };
const quarterly = { ...csv, name: "open", period: "month-to-date" };
/** What callers made; the tests put it there, and need not read it again. */
const callersKeys = new Set<string>();
let product: Product;

beforeAll(async () => {
  product = await startScheduled([csv, guarded, quarterly]);
});
afterAll(() => product.close());

const manifestOf = async (name: string) => (await (await product.get(`schedules/${name}/current`)).json()) as Manifest;
const lastRunOf = async (name: string) => {
  const { schedules } = (await (await product.get("schedules")).json()) as {
    schedules: { name: string; last_run?: ScheduleRun }[];
  };
  return schedules.find((schedule) => schedule.name === name)?.last_run;
};
const isIdle = () => expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 30_000 }).toBe(0);
const run = async (name: string, occurrence: string) => {
  const [made] = await fireAndSettle(product, name, occurrence, 1);
  await isIdle();
  if (!made) throw new Error("nothing was made");
  return made;
};
const eventsOf = (occurrence: string) =>
  product.events.filter(({ detail }) => detail.occurrence === occurrence).map((event) => event["detail-type"]);
const restate = (factor: number) => product.simulator.revisions.add({ factor });

/** Puts objects into the bucket behind the product's back. */
const put = (objects: readonly (readonly [string, string])[]) =>
  putAll(s3Of(product.local), product.local.bucket, objects);

/** Exports that callers made of a month, with files and records. */
function callersExports(month: string, count: number): [string, string][] {
  return Array.from({ length: count }, (_, at): [string, string][] => {
    const id = ulid(Date.parse("2026-09-20T00:00:00Z") + at, () => 0.25);
    const parameters = { start_date: `${month}-01`, end_date: `${month}-30`, currency: "usd" };
    const order = {
      id,
      workspace_id: workspaceId,
      report: "profitability/projects",
      format: "csv",
      parameters,
    } as const;
    const created_at = "2026-09-20T00:00:00Z";
    const file = { bucket: "b", key: fileKey(order), bytes: 1, sha256: "0".repeat(64), content_type: "text/csv" };
    const record = { ...order, status: "succeeded", requested_by: "http", created_at, completed_at: created_at, file };
    return [
      [file.key, "x"],
      [recordKey(workspaceId, id), JSON.stringify(record)],
    ];
  }).flat();
}

/** Each goes on where the one before has ended. */
describe("what is current of a schedule", { shuffle: false }, () => {
  it("is nothing before its first run", async () => {
    expect(await manifestOf("monthly")).toMatchObject({ schedule: "monthly", entries: [] });
    expect(await lastRunOf("monthly")).toBeUndefined();
    expect((await product.get("schedules/unknown/current")).status).toBe(404);
  });

  it("is one file for three runs of the same days that found the same, or something else", async () => {
    const first = await run("monthly", "2026-10-03T06:00:00Z");
    const second = await run("monthly", "2026-10-04T06:00:00Z");
    expect(second).toMatchObject({ unchanged: true, file: { key: first.file.key } });
    restate(1.5);
    const third = await run("monthly", "2026-10-05T06:00:00Z");
    expect(third.restates).toBe(second.id);
    expect(third.restatement?.changed).toBeGreaterThan(0);
    expect(eventsOf("2026-10-05T06:00:00Z")).toEqual(["Export Succeeded", "Export Restated", "Run Completed"]);

    const { entries, last_run } = await manifestOf("monthly");
    expect(entries).toMatchObject([
      { export_id: third.id, from_date: "2026-09-01", to_date: "2026-09-30", restates: second.id },
    ]);
    expect(last_run).toMatchObject({
      occurrence: "2026-10-05T06:00:00Z",
      status: "succeeded",
      restated: 1,
      unchanged: 0,
    });
    expect(await lastRunOf("monthly")).toEqual(last_run);
    expect(wrongInCurrent(await product.objects(callersKeys))).toEqual([]);
  }, 60_000);

  it("is found among any number of exports that callers made of the same days", async () => {
    const before = await manifestOf("monthly");
    const theirs = callersExports("2026-09", 1050); // S3 lists 1,000 keys at once
    await put(theirs);
    for (const [key] of theirs) callersKeys.add(key);
    expect(await lastRunOf("monthly")).toEqual(before.last_run);
    restate(1.1);
    const made = await run("monthly", "2026-10-06T06:00:00Z");
    expect(made.restates).toBe(before.entries[0]?.export_id);
    expect((await manifestOf("monthly")).entries.map(({ export_id }) => export_id)).toEqual([made.id]);
  }, 120_000);

  it("is made again from more records than S3 lists at once, while a run goes on, without asking Toggl", async () => {
    await run("monthly", "2026-11-03T06:00:00Z");
    const before = await manifestOf("monthly");
    const asked = product.simulator.requests.length;
    await put([["current/schedule=monthly/workspace_id=1/format=csv/from_date=2020-01-01/monthly.csv", "stray"]]);
    await put([["current/schedule=monthly/manifest.json", "{"]]);
    expect((await product.post("schedules/monthly/rebuild", "")).status).toBe(202);
    await isIdle();
    expect(product.simulator.requests).toHaveLength(asked);
    const { written_at: _, last_run: __, ...again } = await manifestOf("monthly");
    const { written_at: ___, last_run: ____, ...was } = before;
    expect(again).toEqual(was);
    expect(wrongInCurrent(await product.objects(callersKeys))).toEqual([]);

    const [answer] = await Promise.all([
      product.post("schedules/monthly/rebuild", ""),
      run("monthly", "2026-12-03T06:00:00Z"),
    ]);
    expect(answer.status).toBe(202);
    await isIdle();
    expect((await manifestOf("monthly")).entries.map(({ from_date }) => from_date)).toEqual([
      "2026-11-01",
      "2026-10-01",
      "2026-09-01",
    ]);
    expect(wrongInCurrent(await product.objects(callersKeys))).toEqual([]);
  }, 120_000);

  it("stays as it was where columns changed that are held, until they are accepted", async () => {
    const good = await run("guarded", "2026-10-03T06:00:00Z");
    expect((await product.post("schedules/guarded/accept-columns", "")).status).toBe(404);
    product.simulator.revisions.add({ add_column: "Margin", at: "front" });
    const other = await run("guarded", "2026-11-03T06:00:00Z");
    expect(other.warnings).toMatchObject([{ code: "columns_changed", added: ["Margin"], removed: [], moved: [] }]);
    expect(eventsOf("2026-11-03T06:00:00Z")).toContain("Export Columns Changed");
    const held = await manifestOf("guarded");
    expect(held.entries.map(({ export_id }) => export_id)).toEqual([good.id]);
    expect(held.held).toMatchObject([{ export_id: other.id, from_date: "2026-10-01" }]);

    const accepted = await product.post("schedules/guarded/accept-columns", "");
    expect([accepted.status, await accepted.json()]).toMatchObject([
      202,
      { schedule: "guarded", accepted: [{ format: "csv" }] },
    ]);
    await isIdle();
    const after = await manifestOf("guarded");
    expect(after.entries.map(({ export_id }) => export_id)).toEqual([other.id, good.id]);
    expect(after.held).toBeUndefined();
    const next = await run("guarded", "2026-12-03T06:00:00Z");
    expect(next.warnings).toBeUndefined();
    expect((await manifestOf("guarded")).entries[0]?.export_id).toBe(next.id);
  }, 90_000);

  it("is one file of a month that is still open, and not a shorter part that was made up for later", async () => {
    await run("open", "2026-10-05T06:00:00Z");
    const whole = await run("open", "2026-10-06T06:00:00Z");
    await run("open", "2026-10-02T06:00:00Z");
    const { entries, last_run } = await manifestOf("open");
    expect(entries).toMatchObject([{ export_id: whole.id, from_date: "2026-10-01", to_date: "2026-10-06" }]);
    expect(last_run?.occurrence).toBe("2026-10-06T06:00:00Z");
    expect(wrongInCurrent(await product.objects(callersKeys))).toEqual([]);
  }, 60_000);

  it("has nothing that Toggl was asked for twice", async () => {
    const made = (await history(product, "limit=100&schedule=monthly")).length;
    expect(made).toBe(6);
  });
});
