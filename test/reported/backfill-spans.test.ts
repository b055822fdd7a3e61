import { get } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill } from "../../client/backfill-plan.ts";
import { startConsole } from "../../console/start-console.ts";
import type { Listening } from "../../local/listening.ts";
import { reportedCases } from "./reported-cases.ts";

const now = Date.parse("2026-11-15T12:00:00Z");
const daily: ConfiguredSchedule = {
  name: "daily",
  workspace_id: 1,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 * * ? *",
  time_zone: "Europe/Berlin",
  enabled: true,
  period: "previous-day",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 0,
  parameters: { currency: "usd" },
} as ConfiguredSchedule;

function planned(span: { from: string; to: string }, more: Partial<ConfiguredSchedule> = {}): string {
  try {
    const { runs, notOver } = planBackfill({ ...daily, ...more } as ConfiguredSchedule, span, now);
    return `${runs.length} runs, ${notOver} not over`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const tooMany = (from: string, to: string) =>
  `--from ${from} --to ${to} has more than 1000 periods, and one backfill makes that many at most. Choose fewer days.`;

reportedCases("A backfill has a first day, a last day and so many periods", [
  {
    name: "a daily schedule until 9999",
    before: "no answer in 60 s",
    right: "--to must not be after 2027-12-31; it is 9999.",
    now: () => planned({ from: "2026", to: "9999" }),
  },
  {
    name: "a monthly one until 9999-12",
    before: "no answer in 60 s",
    right: "--to must not be after 2027-12-31; it is 9999-12.",
    now: () => planned({ from: "2026-01", to: "9999-12" }, { period: "previous-month" }),
  },
  {
    name: "both in a far year",
    before: "0 runs, 365 not over",
    right: "--to must not be after 2027-12-31; it is 3000.",
    now: () => planned({ from: "3000", to: "3000" }),
  },
  {
    name: "the first day that is too late",
    before: "318 runs, 413 not over",
    right: "--to must not be after 2027-12-31; it is 2028-01-01.",
    now: () => planned({ from: "2026", to: "2028-01-01" }),
  },
  {
    name: "days of 2006 until now",
    before: "7,623 runs after 44 s",
    right: tooMany("2006", "2026"),
    now: () => planned({ from: "2006", to: "2026" }),
  },
  {
    name: "1,000 days",
    before: "1000 runs, 0 not over",
    right: "1000 runs, 0 not over",
    now: () => planned({ from: "2024-01-01", to: "2026-09-26" }),
  },
  {
    name: "1,001 days",
    before: "1001 runs, 0 not over",
    right: tooMany("2024-01-01", "2026-09-27"),
    now: () => planned({ from: "2024-01-01", to: "2026-09-27" }),
  },
  {
    name: "months of 2006 until now",
    before: "the same",
    right: "250 runs, 2 not over",
    now: () => planned({ from: "2006", to: "2026" }, { period: "previous-month", cron: "0 6 3 * ? *" }),
  },
]);

let served: Listening;
let token: string;

beforeAll(async () => {
  served = await startConsole({
    callApi: async (_, path) =>
      path.endsWith("/schedules") ? Response.json({ schedules: [daily] }) : Response.json({}, { status: 404 }),
    workspaces: [{ id: 1, name: "Acme" }],
    api: "the API",
    port: 0,
    loadPage: async () => ({ document: "%CONSOLE_TOKEN%", reference: "", assets: new Map() }),
  });
  token = await (await fetch(`${served.url}/`)).text();
});
afterAll(() => served.close());

/** On a connection of its own: one that is kept may be closed while the plan is made. */
const statusOf = (url: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { agent: false }, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });

it("lets others in between while the largest plan is made", async () => {
  const body = JSON.stringify({ workspace_id: 1, schedule: "daily", from: "2022-01-01", to: "2024-09-26" });
  const headers = { "content-type": "application/json", "x-console-token": token };
  let isPlanned = false;
  const plan = fetch(`${served.url}/console/backfill-plan`, { method: "POST", headers, body }).then((answer) => {
    isPlanned = true;
    return answer.json();
  });
  let meanwhile = 0;
  while (!isPlanned) {
    expect(await statusOf(`${served.url}/`)).toBe(200);
    meanwhile++;
  }
  expect(await plan).toMatchObject({ periods_to_make: 1000, toggl_requests: 2000 });
  expect(meanwhile).toBeGreaterThan(5);
});
