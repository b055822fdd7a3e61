import type { Report } from "../../../api/reports.ts";

/** The least that each report takes. */
export const smallest: Record<Report, object> = {
  "data_trends/projects": { billable: true },
  "trends/projects": { start_date: "2026-10-01" },
  "profitability/employees": { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" },
  "profitability/projects": { currency: "EUR" },
};

const trends = {
  start_date: "2026-10-01",
  end_date: "2026-10-31",
  previous_period_start: "2026-09-01",
  project_ids: [1, 2],
  billable: true,
  rounding: 1,
  rounding_minutes: 240,
};

/** Bodies with every field that the report takes; clients with a null among them. */
export const fullest: [Report, object][] = [
  ["data_trends/projects", trends],
  ["trends/projects", trends],
  [
    "profitability/employees",
    {
      start_date: "2024-02-29",
      end_date: "2024-02-29",
      currency: "chf",
      user_ids: [1],
      group_ids: [],
      resolution: "quarter",
      rounding: -1,
      rounding_minutes: 15,
    },
  ],
  [
    "profitability/projects",
    {
      currency: "usd",
      project_ids: [7],
      client_ids: [12, null],
      billable: false,
      resolution: "month",
      rounding: 0,
      rounding_minutes: 0,
    },
  ],
];

/** What makes the smallest body unfit, the field that is at fault, and what is said of it. */
export const misfits: [Report, object, string, RegExp][] = [
  ["trends/projects", { start_date: "2026-02-30" }, "start_date", /day of the calendar/],
  ["trends/projects", { start_date: "2026-1-1" }, "start_date", /YYYY-MM-DD/],
  ["trends/projects", { end_date: 20261031 }, "end_date", /day of the calendar/],
  ["trends/projects", { end_date: "2025-02-29" }, "end_date", /day of the calendar/],
  ["trends/projects", { start_date: "x2026-10-01" }, "start_date", /YYYY-MM-DD/],
  ["trends/projects", { start_date: "2026-10-01T00:00:00Z" }, "start_date", /YYYY-MM-DD/],
  ["trends/projects", { previous_period_start: "yesterday" }, "previous_period_start", /YYYY-MM-DD/],
  ["trends/projects", { start_date: "2026-10-02", end_date: "2026-10-01" }, "start_date", /not be after end_date/],
  ["trends/projects", { project_ids: "1,2" }, "project_ids", /list of ids/],
  ["trends/projects", { project_ids: [null] }, "project_ids", /list of ids/],
  ["trends/projects", { billable: "true" }, "billable", /true or false/],
  ["trends/projects", { currency: "usd" }, "currency", /is not a field of trends\/projects; it takes/],
  ["profitability/projects", { currency: 5 }, "currency", /ISO 4217/],
  ["profitability/projects", { currency: "doubloons" }, "currency", /ISO 4217/],
  ["profitability/projects", { currency: "usdx" }, "currency", /ISO 4217/],
  ["profitability/projects", { currency: " usd" }, "currency", /ISO 4217/],
  ["profitability/projects", { client_ids: ["x"] }, "client_ids", /or null for projects without a client/],
  ["profitability/projects", { currency: "zzz" }, "currency", /ISO 4217/],
  ["profitability/projects", { resolution: "quarter" }, "resolution", /one of day, week, month$/],
  ["profitability/projects", { user_ids: [1] }, "user_ids", /is not a field/],
  ["profitability/employees", { resolution: "year" }, "resolution", /one of day, week, month, quarter/],
  ["profitability/employees", { billable: true }, "billable", /is not a field/],
  ["profitability/employees", { rounding: 2 }, "rounding", /one of -1, 0, 1/],
  ["profitability/employees", { rounding: true }, "rounding", /one of -1, 0, 1/],
  ["profitability/employees", { rounding_minutes: 7 }, "rounding_minutes", /one of 0, 1, 5/],
  ["profitability/employees", { user_ids: [1.5] }, "user_ids", /positive whole numbers/],
  ["profitability/employees", { user_ids: [-1] }, "user_ids", /positive whole numbers/],
  ["profitability/employees", { constructor: 1 }, "constructor", /is not a field/],
];

/** JSON that is no object. */
export const noObjects: unknown[] = [null, [], "text", 5];

/** Bodies of all kinds for the profitability of projects, fit and unfit. */
export const projectBodies: unknown[] = [
  { currency: "usd" },
  {},
  { currency: "us" },
  { currency: "usd", client_ids: [1, null] },
  { currency: "usd", client_ids: ["1"] },
  { currency: "usd", project_ids: [0] },
  { currency: "usd", project_ids: [1.5] },
  { currency: "usd", resolution: "quarter" },
  { currency: "usd", rounding: 2 },
  { currency: "usd", rounding_minutes: 15, billable: true, spreadsheet_safe: true },
  { currency: "usd", billable: "true" },
  { currency: "usd", user_ids: [1] },
  { currency: "usd", start_date: 20261001 },
  [],
  null,
  "usd",
];
