import Ajv04 from "ajv-draft-04";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyModels } from "../../api/openapi/body-models.ts";
import { draft04 } from "../../api/openapi/draft-04.ts";
import { requestName } from "../../api/openapi/request-schemas.ts";
import { reportFields } from "../../api/parameters.ts";
import { exportFormats, exportReports, type Report, trendsReport } from "../../api/reports.ts";
import { parseParameters } from "../../lambdas/core/exports/parameters.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { parseExportBody } from "../../lambdas/create-export/requested-export.ts";
import { runOptions } from "../../lambdas/create-export/run-schedule.ts";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { fullest, misfits, noObjects, projectBodies, smallest } from "../core/exports/bodies.ts";

interface Endpoint {
  readonly name: string;
  readonly report: Report;
  /** As the function does it. */
  readonly parse: (body: unknown) => unknown;
}

const endpoints: Endpoint[] = [
  {
    name: requestName(trendsReport),
    report: trendsReport,
    parse: (body: unknown) => parseParameters(trendsReport, body),
  },
  ...exportReports.flatMap((report) =>
    exportFormats.map((format) => ({
      name: requestName(report, format),
      report,
      parse: (body: unknown) => parseExportBody({ report, format }, body),
    })),
  ),
];

const models = bodyModels();
const ajv = new Ajv04({ strict: true, strictTypes: false });
const fits = (name: string, body: unknown) => ajv.validate(models[name] ?? false, body);

const isTaken = (parse: (body: unknown) => unknown, body: unknown) => {
  try {
    parse(body);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
};

const misfitBodies = misfits.map(([report, more]) => ({ ...smallest[report], ...more }));
const bodies: unknown[] = [
  ...Object.values(smallest),
  ...fullest.map(([, body]) => body),
  ...misfitBodies,
  ...noObjects,
  ...projectBodies,
];
const safeOrNot = [true, false, null, "yes"].flatMap((spreadsheet_safe) =>
  bodies.flatMap((body) =>
    typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body, spreadsheet_safe } : [],
  ),
);

describe.each(endpoints)("the model of $name", ({ name, report, parse }) => {
  it("takes every body that the function takes", () => {
    const taken = [...bodies, ...safeOrNot].filter((body) => isTaken(parse, body));
    expect(taken.length).toBeGreaterThan(3);
    expect(taken.filter((body) => !fits(name, body))).toEqual([]);
  });

  it("takes what the function takes, whatever comes", () => {
    fc.assert(
      fc.property(bodyFor(report), (body) => {
        fc.pre(isTaken(parse, body)); // what is not taken does not count as one of the runs
        expect(fits(name, body)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("refuses what no object is, an unknown field, and nothing at all", () => {
    for (const body of [...noObjects, { colour: 1 }, {}]) expect(fits(name, body)).toBe(false);
  });
});

/** Bodies of which many fit: each field is mostly what it should be, and sometimes anything. */
function bodyFor(report: Report): fc.Arbitrary<object> {
  const ids = fc.array(fc.oneof(fc.integer({ min: 1 }), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER)));
  const fields: Record<string, fc.Arbitrary<unknown>> = {
    start_date: fc.constantFrom("2024-02-29", "0001-01-01", "2026-10-01"),
    end_date: fc.constantFrom("2026-10-01", "9999-12-31"),
    previous_period_start: fc.constantFrom("2026-09-01"),
    project_ids: ids,
    client_ids: fc.array(fc.option(fc.integer({ min: 1 }))),
    user_ids: ids,
    group_ids: ids,
    billable: fc.boolean(),
    currency: fc.constantFrom("usd", "EUR", "Chf", "xau"),
    resolution: fc.constantFrom("day", "week", "month"),
    rounding: fc.constantFrom(-1, 0, 1),
    rounding_minutes: fc.constantFrom(0, 1, 5, 6, 10, 12, 15, 30, 60, 240),
    spreadsheet_safe: fc.boolean(),
  };
  const { all, required }: { all: object; required: readonly string[] } = reportFields[report];
  const known = [...Object.keys(all), "spreadsheet_safe"];
  const shape = Object.fromEntries(
    known.map((field) => {
      const right = { weight: 30, arbitrary: fields[field] ?? fc.jsonValue() };
      return [field, fc.oneof(right, { weight: 1, arbitrary: fc.jsonValue() })] as const;
    }),
  );
  return fc.record(shape, { requiredKeys: [...required] });
}

it("lets no misfit through but those that a schema cannot tell", () => {
  const through = misfits.filter(([report, more]) =>
    endpoints.some((one) => one.report === report && fits(one.name, { ...smallest[report], ...more })),
  );
  expect(through.map(([, more]) => more)).toEqual([
    { start_date: "2026-02-30" },
    { end_date: "2025-02-29" },
    { start_date: "2026-10-02", end_date: "2026-10-01" },
    { currency: "zzz" },
  ]);
});

describe("the model of a run's options", () => {
  const now = Date.parse("2026-11-25T00:00:00Z");
  const parse = (body: unknown) => runOptions({ body: Buffer.from(JSON.stringify(body)) } as HttpRequest, now);

  it.each([
    {},
    { refresh: false },
    { occurrence: "2026-11-03T05:00:00Z" },
    { occurrence: "2026-11-03T05:00Z" },
    { occurrence: "2026-11-03T05:00:00.5+01:00", refresh: true },
  ])("takes %j, as the function does", (body) => {
    expect(isTaken(parse, body)).toBe(true);
    expect(fits("RunRequest", body)).toBe(true);
  });

  it.each([[[]], [null], [{ occurrence: 5 }], [{ refresh: "no" }]])("refuses %j", (body) => {
    expect(isTaken(parse, body)).toBe(false);
    expect(fits("RunRequest", body)).toBe(false);
  });
});

describe("a schema in draft-04", () => {
  it.each([
    [{ const: 7 }, { enum: [7] }],
    [{ type: "integer" }, { type: "number", multipleOf: 1 }],
    [{ type: ["integer", "null"] }, { type: ["number", "null"], multipleOf: 1 }],
    [{ exclusiveMinimum: 0 }, { minimum: 1 }],
    [
      { type: "string", format: "date" },
      { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
    ],
    [{ type: "string", format: "date-time" }, { type: "string" }],
    [
      { anyOf: [{ type: "integer", exclusiveMinimum: 0 }, { type: "null" }] },
      { type: ["number", "null"], multipleOf: 1, minimum: 1 },
    ],
    [{ anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] }, {}],
    [{ type: "object", propertyNames: { pattern: "x" } }, { type: "object" }],
  ])("%j becomes %j", (schema, expected) => {
    expect(draft04(schema)).toEqual(expected);
  });

  it("is one by draft-04's own schema, in every model", () => {
    for (const model of Object.values(models)) expect(ajv.validateSchema(model)).toBe(true);
  });
});
