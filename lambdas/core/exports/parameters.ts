import * as z from "zod/mini";
import { type Parameters, reportFields } from "../../../api/parameters.ts";
import type { FieldError } from "../../../api/problem.ts";
import type { Report } from "../../../api/reports.ts";
import { Failure, invalidFields } from "../failure.ts";

/**
 * Checks a body against what the report takes, before Toggl is asked.
 * @throws Failure `invalid_request` with one entry for each field that does not fit.
 */
export function parseParameters(report: Report, body: unknown): Parameters {
  if (!isObject(body)) {
    throw new Failure("invalid_request", 'The body must be a JSON object, such as {"start_date":"2026-10-01"}.');
  }
  const errors = parameterErrors(report, body);
  if (errors.length > 0) throw invalidFields("body", errors);
  return body;
}

/** Everything that does not fit in a body. */
export function parameterErrors(report: Report, body: Readonly<Record<string, unknown>>): FieldError[] {
  const errors = [...fieldErrors(report, body), ...missingFields(report, body)];
  return errors.length > 0 ? errors : periodErrors(body);
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function fieldErrors(report: Report, body: object): FieldError[] {
  const known: Record<string, z.ZodMiniType> = reportFields[report].all;
  return Object.entries(body).flatMap(([field, value]) => {
    const type = Object.hasOwn(known, field) ? known[field] : undefined;
    if (!type) return [unknownField(report, field)];
    const issue = z.safeParse(type, value).error?.issues[0];
    return issue ? [{ field, pointer: pointerTo(field, ...issue.path), detail: issue.message }] : [];
  });
}

function unknownField(report: Report, field: string): FieldError {
  const known = Object.keys(reportFields[report].all).join(", ");
  return { field, pointer: pointerTo(field), detail: `is not a field of ${report}; it takes ${known}` };
}

function missingFields(report: Report, body: object): FieldError[] {
  const { all, required }: { all: Record<string, z.ZodMiniType>; required: readonly string[] } = reportFields[report];
  const missing = required.filter((field) => !Object.hasOwn(body, field));
  if (missing.length > 0) {
    return missing.map((field) => {
      const rule = all[field] && z.safeParse(all[field], undefined).error?.issues[0]?.message;
      return { field, pointer: pointerTo(field), detail: `is required and ${rule}` };
    });
  }
  if (Object.keys(body).length > 0) return [];
  return [{ field: "start_date", pointer: "#", detail: "or another parameter must be set: at least one is needed" }];
}

/** Equal days pass: Toggl's page says "less than", but whether it means it is not known. */
function periodErrors({ start_date: start, end_date: end }: Parameters): FieldError[] {
  if (start === undefined || end === undefined || start <= end) return [];
  return [{ field: "start_date", pointer: "#/start_date", detail: `must not be after end_date (${end})` }];
}

/** As RFC 6901 defines it, whatever a field is called. */
export function pointerTo(...path: readonly PropertyKey[]): string {
  return ["#", ...path.map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
}
