import { expect, it } from "vitest";
import { Failure } from "../../lambdas/core/failure.ts";
import { parseExportBody } from "../../lambdas/create-export/requested-export.ts";

const csv = { report: "trends/projects", format: "csv" } as const;
const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

/** The fields that are refused, each with what is said of it. */
function refused(body: unknown, order: Parameters<typeof parseExportBody>[0] = csv): unknown {
  try {
    return parseExportBody(order, body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.errors?.map(({ field, pointer, detail }) => [field, pointer, detail]);
  }
}

it("has Toggl's parameters, and what to do with the file beside them", () => {
  expect(parseExportBody(csv, october)).toStrictEqual({ parameters: october });
  expect(parseExportBody(csv, { ...october, spreadsheet_safe: true })).toStrictEqual({
    parameters: october,
    spreadsheet_safe: true,
  });
  expect(parseExportBody(csv, { ...october, spreadsheet_safe: false })).toStrictEqual({ parameters: october });
  expect(parseExportBody({ ...csv, format: "xlsx" }, { ...october, spreadsheet_safe: false })).toStrictEqual({
    parameters: october,
  });
});

it.each([
  ["yes", "must be true or false, without quotes"],
  ["true", "must be true or false, without quotes"],
  [1, "must be true or false, without quotes"],
  [null, "must be true or false, without quotes"],
])("refuses spreadsheet_safe as %j", (spreadsheet_safe, detail) => {
  const field = ["spreadsheet_safe", "#/spreadsheet_safe", detail];
  expect(refused({ ...october, spreadsheet_safe })).toEqual([field]);
});

it("refuses it for a workbook, and names what else does not fit with it", () => {
  const detail = "is for csv: a workbook's text is never run as a formula";
  expect(refused({ ...october, spreadsheet_safe: true }, { ...csv, format: "xlsx" })).toEqual([
    ["spreadsheet_safe", "#/spreadsheet_safe", detail],
  ]);
  const found = refused({ ...october, colour: "blue", spreadsheet_safe: 1 }) as string[][];
  expect(found.map(([name]) => name).toSorted()).toEqual(["colour", "spreadsheet_safe"]);
});

it.each([[null], ["text"], [7], [[]]])("refuses %j as a whole", (body) => {
  expect(() => parseExportBody(csv, body)).toThrow(expect.objectContaining({ kind: "invalid_request" }));
});
