import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { Product } from "./product.ts";
import { history, monthly, nightly, queuesOf, settled, startScheduled } from "./scheduled.ts";

const run = promisify(execFile);
let product: Product;

afterEach(() => product.close());

const eventTypes = () => product.events.map((event) => event["detail-type"]);

/** `npm run backfill` against the running product. */
async function backfill(...options: string[]): Promise<string> {
  const { PATH = "", HOME = "" } = process.env;
  const { configFile, dataDirectory } = product.local.settings;
  const env = { PATH, HOME, INSIGHTS_CONFIG: configFile, LOCAL_DATA_DIR: dataDirectory };
  const all = ["scripts/command.mjs", "backfill", "--url", product.local.url, ...options];
  return (await run("node", all, { env, timeout: 150_000 })).stdout;
}

describe("a quota that is spent", () => {
  it("makes a backfill of 24 periods wait for the reset and go on in order, and loses nothing", async () => {
    const simulated = { quota: 600, quotaHourMs: 20_000 };
    product = await startScheduled([{ ...monthly, formats: ["csv"] }], {}, simulated);
    const { requests, quota } = product.simulator;
    const filled = backfill("--schedule", "monthly", "--from", "2024-11", "--to", "2026-10");
    await expect.poll(() => requests.length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
    quota.leave(5 - requests.length); // of the hour that the first request began
    const said = await filled;
    const resetAt = (requests[0]?.at ?? 0) + simulated.quotaHourMs;

    expect(said).toMatch(/24 periods, 2024-11-01 to 2026-10-31/);
    expect(said).toMatch(/24 to make: 24 Toggl requests, 0.04 hours of quota \(600 an hour\)/);
    expect(said.match(/queued$/gm)).toHaveLength(24);
    expect(said).toMatch(/deferred +until .*: Toggl's quota/);
    expect(said).toMatch(/All made\./);

    const exports = await history(product);
    expect(exports).toHaveLength(24);
    expect(exports.every(({ status, attempts }) => status === "succeeded" && attempts === 1)).toBe(true);
    expect(requests).toHaveLength(24); // no request was refused, and none was made in vain
    expect(requests.filter(({ at }) => at < resetAt - 1000)).toHaveLength(5);
    const gap = (requests[5]?.at ?? 0) - (requests[4]?.at ?? 0);
    expect(gap).toBeGreaterThan(3000);
    const starts = requests.map(({ body }) => (body as { start_date: string }).start_date);
    expect(starts).toEqual([...starts].sort());
    const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    expect(eventTypes().filter((type) => type === "Export Deferred").length).toBeGreaterThanOrEqual(1);
    expect(eventTypes().filter((type) => type === "Export Succeeded")).toHaveLength(24);
    expect(queuesOf(product).deadLetters.messages).toEqual([]);

    const again = await backfill("--schedule", "monthly", "--from", "2024-11", "--to", "2026-10");
    expect(again).toMatch(/24 are there already/);
    expect(requests).toHaveLength(24);
  }, 180_000);

  it.each([
    ["quota-spent", 133],
    ["quota-spent-without-headers", 133],
    ["throttled", 0],
    ["throttled-with-retry-after", 2],
    ["throttled-with-date", 119],
  ] as const)(
    "%s puts the message back until Toggl says so, longer each time, and costs no attempt",
    async (fault, asked) => {
      product = await startScheduled([nightly]);
      product.simulator.misbehave(fault, 7); // more often than an export may fail
      product.local.fire("nightly", new Date("2026-11-03T03:00:00Z"));
      const { queue, deadLetters } = queuesOf(product);
      for (let round = 1; round <= 7; round++) {
        await expect.poll(() => product.simulator.requests.length, { timeout: 15_000 }).toBe(round);
        await expect.poll(() => queue.messages[0]?.isInFlight, { timeout: 5000 }).toBe(false);
        const [message] = queue.messages;
        const [made] = await history(product);
        const seconds = Math.max(asked, [30, 60, 120, 300][round - 1] ?? 900);
        expect(made).toMatchObject({
          status: "deferred",
          attempts: 0,
          waits: round,
          problem: { status: expect.any(Number) },
        });
        const askedAt = product.simulator.requests.at(-1)?.at ?? 0;
        const wait = ((message?.hiddenUntil ?? 0) - askedAt) / 1000;
        expect(wait).toBeGreaterThan(seconds - 1);
        expect(wait).toBeLessThan(seconds * 1.1 + 10); // with the time that a busy machine takes to put it back
        const promised = (Date.parse(made?.resumes_at ?? "") - askedAt) / 1000;
        expect(promised).toBeGreaterThan(seconds - 1);
        expect(promised).toBeLessThan(wait + 1);
        queue.showAll();
      }
      expect(await settled(product, 1)).toMatchObject([{ status: "succeeded", attempts: 1 }]);
      expect((await settled(product, 1))[0]?.resumes_at).toBeUndefined();
      const told = () => eventTypes().filter((type) => type.startsWith("Export"));
      await expect.poll(told, { timeout: 5000 }).toEqual(["Export Deferred", "Export Succeeded"]);
      expect(deadLetters.messages).toEqual([]);
    },
    60_000,
  );
});
