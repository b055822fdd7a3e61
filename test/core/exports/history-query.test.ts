import { expect, it } from "vitest";
import { parseHistoryQuery } from "../../../lambdas/core/exports/history.ts";

it("fills in the size of a page", () => {
  expect(parseHistoryQuery({})).toEqual({ limit: 20 });
});

it("takes every parameter", () => {
  const query = { report: "trends/projects", schedule: "monthly", status: "succeeded", cursor: "x" };
  expect(parseHistoryQuery({ ...query, limit: "100" })).toEqual({ ...query, limit: 100 });
  expect(parseHistoryQuery({ limit: "1" })).toEqual({ limit: 1 });
});

it.each([
  ["limit", "0", "must be a whole number from 1 to 100"],
  ["limit", "101", "must be a whole number from 1 to 100"],
  ["limit", "1.5", "must be a whole number from 1 to 100"],
  ["limit", "x1", "must be a whole number from 1 to 100"],
  ["limit", "", "must be a whole number from 1 to 100"],
  ["report", "data_trends/projects", "must be one of profitability/employees, profitability/projects, trends/projects"],
  ["status", "done", "must be one of queued, running, deferred, succeeded, failed"],
  ["schedule", "", "must be a schedule's name"],
  ["cursor", "", "must be the next_cursor of the page before"],
  ["colour", "blue", "is not a parameter of this list; it takes report, schedule, status, limit, cursor"],
  ["constructor", "x", "is not a parameter of this list; it takes report, schedule, status, limit, cursor"],
])("refuses %s=%j", (field, value, detail) => {
  expect(() => parseHistoryQuery({ [field]: value })).toThrow(
    expect.objectContaining({
      kind: "invalid_request",
      errors: [{ field, detail }],
      message: `The query does not fit: ${field} ${detail}.`,
    }),
  );
});
