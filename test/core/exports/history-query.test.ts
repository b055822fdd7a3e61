import { expect, it } from "vitest";
import { fitsFilters, type HistoryFilters, parseHistoryQuery } from "../../../lambdas/core/exports/history.ts";
import { exportOf } from "../../handlers/answer.ts";

const dayHint = "must be a day of the calendar as YYYY-MM-DD, such as 2026-10-31";

it("fills in the size of a page", () => {
  expect(parseHistoryQuery({})).toEqual({ limit: 20 });
});

it("takes every parameter", () => {
  const days = { from_date: "2024-02-29", to_date: "2024-02-29" };
  const query = {
    report: "trends/projects",
    schedule: "monthly",
    status: "succeeded",
    format: "xlsx",
    cursor: "x",
    ...days,
  };
  expect(parseHistoryQuery({ ...query, limit: "100" })).toEqual({ ...query, limit: 100 });
  expect(parseHistoryQuery({ limit: "1" })).toEqual({ limit: 1 });
  for (const day of [{ from_date: "2026-10-01" }, { to_date: "2026-10-31" }]) {
    expect(parseHistoryQuery(day)).toEqual({ ...day, limit: 20 });
  }
  const trends = { report: "data_trends/projects", format: "json", limit: 20 };
  expect(parseHistoryQuery({ report: trends.report, format: trends.format })).toEqual(trends);
});

it.each([
  ["limit", "0", "must be a whole number from 1 to 100"],
  ["limit", "101", "must be a whole number from 1 to 100"],
  ["limit", "1.5", "must be a whole number from 1 to 100"],
  ["limit", "x1", "must be a whole number from 1 to 100"],
  ["limit", "", "must be a whole number from 1 to 100"],
  [
    "report",
    "trends",
    "must be one of profitability/employees, profitability/projects, trends/projects, data_trends/projects",
  ],
  ["status", "done", "must be one of queued, running, deferred, succeeded, failed"],
  ["format", "CSV", "must be one of csv, xlsx, json"],
  ["format", "", "must be one of csv, xlsx, json"],
  ["from_date", "", dayHint],
  ["from_date", "2026-02-29", dayHint],
  ["from_date", "2026-10", dayHint],
  ["to_date", "2026-10-31T00:00:00Z", dayHint],
  ["to_date", "31.10.2026", dayHint],
  ["schedule", "", "must be a schedule's name"],
  ["cursor", "", "must be the next_cursor of the page before"],
  [
    "colour",
    "blue",
    "is not a parameter of this list; it takes report, format, schedule, status, from_date, to_date, limit, cursor",
  ],
  [
    "constructor",
    "x",
    "is not a parameter of this list; it takes report, format, schedule, status, from_date, to_date, limit, cursor",
  ],
])("refuses %s=%j", (field, value, detail) => {
  expect(() => parseHistoryQuery({ [field]: value })).toThrow(
    expect.objectContaining({
      kind: "invalid_request",
      errors: [{ field, detail }],
      message: `The query does not fit: ${field} ${detail}.`,
    }),
  );
});

it("refuses days that are the wrong way round, and names every day that is none", () => {
  const errorsOf = (query: Record<string, string>) => {
    try {
      return parseHistoryQuery(query);
    } catch (error) {
      return (error as { errors?: unknown }).errors;
    }
  };
  expect(errorsOf({ from_date: "2026-11-01", to_date: "2026-10-31" })).toEqual([
    { field: "from_date", detail: "must not be after to_date (2026-10-31)" },
  ]);
  expect(errorsOf({ from_date: "2026-13-01", to_date: "tomorrow" })).toEqual([
    { field: "from_date", detail: dayHint },
    { field: "to_date", detail: dayHint },
  ]);
  expect(errorsOf({ from_date: "tomorrow", to_date: "2026-10-31" })).toEqual([{ field: "from_date", detail: dayHint }]);
});

it.each<[HistoryFilters, string[]]>([
  [{}, ["whole", "begun", "ended", "open"]],
  [{ from_date: "2026-10-01" }, ["whole", "begun"]],
  [{ from_date: "2026-10-02" }, []],
  [{ to_date: "2026-10-31" }, ["whole", "ended"]],
  [{ to_date: "2026-10-30" }, []],
  [{ from_date: "2026-10-01", to_date: "2026-10-31" }, ["whole"]],
  [{ from_date: "2006-01-01", to_date: "2199-12-31" }, ["whole"]],
  [{ schedule: "monthly" }, ["begun"]],
  [{ report: "trends/projects" }, ["ended"]],
  [{ format: "xlsx" }, ["open"]],
  [{ status: "failed" }, []],
  [{ status: "succeeded", format: "csv" }, ["whole", "begun", "ended"]],
])("filters by %j; a period that is open at an end lies within no days there", (filters, expected) => {
  const [start_date, end_date] = ["2026-10-01", "2026-10-31"];
  const records = {
    whole: exportOf({ parameters: { start_date, end_date } }),
    begun: exportOf({ parameters: { start_date }, schedule: "monthly" }),
    ended: exportOf({ parameters: { end_date }, report: "trends/projects" }),
    open: exportOf({ parameters: {}, format: "xlsx" }),
  };
  const fitting = Object.entries(records).filter(([, record]) => fitsFilters(record, filters));
  expect(fitting.map(([name]) => name)).toEqual(expected);
});
