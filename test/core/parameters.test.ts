import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../lambdas/core/failure.ts";
import { parseParameters } from "../../lambdas/core/parameters.ts";
import type { Report } from "../../lambdas/core/reports.ts";

const smallest: Record<Report, object> = {
  "data_trends/projects": { billable: true },
  "trends/projects": { start_date: "2026-10-01" },
  "profitability/employees": { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" },
  "profitability/projects": { currency: "EUR" },
};

const errorsOf = (report: Report, body: unknown) => {
  try {
    parseParameters(report, body);
  } catch (error) {
    if (error instanceof Failure) return error.errors ?? [];
  }
  throw new Error("nothing was refused");
};

const refusedWith = (report: Report, more: object) => errorsOf(report, { ...smallest[report], ...more });

describe("what goes to Toggl", () => {
  it.each(Object.entries(smallest))("%s: the least that it takes passes as it is", (report, body) => {
    expect(parseParameters(report as Report, body)).toBe(body);
  });

  it("may hold every field of employee profitability", () => {
    const body = {
      start_date: "2024-02-29",
      end_date: "2024-02-29",
      currency: "chf",
      user_ids: [1],
      group_ids: [],
      resolution: "quarter",
      rounding: -1,
      rounding_minutes: 15,
    };
    expect(parseParameters("profitability/employees", body)).toEqual(body);
  });

  it("may hold every field of project profitability, a null among the clients too", () => {
    const body = {
      currency: "usd",
      project_ids: [7],
      client_ids: [12, null],
      billable: false,
      resolution: "month",
      rounding: 0,
      rounding_minutes: 0,
    };
    expect(parseParameters("profitability/projects", body)).toEqual(body);
  });

  it.each(["data_trends/projects", "trends/projects"] as const)("may hold every field of %s", (report) => {
    const body = {
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      previous_period_start: "2026-09-01",
      project_ids: [1, 2],
      billable: true,
      rounding: 1,
      rounding_minutes: 240,
    };
    expect(parseParameters(report, body)).toEqual(body);
  });
});

describe("one entry for each field that does not fit", () => {
  it.each<[Report, object, string, RegExp]>([
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
  ])("%s %j", (report, more, field, detail) => {
    expect(refusedWith(report, more)).toEqual([
      expect.objectContaining({ field, detail: expect.stringMatching(detail) }),
    ]);
  });

  it("points to the very element", () => {
    expect(refusedWith("profitability/projects", { client_ids: [1, null, 0] })).toEqual([
      expect.objectContaining({ field: "client_ids", pointer: "#/client_ids/2" }),
    ]);
  });

  it("says of a missing field what it must be", () => {
    expect(errorsOf("profitability/projects", {})).toEqual([
      {
        field: "currency",
        pointer: "#/currency",
        detail: "is required and must be the three-letter code of a currency (ISO 4217), such as usd",
      },
    ]);
  });

  it("points to a period that ends before it begins, and to a field with odd characters", () => {
    const body = { start_date: "2026-10-02", end_date: "2026-10-01" };
    expect(errorsOf("trends/projects", body)[0]?.pointer).toBe("#/start_date");
    expect(errorsOf("trends/projects", { "a/b~c": 1 })[0]?.pointer).toBe("#/a~1b~0c");
    expect(errorsOf("trends/projects", {})).toMatchObject([{ field: "start_date", pointer: "#" }]);
  });

  it("sums them up in one sentence", () => {
    expect(() => parseParameters("trends/projects", { colour: 1 })).toThrow(
      "The body does not fit: colour is not a field of trends/projects; it takes start_date, end_date, previous_period_start, project_ids, billable, rounding, rounding_minutes.",
    );
  });

  it("names all of them at once", () => {
    const fields = errorsOf("profitability/employees", { end_date: "x", foo: 1 }).map(({ field }) => field);
    expect(fields.sort()).toEqual(["currency", "end_date", "foo", "start_date"]);
  });

  it("refuses a __proto__ that came as JSON", () => {
    const body = JSON.parse('{"currency":"usd","__proto__":{"billable":true}}');
    expect(errorsOf("profitability/projects", body)).toEqual([expect.objectContaining({ field: "__proto__" })]);
  });

  it("asks for at least one parameter where none is required", () => {
    expect(errorsOf("trends/projects", {})[0]?.detail).toMatch(/at least one is needed/);
  });

  it.each([[null], [[]], ["text"], [5], [undefined]])("refuses a body that is no object: %j", (body) => {
    expect(() => parseParameters("trends/projects", body)).toThrow(/must be a JSON object/);
  });
});

it("takes any value as it is or refuses it with the field's name, whatever comes", () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(smallest) as Report[])), fc.jsonValue(), (report, body) => {
      try {
        expect(parseParameters(report, body)).toBe(body);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
  );
});
