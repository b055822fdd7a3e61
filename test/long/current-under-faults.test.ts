import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../local/toggl-simulator/seeded-random.ts";
import { wrongInCurrent } from "../e2e/current-checker.ts";
import { type FaultyS3, type S3Fault, startFaultyS3 } from "../e2e/faulty-s3.ts";
import type { Product } from "../e2e/product.ts";
import { crash, history, monthly, queuesOf, startScheduled, timePasses } from "../e2e/scheduled.ts";
import { seed } from "../seed.ts";

let s3: FaultyS3;
let product: Product;

beforeAll(async () => {
  s3 = await startFaultyS3();
  product = await startScheduled([{ ...monthly, formats: ["csv"], time_zone: "UTC", refresh_previous: 1 }], s3.env);
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

const isIdle = () => queuesOf(product).queue.messages.length === 0;

it("agrees with itself, the files and the records, whatever S3 does, and functions that are ended", async () => {
  let drawn = 0;
  const random = () => seededRandom(seed, drawn++);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const targets = [
    /^PUT .*manifest\.json/,
    /^GET .*manifest\.json/,
    /^PUT .*\/current\/.*\.csv/,
    /^PUT .*\/records\//,
    /^GET .*\/records\//,
    /^PUT .*\/exports\//,
    /^PUT .*\/completed\//,
    /\?tagging/,
    /^DELETE /,
  ];
  const faults: S3Fault[] = [
    "lose-the-answer",
    "reset",
    { answer: [503, "SlowDown"] },
    { answer: [500, "InternalError"] },
    { after: () => crash(product) },
    { before: () => crash(product) },
  ];
  for (let month = 0; month < 12; month++) {
    if (month % 3 === 1) product.simulator.revisions.add({ factor: 1.1 });
    s3.break(pick(targets), pick(faults), 1 + Math.floor(random() * 5), Math.floor(random() * 2));
    product.local.fire("monthly", new Date(Date.UTC(2025, month, 3, 6)));
    const isDone = async () => {
      if (isIdle()) return true;
      await crash(product); // a lease outlives whoever has it, so nobody may be at work when it is over
      await timePasses(product);
      return isIdle();
    };
    await expect.poll(isDone, { timeout: 90_000, interval: 2500 }).toBe(true);
  }
  s3.break(/^never$/, "reset", 0);
  expect(queuesOf(product).deadLetters.messages).toEqual([]);
  const made = await history(product);
  expect(made).toHaveLength(24);
  expect(made.every(({ status }) => status === "succeeded")).toBe(true);
  const objects = await product.objects();
  expect(wrongInCurrent(objects)).toEqual([]);
  const manifest = JSON.parse(String(objects.get("current/schedule=monthly/manifest.json")));
  expect(manifest.entries).toHaveLength(13);
  expect(manifest.last_run.occurrence).toBe("2025-12-03T06:00:00Z");
  const ends = product.events.filter((event) => event["detail-type"] === "Run Completed");
  expect(new Set(ends.map(({ detail }) => detail.occurrence)).size).toBe(12);
}, 300_000);
