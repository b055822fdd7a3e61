import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleOf } from "../../lambdas/core/schedules/schedule-health.ts";
import type { Product } from "./product.ts";
import { monthly, nightly, putJson, queuesOf, settled, startScheduled } from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  product = await startScheduled([{ ...monthly, formats: ["csv"] }, nightly]);
});
afterAll(() => product.close());

/** Has the function look at the schedules, and gives what it told. */
async function watch() {
  const [, watcher] = [...product.local.functions].find(([id]) => id.includes("WatchSchedules")) ?? [];
  const before = product.logs.length;
  const { failed } = (await watcher?.invoke({ source: "aws.events" })) ?? { failed: true };
  expect(failed).toBe(false);
  const told = product.logs.slice(before).filter((line) => line.startsWith("{")); // notices are plain text
  const lines = told.map((line) => JSON.parse(line));
  return {
    overdue: lines.filter(({ message }) => message === "schedule overdue").map(({ schedule }) => schedule),
    count: lines.find((line) => "SchedulesOverdue" in line)?.SchedulesOverdue,
    ages: lines.filter((line) => "ScheduleAgeHours" in line),
  };
}

/** As though the watcher had first seen a schedule a year ago. */
async function sawLongAgo(name: string): Promise<void> {
  const schedule = product.local.schedules.find((one) => one.name === name);
  if (!schedule) throw new Error(`no schedule ${name}`);
  await putJson(product, `schedules/${name}.json`, { rule: ruleOf(schedule), since: "2025-01-01T00:00:00Z" });
}

/** Each goes on where the one before has ended. */
describe("the watch over schedules, run by run", { shuffle: false }, () => {
  it("misses no run of a schedule that it sees for the first time", async () => {
    expect(await watch()).toEqual({ overdue: [], count: 0, ages: [] });
  });

  it("tells which schedule did not run, and how old what others made is", async () => {
    await sawLongAgo("monthly");
    expect(await watch()).toEqual({ overdue: ["monthly"], count: 1, ages: [] });

    product.local.fire("nightly", new Date("2026-11-02T03:00:00Z"));
    await settled(product, 1);
    await expect.poll(() => queuesOf(product).queue.messages.length).toBe(0); // then it is current, too
    const { ages } = await watch();
    expect(ages).toMatchObject([{ service: "TogglInsights", schedule: "nightly", ScheduleAgeHours: 0 }]);
  });

  it("warns of a file with less than half the rows of the run before, and publishes it", async () => {
    const before = new Date("2026-10-03T04:00:00Z");
    const now = new Date("2026-11-03T05:00:00Z"); // the same hour in Berlin, after the clocks went back
    product.local.fire("monthly", before);
    await settled(product, 2);
    product.simulator.revise((company) => ({ ...company, projects: company.projects.slice(0, 5) }));
    product.local.fire("monthly", now);
    const [latest] = await settled(product, 3);
    expect(latest).toMatchObject({
      status: "succeeded",
      file: { rows: 5 },
      warnings: [{ code: "rows_fell", detail: "It has 5 rows; the run before had 40." }],
    });
    await expect.poll(() => product.events.map((event) => event["detail-type"])).toContain("Export Rows Fell");
    await expect
      .poll(() => product.logs.join("\n"))
      .toMatch(/\[email to accounts@acme\.example\] Export Rows Fell: .* It has 5 rows; the run before had 40\./);
  });
});
