import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { wrongInCurrent } from "../e2e/current-checker.ts";
import { type FaultyS3, startFaultyS3 } from "../e2e/faulty-s3.ts";
import type { Product } from "../e2e/product.ts";
import { crash, history, monthly, queuesOf, startScheduled, timePasses } from "../e2e/scheduled.ts";

let s3: FaultyS3;
let product: Product;

beforeAll(async () => {
  s3 = await startFaultyS3();
  product = await startScheduled([{ ...monthly, formats: ["csv"] }], s3.env);
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

/** Each test has a month of its own. */
let month = 0;
let killed: Promise<void>;
let wasKilled: () => void;

beforeEach(() => {
  month++;
  killed = new Promise((resolve) => {
    wasKilled = resolve;
  });
});

const kill = async () => {
  await crash(product);
  wasKilled();
};
const s3Call = (which: RegExp, when: "before" | "after", skip = 0) => {
  s3.break(which, when === "before" ? { before: kill } : { after: kill }, 1, skip);
};
const record = /^PUT .*\/records\//;
const file = /^PUT .*\/exports\//;
const lease = /^PUT .*\/leases\//;
const currentFile = /^PUT .*\/current\/.*\.csv/;
const manifest = /^PUT .*\/current\/.*manifest\.json/;
const completed = /^PUT .*\/completed\//;

/** What has happened by the time of each kill: whether Toggl was asked, the file published, the event sent. */
const points: [name: string, prepare: () => void, requests: number, events: number][] = [
  ["before it has a lease", () => s3Call(lease, "before"), 1, 1],
  ["when it has a lease", () => s3Call(lease, "after"), 1, 1],
  ["before its record says running", () => s3Call(record, "before"), 1, 1],
  ["when its record says running", () => s3Call(record, "after"), 1, 1],
  ["when Toggl was asked", () => killAtToggl("stall-before-headers"), 2, 1],
  ["within Toggl's answer", () => killAtToggl("stall-in-body"), 2, 1],
  ["before the file is published", () => s3Call(file, "before"), 2, 1],
  ["when the file is published", () => s3Call(file, "after"), 1, 1],
  ["before the record says succeeded", () => s3Call(record, "before", 1), 1, 1],
  ["when the record says succeeded", () => s3Call(record, "after", 1), 1, 1],
  ["before the file is current", () => s3Call(currentFile, "before"), 1, 1],
  ["when the file is current", () => s3Call(currentFile, "after"), 1, 1],
  ["before the manifest names it", () => s3Call(manifest, "before"), 1, 1],
  ["when the manifest names it", () => s3Call(manifest, "after"), 1, 1],
  ["when the event is on the bus", () => killAtEvent("Export Succeeded"), 1, 2],
  ["before the record says that the event was sent", () => s3Call(record, "before", 2), 1, 2],
  ["when the record says that the event was sent", () => s3Call(record, "after", 2), 1, 1],
  ["before it gives its lease back", () => s3Call(lease, "before", 1), 1, 1],
  ["before the manifest has the run", () => s3Call(manifest, "before", 1), 1, 1],
  ["when the manifest has the run", () => s3Call(manifest, "after", 1), 1, 1],
  ["when the event about the run is on the bus", () => killAtEvent("Run Completed"), 1, 1],
  ["before it is noted that this event was sent", () => s3Call(completed, "before"), 1, 1],
  ["when it is noted that this event was sent", () => s3Call(completed, "after"), 1, 1],
];

function killAtToggl(fault: "stall-before-headers" | "stall-in-body"): void {
  const asked = product.simulator.requests.length;
  product.simulator.misbehave(fault);
  const timer = setInterval(() => {
    if (product.simulator.requests.length === asked) return;
    clearInterval(timer);
    setTimeout(kill, 100); // the half that is sent has arrived by then
  }, 10);
}

function killAtEvent(type: string): void {
  const before = product.events.length;
  const timer = setInterval(() => {
    if (!product.events.slice(before).some((event) => event["detail-type"] === type)) return;
    clearInterval(timer);
    kill();
  }, 1);
}

it.each(points)(
  "makes one file when it is killed %s",
  async (_, prepare, requests, events) => {
    const asked = product.simulator.requests.length;
    const told = product.events.length;
    prepare();
    product.local.fire("monthly", new Date(Date.UTC(2025, month, 3, 6)));
    await killed;
    expect(await visibleFiles()).toEqual(await recordedFiles()); // nothing without a record, except what is under way
    await timePasses(product);
    await expect.poll(() => queuesOf(product).queue.messages.length).toBe(0);

    const made = (await history(product)).filter(({ occurrence }) => occurrence?.startsWith(monthOf(month)));
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ status: "succeeded", event_sent_at: expect.any(String) });
    const objects = await product.objects();
    const files = [...objects.keys()].filter(
      (key) => made[0] && key.includes(made[0].id) && key.startsWith("exports/"),
    );
    expect(files).toEqual([made[0]?.file.key]);
    const bytes = objects.get(files[0] ?? "") ?? Buffer.alloc(0);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(made[0]?.file.sha256);
    expect(made[0]?.file.rows).toBe(40);
    expect(product.simulator.requests.length - asked).toBe(requests);
    const sent = product.events.slice(told).filter(({ detail }) => detail.id === made[0]?.id);
    expect(sent.every((event) => event["detail-type"] === "Export Succeeded")).toBe(true);
    expect(sent.length).toBeGreaterThanOrEqual(1);
    expect(sent.length).toBeLessThanOrEqual(events);
    expect(queuesOf(product).deadLetters.messages).toEqual([]);

    expect(wrongInCurrent(objects)).toEqual([]);
    const occurrence = made[0]?.occurrence;
    const ends = product.events.slice(told).filter((event) => event["detail-type"] === "Run Completed");
    expect(ends.map(({ detail }) => [detail.occurrence, detail.status])[0]).toEqual([occurrence, "succeeded"]);
    expect(ends.length).toBeLessThanOrEqual(2); // said twice rather than never
    const { schedules } = (await (await product.get("schedules")).json()) as { schedules: { last_run?: object }[] };
    expect(schedules[0]?.last_run).toMatchObject({ occurrence, status: "succeeded", exports: [{ id: made[0]?.id }] });
  },
  40_000,
);

const monthOf = (index: number) => new Date(Date.UTC(2025, index, 1)).toISOString().slice(0, 7);

/** Files in the bucket whose record does not say running. */
async function visibleFiles(): Promise<string[]> {
  const objects = await product.objects();
  const unfinished = [...objects].filter(([key, value]) => key.startsWith("records/") && value.includes('"running"'));
  const ids = unfinished.map(([, value]) => JSON.parse(value.toString()).id);
  const files = [...objects.keys()].filter((key) => key.startsWith("exports/"));
  return files.filter((key) => !ids.some((id) => key.includes(id))).sort();
}

async function recordedFiles(): Promise<string[]> {
  return (await history(product)).flatMap(({ file: published }) => (published ? [published.key] : [])).sort();
}
