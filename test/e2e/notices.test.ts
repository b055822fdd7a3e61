import { afterAll, beforeAll, expect, it } from "vitest";
import { configFile } from "../lib/synthesized.ts";
import { type Product, startProduct, workspaceId } from "./product.ts";
import { monthly, settled } from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  const config = {
    workspaces: [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }],
    schedules: [{ ...monthly, formats: ["csv"], refresh_previous: 1 }],
    notify: ["accounts@acme.example", "https://hooks.acme.example/toggl"],
  };
  product = await startProduct({ INSIGHTS_CONFIG: configFile(config) });
});
afterAll(() => product.close());

const to = (address: string) =>
  product.logs.flatMap((line) => (line.startsWith(`[${address}] `) ? line.slice(address.length + 3) : []));

it("reach e-mail and https addresses as the very text of the event, with a subject and without quotes", async () => {
  product.local.fire("monthly", new Date("2026-10-03T04:00:00Z")); // August for the first time, and September
  await settled(product, 2);
  product.simulator.revise(({ projects, ...rest }) => ({ ...rest, projects: projects.slice(0, 5) }));
  product.local.fire("monthly", new Date("2026-11-03T05:00:00Z")); // September restated, October with few rows
  await settled(product, 4);
  product.local.fire("monthly", new Date("2026-12-03T05:00:00Z")); // October unchanged, which is no news, and November
  await settled(product, 6);
  product.simulator.misbehave("bad-request");
  const body = { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" };
  await product.post("profitability/projects.csv", body, { prefer: "respond-async" });
  await settled(product, 7);

  const noticed = product.events.filter(({ detail, "detail-type": type }) => {
    if (["Export Failed", "Export Restated", "Export Rows Fell"].includes(type)) return true;
    return type === "Export Succeeded" && !detail.restates && !detail.unchanged;
  });
  const expected = noticed.flatMap(({ detail, "detail-type": type }) => [
    `Subject: Toggl Insights: ${type.toLowerCase()}, ${detail.schedule ?? "profitability/projects as csv"}`,
    String(detail.summary),
  ]);
  expect(product.events.filter(({ detail }) => detail.unchanged === true)).toHaveLength(1);
  expect(new Set(noticed.map((event) => event["detail-type"]))).toEqual(
    new Set(["Export Succeeded", "Export Restated", "Export Rows Fell", "Export Failed"]),
  );
  for (const address of ["email to accounts@acme.example", "https to https://hooks.acme.example/toggl"]) {
    await expect.poll(() => to(address).sort()).toEqual([...expected].sort());
    expect(to(address).filter((text) => text.startsWith('"') || text.endsWith('"'))).toEqual([]);
  }
});
