import { Failure, invalidFields } from "../core/failure.ts";
import { pointerTo } from "../core/parameters.ts";
import { instantHint, parseInstant } from "../core/times.ts";
import type { HttpRequest } from "../http/http.ts";
import { jsonBody } from "../http/json-body.ts";

/** Toggl's first year: no run means days before it. */
const earliest = Date.parse("2006-01-01T00:00:00Z");

/** What a run may be asked for with; all optional. */
export interface RunOptions {
  /** Milliseconds since 1970; now if left out. */
  readonly occurrence?: number;
  /** false leaves out the periods before. */
  readonly refresh?: boolean;
}

/** @throws Failure `invalid_request` */
export function runOptions(request: HttpRequest, now: number): RunOptions {
  if (request.body.length === 0) return {};
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Failure("invalid_request", 'The body must be empty or such as {"occurrence":"2026-11-03T05:00:00Z"}.');
  }
  const errors = Object.entries(body).flatMap(([field, value]) => {
    const detail = optionFault(field, value, now);
    return detail === undefined ? [] : [{ field, pointer: pointerTo(field), detail }];
  });
  if (errors.length > 0) throw invalidFields("body", errors);
  const { occurrence, refresh }: { occurrence?: string; refresh?: boolean } = body;
  const time = occurrence === undefined ? undefined : parseInstant(occurrence);
  return {
    ...(time !== undefined && { occurrence: time }),
    ...(refresh === false && { refresh }),
  };
}

function optionFault(field: string, value: unknown, now: number): string | undefined {
  if (field === "occurrence") return occurrenceFault(value, now);
  if (field !== "refresh") return "is not a field here; there are occurrence and refresh";
  return typeof value === "boolean" ? undefined : "must be true or false, without quotes";
}

function occurrenceFault(value: unknown, now: number): string | undefined {
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  if (time === undefined) return instantHint;
  return time > now || time < earliest ? "must be a time that is past, in this century" : undefined;
}
