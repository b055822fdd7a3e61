import { createHash } from "node:crypto";
import type { FieldError } from "../../../api/problem.ts";
import { exportReports } from "../../../api/reports.ts";
import { pageLimits } from "../../../api/routes.ts";
import { exportStatuses } from "../../../api/statuses.ts";
import { invalidFields } from "../failure.ts";
import { isExportId } from "./export-id.ts";

/** Which exports of a workspace a caller wants to see. */
export interface HistoryQuery {
  readonly report?: string;
  readonly schedule?: string;
  readonly status?: string;
  /** How many on a page. */
  readonly limit: number;
  readonly cursor?: string;
}

/** What each parameter must look like; anything else is refused. */
const rules: Record<string, { fits: (value: string) => boolean; detail: string }> = {
  report: {
    fits: (value) => exportReports.some((report) => report === value),
    detail: `must be one of ${exportReports.join(", ")}`,
  },
  schedule: { fits: (value) => value !== "", detail: "must be a schedule's name" },
  status: {
    fits: (value) => exportStatuses.some((status) => status === value),
    detail: `must be one of ${exportStatuses.join(", ")}`,
  },
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
  if (errors.length === 0) return { ...query, limit: Number(query.limit ?? pageLimits.default) };
  throw invalidFields("query", errors);
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
