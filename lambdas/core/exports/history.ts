import { createHash } from "node:crypto";
import type { Export } from "../../../api/export.ts";
import type { FieldError } from "../../../api/problem.ts";
import { fileFormats, scheduledReports } from "../../../api/reports.ts";
import { pageLimits } from "../../../api/routes.ts";
import { exportStatuses } from "../../../api/statuses.ts";
import { dayHint, isDay } from "../../../api/times.ts";
import { invalidFields } from "../failure.ts";
import { isExportId } from "./export-id.ts";

/** Which exports of a workspace a caller wants to see: those that fit all of it. */
export interface HistoryFilters {
  readonly report?: string;
  readonly format?: string;
  readonly schedule?: string;
  readonly status?: string;
  /** The period begins on this day or later. */
  readonly from_date?: string;
  /** The period ends on this day or earlier. */
  readonly to_date?: string;
}

export interface HistoryQuery extends HistoryFilters {
  /** How many on a page. */
  readonly limit: number;
  readonly cursor?: string;
}

/** What each parameter must look like; anything else is refused. */
const rules: Record<string, { fits: (value: string) => boolean; detail: string }> = {
  report: {
    fits: (value) => scheduledReports.some((report) => report === value),
    detail: `must be one of ${scheduledReports.join(", ")}`,
  },
  format: {
    fits: (value) => fileFormats.some((format) => format === value),
    detail: `must be one of ${fileFormats.join(", ")}`,
  },
  schedule: { fits: (value) => value !== "", detail: "must be a schedule's name" },
  status: {
    fits: (value) => exportStatuses.some((status) => status === value),
    detail: `must be one of ${exportStatuses.join(", ")}`,
  },
  from_date: { fits: isDay, detail: dayHint },
  to_date: { fits: isDay, detail: dayHint },
  limit: {
    fits: (value) => /^[1-9]\d{0,2}$/.test(value) && Number(value) <= pageLimits.max,
    detail: `must be a whole number from 1 to ${pageLimits.max}`,
  },
  cursor: { fits: (value) => value !== "", detail: "must be the next_cursor of the page before" },
};

/** @throws Failure `invalid_request` with one entry for each parameter that does not fit */
export function parseHistoryQuery(query: Readonly<Record<string, string | undefined>>): HistoryQuery {
  const errors = Object.entries(query).flatMap(([field, value]): FieldError[] => {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (!rule) return [{ field, detail: `is not a parameter of this list; it takes ${Object.keys(rules).join(", ")}` }];
    return rule.fits(value ?? "") ? [] : [{ field, detail: rule.detail }];
  });
  const { from_date = "", to_date = from_date } = query;
  if (errors.length === 0 && from_date > to_date) {
    errors.push({ field: "from_date", detail: `must not be after to_date (${to_date})` });
  }
  if (errors.length === 0) return { ...query, limit: Number(query.limit ?? pageLimits.default) };
  throw invalidFields("query", errors);
}

/** Whether an export is one of those. One whose period is open at an end begins before every day, or ends after. */
export function fitsFilters(record: Export, { report, format, schedule, status, ...days }: HistoryFilters): boolean {
  const [beforeAll, afterAll] = ["", "~"]; // compared as texts with any day
  const { start_date = beforeAll, end_date = afterAll } = record.parameters;
  const { from_date = beforeAll, to_date = afterAll } = days;
  if (report !== undefined && record.report !== report) return false;
  if (format !== undefined && record.format !== format) return false;
  if (schedule !== undefined && record.schedule !== schedule) return false;
  if (status !== undefined && record.status !== status) return false;
  return start_date >= from_date && end_date <= to_date;
}

/** The list that a cursor belongs to: a workspace's exports that fit the filters. */
export function historyList(workspaceId: number, filters: HistoryFilters): string {
  const { report, schedule, status, format, from_date, to_date } = filters;
  return JSON.stringify([workspaceId, report, schedule, status, format, from_date, to_date]);
}

/**
 * Where a page of a list ended: the last export that was looked at, sealed with the list it belongs to (its
 * workspace and filters), so that a cursor of another list or a mistyped one is noticed.
 */
export function historyCursor(list: string, lastId: string): string {
  return `${lastId}${sealOf(list, lastId)}`;
}

/**
 * The export after which the page that the cursor asks for begins.
 * @throws Failure `invalid_request` if this list did not hand the cursor out.
 */
export function afterCursor(list: string, cursor: string): string {
  const lastId = cursor.slice(0, 26);
  if (isExportId(lastId) && cursor === historyCursor(list, lastId)) return lastId;
  const detail = "is not a next_cursor of this list with these filters; begin again without it";
  throw invalidFields("query", [{ field: "cursor", detail }]);
}

function sealOf(list: string, lastId: string): string {
  return createHash("sha256").update(`${list} ${lastId}`).digest("hex").slice(0, 12);
}
