import { expect, it } from "vitest";
import { planBackfill } from "../../client/backfill-plan.ts";
import type { Schedule } from "../../lambdas/core/schedule.ts";

const monthly = {
  name: "monthly",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "Europe/Berlin",
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  refresh_previous: 0,
  previous_period: "none",
  parameters: { currency: "usd" },
} as unknown as Schedule;
const now = Date.parse("2026-11-15T12:00:00Z");

it.each(["0001", "1969-12"])("is refused before there was any Toggl: %s", (from) => {
  expect(() => planBackfill(monthly, { from, to: "2026" }, now)).toThrow(
    `--from must not be before 2006; it is ${from}.`,
  );
});
