import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Product } from "./product.ts";
import { history, monthly, queuesOf, type ScheduledAnswer, startScheduled } from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  product = await startScheduled([{ ...monthly, refresh_previous: 2 }]);
});
afterAll(() => product.close());

/** Runs the schedule of a month and gives its exports by period and format. */
async function run(month: string): Promise<Map<string, ScheduledAnswer>> {
  const occurrence = `${month}-03T06:00:00Z`;
  product.local.fire("monthly", new Date(occurrence));
  await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 30_000 }).toBe(0);
  const made = (await history(product)).filter((one) => one.occurrence === occurrence);
  return new Map(
    made.map((one) => [`${(one.parameters as { start_date: string }).start_date.slice(0, 7)} ${one.format}`, one]),
  );
}

const eventsOf = (id: string | undefined) => product.events.filter(({ detail }) => detail.id === id);
const files = async () => [...(await product.keys())].filter((key) => key.startsWith("exports/"));

/** Each goes on where the one before has ended. */
describe("a schedule that makes its earlier periods again, run by run", { shuffle: false }, () => {
  it("makes earlier periods for the first time", async () => {
    const made = await run("2026-09");
    expect([...made.keys()].sort()).toEqual([
      "2026-06 csv",
      "2026-06 xlsx",
      "2026-07 csv",
      "2026-07 xlsx",
      "2026-08 csv",
      "2026-08 xlsx",
    ]);
    expect(
      [...made.values()].every(({ status, restates, unchanged }) => status === "succeeded" && !restates && !unchanged),
    ).toBe(true);
    expect(await files()).toHaveLength(6);
  }, 40_000);

  it("keeps no second file of what did not change, and says so", async () => {
    const before = await run("2026-09");
    const made = await run("2026-10");
    expect(await files()).toHaveLength(8); // September is new
    for (const [name, one] of made) {
      if (name.startsWith("2026-09")) expect(one.unchanged).toBeUndefined();
      else
        expect(one).toMatchObject({ status: "succeeded", unchanged: true, file: { key: before.get(name)?.file.key } });
    }
    const unchanged = made.get("2026-08 xlsx"); // the zip's bytes differ, its sheets do not
    expect(eventsOf(unchanged?.id).map((event) => event["detail-type"])).toEqual(["Export Succeeded"]);
    expect((await fetch(`${product.local.url}/workspace/1234567/exports/${unchanged?.id}/file`)).status).toBe(200);
    expect(product.logs.join("\n")).not.toMatch(/\[email.*2026-10-03.*unchanged/);
  }, 40_000);

  it("keeps changed content as a new file that names the one it restates, and counts the rows of CSV", async () => {
    const before = await run("2026-10");
    product.simulator.revise(({ projects, ...rest }) => ({
      ...rest,
      projects: [
        ...projects.slice(1).map((one, at) => (at < 3 ? { ...one, rate: one.rate + 1, billable: true } : one)),
        { id: 9999, name: "Late", clientId: null, active: true, created: "2022-01-15", billable: false, rate: 0 },
      ],
    }));
    const made = await run("2026-11");
    expect(await files()).toHaveLength(8 + 6);
    for (const format of ["csv", "xlsx"] as const) {
      const restated = made.get(`2026-09 ${format}`);
      const earlier = before.get(`2026-09 ${format}`);
      expect(restated?.restates).toBe(earlier?.id);
      expect(restated?.file.key).not.toBe(earlier?.file.key);
      const [old, now] = await Promise.all([earlier, restated].map(async (one) => rowsOf(await bytesOf(one), format)));
      const expected = differences(old ?? [], now ?? []);
      expect(restated?.restatement).toEqual(format === "csv" ? expected : undefined);
      expect(expected.added).toBe(1);
      expect(expected.removed).toBe(1);
      expect(expected.changed).toBeGreaterThan(0);

      const events = eventsOf(restated?.id);
      expect(events.map((event) => event["detail-type"])).toEqual(["Export Succeeded", "Export Restated"]);
      expect(events[1]?.detail).toMatchObject({
        restates: earlier?.id,
        ...(format === "csv" && { restatement: expected }),
      });
      expect(events[1]?.detail).toHaveProperty(
        "summary",
        expect.stringMatching(format === "csv" ? / Rows: / : /^(?!.* Rows: )/),
      );
    }
    await expect
      .poll(() => product.logs.join("\n"))
      .toMatch(/\[email .*Export Restated: .* Rows: \d+ changed, 1 added, 1 removed\./);
  });

  /** Counted another way than the product does: by the project's name, which is unique here. */
  function differences(old: readonly string[][], now: readonly string[][]) {
    const [before, after] = [old, now].map((rows) => new Map(rows.map(([name = "", ...rest]) => [name, rest.join()])));
    const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
    const counts = { added: 0, removed: 0, changed: 0 };
    for (const name of names) {
      if (!before?.has(name)) counts.added++;
      else if (!after?.has(name)) counts.removed++;
      else if (before.get(name) !== after.get(name)) counts.changed++;
    }
    return counts;
  }

  async function bytesOf(one: ScheduledAnswer | undefined): Promise<Buffer> {
    return (await product.objects()).get(one?.file.key ?? "") ?? Buffer.alloc(0);
  }

  async function rowsOf(bytes: Buffer, format: "csv" | "xlsx"): Promise<string[][]> {
    if (format === "csv") return parse(bytes);
    return (await readSheet(bytes)).map((row) => row.map((cell) => String(cell ?? "")));
  }
});
