import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Product } from "./product.ts";
import { history, monthly, nightly, queuesOf, startScheduled, watchPutBack } from "./scheduled.ts";

const run = promisify(execFile);
let product: Product;

beforeAll(async () => {
  product = await startScheduled([{ ...monthly, formats: ["csv"] }, nightly], {}, { quota: 600 });
});
afterAll(() => product.close());

/** `npm run backfill` against the running product. */
async function backfill(...options: string[]): Promise<string> {
  const { PATH = "", HOME = "" } = process.env;
  const { configFile, dataDirectory } = product.local.settings;
  const env = { PATH, HOME, INSIGHTS_CONFIG: configFile, LOCAL_DATA_DIR: dataDirectory };
  const all = ["scripts/command.mjs", "backfill", "--url", product.local.url, ...options];
  return (await run("node", all, { env, timeout: 150_000 })).stdout;
}

describe("a quota that is spent", () => {
  it("makes a backfill of ten periods wait for the reset and go on in order, and loses nothing", async () => {
    const { requests, quota } = product.simulator;
    const [asked, told] = [requests.length, product.events.length];
    const [spentAfter, backAfterMs] = [4, 5000];
    quota.leave(spentAfter, backAfterMs);
    const filled = backfill("--schedule", "monthly", "--from", "2026-01", "--to", "2026-10");
    const deferred = () => product.events.slice(told).some((event) => event["detail-type"] === "Export Deferred");
    await expect.poll(deferred, { timeout: 60_000 }).toBe(true);
    await sleep(backAfterMs); // the worker waits half a minute at least: it is woken as soon as there is quota again
    queuesOf(product).queue.showAll();
    const said = await filled;

    expect(said).toMatch(/10 periods, 2026-01-01 to 2026-10-31/);
    expect(said).toMatch(/10 to make: 10 Toggl requests, 1\.7 % of an hour's quota \(600 an hour\)/);
    expect(said.match(/queued$/gm)).toHaveLength(10);
    expect(said).toMatch(/deferred +until .*: Toggl's quota/);
    expect(said).toMatch(/All made\./);

    const exports = await history(product, "limit=100&schedule=monthly");
    expect(exports).toHaveLength(10);
    expect(exports.every(({ status, attempts }) => status === "succeeded" && attempts === 1)).toBe(true);
    const made = requests.slice(asked);
    expect(made).toHaveLength(10); // no request was refused, and none was made in vain
    const gaps = made.slice(1).map(({ at }, index) => at - (made[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    expect(gaps[spentAfter - 1]).toBeGreaterThanOrEqual(backAfterMs);
    const starts = made.map(({ body }) => (body as { start_date: string }).start_date);
    expect(starts).toEqual([...starts].sort());
    const types = product.events.slice(told).map((event) => event["detail-type"]);
    expect(types.filter((type) => type === "Export Deferred").length).toBeGreaterThanOrEqual(1);
    expect(types.filter((type) => type === "Export Succeeded")).toHaveLength(10);
    expect(queuesOf(product).deadLetters.messages).toEqual([]);

    const again = await backfill("--schedule", "monthly", "--from", "2026-01", "--to", "2026-10");
    expect(again).toMatch(/10 are there already/);
    expect(requests).toHaveLength(asked + 10);
  }, 180_000);

  it.each([
    ["quota-spent", 133, "2026-11-03"],
    ["quota-spent-without-headers", 133, "2026-11-04"],
    ["throttled", 0, "2026-11-05"],
    ["throttled-with-retry-after", 2, "2026-11-06"],
    ["throttled-with-date", 119, "2026-11-07"],
  ] as const)(
    "%s puts the message back until Toggl says so, longer each time, and costs no attempt",
    async (fault, askedSeconds, day) => {
      const occurrence = `${day}T03:00:00Z`;
      const { queue, deadLetters } = queuesOf(product);
      const { requests } = product.simulator;
      const [asked, told] = [requests.length, product.events.length];
      const mine = async () => (await history(product)).filter((one) => one.occurrence === occurrence);
      const putBack = watchPutBack(queue);
      product.simulator.misbehave(fault, 7); // more often than an export may fail
      product.local.fire("nightly", new Date(occurrence));
      for (let round = 1; round <= 7; round++) {
        const { hiddenUntil, waitSeconds } = await putBack.next(round);
        expect(requests).toHaveLength(asked + round);
        const seconds = Math.max(askedSeconds, [30, 60, 120, 300][round - 1] ?? 900);
        const [made] = await mine();
        const problem = { status: expect.any(Number) };
        expect(made).toMatchObject({ status: "deferred", attempts: 0, waits: round, problem });
        const askedAt = requests.at(-1)?.at ?? 0;
        expect((hiddenUntil - askedAt) / 1000).toBeGreaterThan(seconds - 1);
        const most = fault === "throttled-with-date" && seconds === askedSeconds ? seconds + 1 : seconds; // dates have whole seconds
        expect(waitSeconds).toBeLessThanOrEqual(Math.ceil(most * 1.1) + 2);
        const resumesAt = Date.parse(made?.resumes_at ?? "");
        expect((resumesAt - askedAt) / 1000).toBeGreaterThan(seconds - 1);
        expect(resumesAt).toBeLessThan(hiddenUntil + 1000);
        queue.showAll();
      }
      putBack.restore();
      const succeeded = async () => (await mine())[0];
      await expect.poll(succeeded).toMatchObject({ status: "succeeded", attempts: 1 });
      expect((await succeeded())?.resumes_at).toBeUndefined();
      const types = () => product.events.slice(told).map((event) => event["detail-type"]);
      const ofExports = () => types().filter((type) => type.startsWith("Export"));
      await expect.poll(ofExports, { timeout: 5000 }).toEqual(["Export Deferred", "Export Succeeded"]);
      expect(deadLetters.messages).toEqual([]);
    },
    60_000,
  );
});
