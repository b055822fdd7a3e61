import { expect, it } from "vitest";
import { workspaceId } from "../e2e/product.ts";
import { history, queuesOf, startScheduled } from "../e2e/scheduled.ts";

it("makes 60 MB of trends in the memory that the function has", async ({ onTestFinished }) => {
  const schedule = {
    name: "daily",
    workspace_id: workspaceId,
    report: "data_trends/projects",
    formats: ["csv", "json"],
  };
  const product = await startScheduled([{ ...schedule, cron: "0 4 * * ? *", period: "last-7-days" }]);
  onTestFinished(() => product.close());
  product.simulator.inflate(60 * 1024 ** 2);
  product.local.fire("daily", new Date("2026-04-01T04:00:00Z"));
  await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 250_000 }).toBe(0);
  const made = await history(product);
  const [json, csv] = ["json", "csv"].map((format) => made.find((one) => one.format === format));
  const [, peak = 0] = [...product.local.peakMemoryMb].find(([name]) => name.includes("RunExport")) ?? [];
  const bytes = (csv?.file.bytes ?? 0) / 1024 ** 2;
  console.log(`60 MB of trends are ${bytes.toFixed(0)} MB of CSV; peak of run-export: ${peak.toFixed(0)} MB`);
  expect(made.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  expect(json?.file.bytes).toBeGreaterThan(60 * 1024 ** 2);
  expect(csv?.file.rows).toBeGreaterThan(1_000_000);
  if (process.platform === "linux") expect(peak).toBeGreaterThan(10); // it was measured
  expect(peak).toBeLessThan(640);
}, 300_000);
