import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configFile } from "../lib/synthesized.ts";
import { type Product, startProduct, workspaceId } from "./product.ts";
import { history, monthly, queuesOf, type ScheduledAnswer, settled } from "./scheduled.ts";

/** A second workspace of the same token, which waits in the same group. */
const otherId = 7654321;
const first = { id: workspaceId, name: "Demo", token_secret: "toggl/demo" };
const config = {
  workspaces: [first, { id: otherId, name: "Other", token_secret: "toggl/demo" }],
  schedules: [monthly],
  max_file_megabytes: 1,
};

let product: Product;

beforeAll(async () => {
  product = await startProduct({ INSIGHTS_CONFIG: configFile(config) }, { workspaces: [workspaceId, otherId] });
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };
const inBackground = { prefer: "respond-async" };
type Settled = ScheduledAnswer & { event_sent_at?: string; event_failed_at?: string };
const find = async (id: string) => (await (await product.get(`exports/${id}`)).json()) as Settled;

/** Each goes on where the one before has ended. */
describe("what was promised", { shuffle: false }, () => {
  it("makes files while the event bus takes nothing, says so in the records, and sends the events later", async () => {
    const { push } = product.events;
    product.events.push = () => {
      throw new Error("out of order"); // answered as EventBridge answers what it does not take
    };
    const ids: string[] = [];
    for (let asked = 0; asked < 3; asked++) {
      const response = await product.post("trends/projects.csv", october, inBackground);
      ids.push(((await response.json()) as Settled).id);
    }
    const records = () => Promise.all(ids.map(find));
    const marked = async () => (await records()).map((one) => [one.status, "event_failed_at" in one]);
    const unsent = ["succeeded", true];
    await expect.poll(marked, { timeout: 30_000 }).toEqual([unsent, unsent, unsent]);
    expect(product.logs.join("\n")).toContain('"message":"event not sent"');
    expect(product.logs.join("\n")).toContain('"EventsNotSent":1');

    product.events.push = push;
    const { queue, deadLetters } = queuesOf(product);
    const sent = async () => {
      if (queue.messages.every(({ isInFlight }) => !isInFlight)) queue.showAll();
      return (await records()).map((one) => ["event_sent_at" in one, "event_failed_at" in one]);
    };
    const told = [true, false];
    await expect.poll(sent, { timeout: 30_000 }).toEqual([told, told, told]);
    await expect.poll(() => queue.messages, { timeout: 10_000 }).toEqual([]);
    expect(product.events.map(({ detail }) => detail.id).sort()).toEqual([...ids].sort());
    expect([product.simulator.requests.length, deadLetters.messages.length]).toEqual([3, 0]);
  }, 90_000);

  it("refuses in the background, too, what is larger than the configuration allows", async () => {
    product.simulator.misbehave("endless");
    const response = await product.post("trends/projects.csv", october, inBackground);
    const { id } = (await response.json()) as Settled;
    await expect.poll(async () => (await find(id)).status, { timeout: 30_000 }).toBe("failed");
    expect(await find(id)).toMatchObject({
      attempts: 1,
      problem: { code: "toggl_file_too_large", detail: expect.stringMatching(/\b1 MB\b/) },
    });
  }, 60_000);

  it("makes what was promised after the schedule is gone, and fails what its workspace cannot be asked for", async () => {
    const { queue, deadLetters } = queuesOf(product);
    product.simulator.misbehave("throttled");
    const response = await product.post("schedules/monthly/runs", { occurrence: "2026-11-03T05:00:00Z" });
    const { exports } = (await response.json()) as { exports: Settled[] };
    await expect.poll(async () => (await find(exports[0]?.id ?? "")).status, { timeout: 15_000 }).toBe("deferred");
    await expect.poll(() => queue.messages[0]?.isInFlight, { timeout: 5000 }).toBe(false);
    const address = `${product.local.url}/workspace/${otherId}/trends/projects.csv`;
    const headers = { ...inBackground, "content-type": "application/json" };
    const other = await fetch(address, { method: "POST", headers, body: JSON.stringify(october) });
    const { id: otherExport } = (await other.json()) as Settled;

    const later = { workspaces: [first], schedules: [{ ...monthly, name: "accounting", formats: ["xlsx"] }] };
    writeFileSync(product.local.settings.configFile, JSON.stringify(later));
    await product.restart();
    const asked = product.simulator.requests.length;
    queuesOf(product).queue.showAll();
    product.local.fire("accounting", new Date("2026-10-03T04:00:00Z"));
    await settled(product, 4 + exports.length + 1);

    const made = (await history(product)).filter(({ schedule }) => schedule === "monthly");
    expect(made.map(({ id, status }) => [id, status]).sort()).toEqual(
      exports.map(({ id }) => [id, "succeeded"]).sort(),
    );
    expect(made.map(({ parameters }) => parameters)).toEqual(exports.map(({ parameters }) => parameters));
    const records = [...(await product.objects())].filter(([key]) => key.startsWith("records/"));
    const [failed] = records.map(([, body]) => JSON.parse(body.toString())).filter(({ id }) => id === otherExport);
    expect(failed).toMatchObject({
      status: "failed",
      problem: { code: "workspace_not_configured" },
      event_sent_at: expect.any(String),
    });
    expect(product.simulator.requests.length).toBe(asked + exports.length + 1); // the other workspace was not asked for
    expect(deadLetters.messages).toEqual([]);
  }, 90_000);
});
