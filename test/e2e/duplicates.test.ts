import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Product } from "./product.ts";
import { type S3Gate, startS3Gate } from "./s3-gate.ts";
import { history, monthly, queuesOf, startScheduled } from "./scheduled.ts";

const processes = 8;
let s3: S3Gate;
let product: Product;

beforeAll(async () => {
  s3 = await startS3Gate();
  const settings = { ...s3.env, LOCAL_FUNCTION_PROCESSES: String(processes) };
  product = await startScheduled([{ ...monthly, formats: ["csv"] }], settings);
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

/** Each goes on where the one before has ended. */
describe("a message that comes again", { shuffle: false }, () => {
  it("makes one file and asks Toggl once, though a message is delivered a hundred times, eight at the same moment", async () => {
    const { queue, deadLetters } = queuesOf(product);
    const body = JSON.stringify({ schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" });
    const looking = s3.gather(/^GET .*list-type.*leases/, processes); // each sees that nobody works on it
    // Groups of their own, so that nothing but the function itself keeps them apart.
    for (let at = 0; at < 100; at++) queue.send({ body, group: `group-${at % 20}`, deduplicationId: String(at) });
    await looking;
    await expect
      .poll(
        async () => {
          const [made] = await history(product);
          if (made?.status === "succeeded") queue.showAll(); // who found it taken waits for the lease's end
          return queue.messages.length;
        },
        { timeout: 180_000, interval: 2000 }, // whoever is at work has to come to an end in between
      )
      .toBe(0);

    expect(product.simulator.requests).toHaveLength(1);
    expect([...(await product.keys())].filter((key) => key.startsWith("exports/"))).toHaveLength(1);
    expect(await history(product)).toMatchObject([{ status: "succeeded", attempts: 1 }]);
    const told = product.events.filter(({ source }) => source === "toggl-insights");
    expect(told.map((event) => event["detail-type"])).toEqual(["Export Succeeded", "Run Completed"]);
    expect(deadLetters.messages).toEqual([]);
  }, 240_000);

  it("takes out of order what comes out of order", async () => {
    const { queue } = queuesOf(product);
    for (const month of ["09", "07", "08"]) product.local.fire("monthly", new Date(`2026-${month}-03T04:00:00Z`));
    await expect.poll(() => queue.messages.length, { timeout: 20_000 }).toBe(0);
    const made = await history(product);
    expect(made.map(({ occurrence }) => occurrence?.slice(0, 7))).toEqual(["2026-11", "2026-09", "2026-08", "2026-07"]);
    expect(made.every(({ status }) => status === "succeeded")).toBe(true);
  });

  it("drops what the queue has seen within five minutes", async () => {
    const asked = product.simulator.requests.length;
    for (let at = 0; at < 5; at++) product.local.fire("monthly", new Date("2026-06-03T04:00:00Z"));
    expect(queuesOf(product).queue.messages.length).toBeLessThanOrEqual(1);
    await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 20_000 }).toBe(0);
    expect(product.simulator.requests.length).toBe(asked + 1);
  });
});
