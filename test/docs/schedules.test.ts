import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { periodOf } from "../../lambdas/core/schedules/periods.ts";
import { readConfig } from "../../lib/config/config.ts";
import { configFile } from "../lib/synthesized.ts";

const workspace = { id: 1234567, name: "Acme", token_secret: "toggl/acme" };

/** The JSON blocks of a page that are schedules. */
function schedulesIn(page: string): { name: string }[] {
  const blocks = readFileSync(page, "utf8").matchAll(/```json\n([\s\S]*?)```/g);
  return Array.from(blocks, ([, text = ""]) => JSON.parse(text.replaceAll("…", ""))).filter(
    ({ cron, rate }) => cron ?? rate,
  );
}

it.each([
  ["README.md", 1],
  ["docs/schedules.md", 4],
])("the schedules that %s shows can be deployed", (page, count) => {
  const schedules = schedulesIn(page);
  expect(schedules).toHaveLength(count);
  expect(readConfig(configFile({ workspaces: [workspace], schedules })).schedules).toMatchObject(schedules);
});

describe("the table of periods", () => {
  const rows = readFileSync("docs/schedules.md", "utf8").matchAll(
    /^\| `([\w-]+)` \| (20[\d-]+)(?: to (20[\d-]+))? \|$/gm,
  );
  const table = Array.from(rows, ([, period = "", first = "", last]) => ({ period, first, last: last ?? first }));

  it("has all of them", () => {
    expect(table).toHaveLength(11);
  });

  it.each(table)("is right about $period", ({ period, first, last }) => {
    const rule = { period, time_zone: "UTC", week_start: "monday", settle_days: 0 } as const;
    const days = periodOf(rule, Date.parse("2026-11-03T06:00:00Z"));
    expect(days).toEqual({ start_date: first, end_date: last });
  });
});
