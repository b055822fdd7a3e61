import type { SucceededExport } from "../../api/export.ts";
import { downloadName } from "../../lambdas/core/exports/download-name.ts";
import { exportOf } from "../handlers/answer.ts";
import { reportedCases } from "./reported-cases.ts";

const october = { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" };

type More = Parameters<typeof exportOf>[0];

/** An export with its own file, as its record has it. */
function made(id: string, more: More = {}): SucceededExport {
  const { file, ...record } = exportOf({ id, parameters: october, ...more });
  return { ...record, file: { ...file, key: `exports/format=csv/${id}.csv`, ...more?.file } };
}

const [first, second] = ["01KAT4XJ5Q8Z3V7C2B9N0M6R1T", "01KB0M8Q4T2V6X9ZC3E5G7J1NR"];
const names = (...exports: SucceededExport[]) => exports.map(downloadName);
const caller = "toggl-profitability-projects-123-2026-10-01_2026-10-31.csv";

reportedCases("Files that are not the same have different names in a folder of downloads", [
  {
    name: "two versions of the same days, of a schedule",
    before: `${caller}, twice`,
    right: [
      "toggl-accounting-2026-10-01_2026-10-31-usd-0m6r1t.csv",
      "toggl-accounting-2026-10-01_2026-10-31-usd-g7j1nr.csv",
    ],
    now: () => names(made(first, { schedule: "accounting" }), made(second, { schedule: "accounting" })),
  },
  {
    name: "two schedules for the same days",
    before: `${caller}, twice`,
    right: [
      "toggl-board-2026-10-01_2026-10-31-usd-0m6r1t.csv",
      "toggl-accounting-2026-10-01_2026-10-31-usd-g7j1nr.csv",
    ],
    now: () => names(made(first, { schedule: "board" }), made(second, { schedule: "accounting" })),
  },
  {
    name: "two currencies, in whichever case",
    before: `${caller}, twice`,
    right: [
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-0m6r1t.csv",
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-eur-g7j1nr.csv",
    ],
    now: () => names(made(first), made(second, { parameters: { ...october, currency: "EUR" } })),
  },
  {
    name: "a file of all, one by week, one of some projects, one without billable time",
    before: `${caller}, four times`,
    right: [
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-0m6r1t.csv",
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-by-week-0m6r1t.csv",
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-filtered-0m6r1t.csv",
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-by-month-filtered-0m6r1t.csv",
    ],
    now: () =>
      names(
        made(first),
        made(first, { parameters: { ...october, resolution: "week" } }),
        made(first, { parameters: { ...october, project_ids: [7] } }),
        made(first, { parameters: { ...october, resolution: "month", billable: false } }),
      ),
  },
  {
    name: "Toggl's own bytes, and those made safe for spreadsheets",
    before: `${caller}, twice`,
    right: [
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-0m6r1t.csv",
      "toggl-profitability-projects-123-2026-10-01_2026-10-31-usd-safe-g7j1nr.csv",
    ],
    now: () => names(made(first), made(second, { spreadsheet_safe: true })),
  },
  {
    name: "a period that is open",
    before: "…-open_2026-10-31.csv, …-open_open.csv",
    right: [
      "toggl-trends-projects-123-open_2026-10-31-0m6r1t.csv",
      "toggl-trends-projects-123-open_open-filtered-0m6r1t.csv",
    ],
    now: () =>
      names(
        made(first, { report: "trends/projects", parameters: { end_date: "2026-10-31" } }),
        made(first, { report: "trends/projects", parameters: { billable: true } }),
      ),
  },
  {
    name: "an export that found nothing new has the name of the file that it shows",
    before: "no version at all",
    right: ["toggl-accounting-2026-10-01_2026-10-31-usd-0m6r1t.csv"],
    now: () => [
      ...new Set(
        names(
          made(first, { schedule: "accounting" }),
          made(second, { schedule: "accounting", unchanged: true, file: made(first).file }),
        ),
      ),
    ],
  },
  {
    name: "a record that somebody spoilt makes no other header",
    before: "the report with its quotes",
    right: ["toggl-a-x-b-2026-10-01_2026-10-31-usd-filtered-0m6r1t.csv"],
    now: () =>
      names(
        made(first, {
          schedule: 'a"; x\r\n/b',
          parameters: { ...october, currency: "usd", resolution: { odd: 1 }, project_ids: "x" },
          file: { ...made(first).file, key: 'exports/"; filename="run.sh' },
        }),
      ),
  },
]);
