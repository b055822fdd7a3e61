import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../api/reports.ts";
import { parseParameters } from "../../../lambdas/core/exports/parameters.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import { fullest, misfits, noObjects, smallest } from "./bodies.ts";

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

  it.each(fullest)("may hold every field of %s", (report, body) => {
    expect(parseParameters(report, body)).toEqual(body);
  });
});

describe("one entry for each field that does not fit", () => {
  it.each(misfits)("%s %j", (report, more, field, detail) => {
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

  it.each([...noObjects, undefined].map((body) => [body]))("refuses a body that is no object: %j", (body) => {
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
