import { describe, expect, it } from "vitest";
import type { Export, FailedExport } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import { exportEvents } from "../../../lambdas/core/exports/export-event.ts";
import { invalidFields } from "../../../lambdas/core/failure.ts";
import { problemOf } from "../../../lambdas/core/problem.ts";
import { exportOf } from "../../handlers/answer.ts";

const where = { apiUrl: `https://${"a".repeat(200)}.example/v1`, stackName: "A".repeat(128) };

/** So many ids, each of ten digits. */
const ids = (count: number, first = 1_000_000_000) => Array.from({ length: count }, (_, at) => first + at);

const detailOf = (record: Export) => exportEvents(record, where)[0]?.detail ?? {};
const eventOf = (parameters: Parameters) => detailOf(exportOf({ parameters }));

describe("the parameters in an event", () => {
  it("are all that went to Toggl", () => {
    const parameters = { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd", client_ids: [7, null] };
    expect(eventOf(parameters)).toMatchObject({ parameters, start_date: "2026-10-01", end_date: "2026-10-31" });
    expect(eventOf(parameters)).not.toHaveProperty("parameters_left_out");
    expect(eventOf({}).parameters).toEqual({});
  });

  it("are whole with 5,000 ids", () => {
    const parameters = { currency: "usd", project_ids: ids(5000) };
    expect(eventOf(parameters).parameters).toEqual(parameters);
  });

  it("are without the longest lists where they would not fit, and name those", () => {
    const parameters = { client_ids: ids(5000), currency: "usd", project_ids: ids(15_000), billable: true };
    expect(eventOf(parameters)).toMatchObject({
      parameters: { client_ids: parameters.client_ids, currency: "usd", billable: true },
      parameters_left_out: ["project_ids"],
    });
    expect(eventOf({ ...parameters, client_ids: ids(9000) })).toMatchObject({
      parameters: { currency: "usd", billable: true },
      parameters_left_out: ["project_ids", "client_ids"],
    });
  });
});

describe("the longest parameters that an event has whole", () => {
  const whole = 64 * 1024;
  /** Parameters of so many bytes as JSON. */
  const ofBytes = (bytes: number): Parameters => ({ currency: "u".repeat(bytes - '{"currency":""}'.length) });

  it("are of 64 KB; one byte more, and the event says what it left out", () => {
    expect(eventOf(ofBytes(whole))).toMatchObject({ parameters: ofBytes(whole) });
    expect(eventOf(ofBytes(whole))).not.toHaveProperty("parameters_left_out");
    expect(eventOf(ofBytes(whole + 1))).toMatchObject({ parameters: {}, parameters_left_out: ["currency"] });
  });
});

it("says in the event about something odd what that is, and in no other", () => {
  const rows = "It has 5 rows; the run before had 40.";
  const columns = 'The columns are not those of the file before. Added: "Margin".';
  const record = exportOf({
    restates: "01KAT400000000000000000000",
    warnings: [
      { code: "columns_changed", detail: columns },
      { code: "rows_fell", detail: rows },
      { code: "ragged_records", detail: "Two records are longer." },
    ],
  });
  const said = exportEvents(record, { apiUrl: "https://api/v1", stackName: "S" }).map(({ type, detail }) => [
    type,
    String(detail.summary)
      .replace(/^.*workspace 123\./, "")
      .replace(/ To get the file: .*$/, ""),
  ]);
  expect(said).toEqual([
    ["Export Succeeded", ""],
    ["Export Restated", ""],
    ["Export Rows Fell", ` ${rows}`],
    ["Export Columns Changed", ` ${columns}`],
  ]);
});

it("never is larger than EventBridge takes, whatever was asked for and whatever went wrong", () => {
  const errors = ids(40).map((id) => ({
    field: `${id}${"ü".repeat(200)}`,
    pointer: `#/${"ü".repeat(198)}`,
    detail: "…".repeat(600),
  }));
  const failed: FailedExport = {
    ...(({ file: _, ...asked }) => asked)(exportOf()),
    status: "failed",
    schedule: "s".repeat(40),
    parameters: { currency: "usd", project_ids: ids(12_000), client_ids: ids(12_000) }, // a body of 256 KB
    problem: problemOf(invalidFields("body", errors), "7f1c"),
  };
  for (const { type, detail } of exportEvents(failed, where)) {
    const bytes = Buffer.byteLength(JSON.stringify(detail)) + type.length;
    expect(bytes).toBeLessThan(256 * 1024 - 1024); // what EventBridge puts around it takes some
    expect(bytes).toBeGreaterThan(100 * 1024); // the case is as bad as it is meant to be
  }
});
