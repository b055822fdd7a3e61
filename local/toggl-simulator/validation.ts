import { maxSpanDays } from "./periods.ts";
import type { ReportParameters } from "./reports.ts";
import { daysBetween } from "./timesheet.ts";

export type Endpoint =
  | "data_trends/projects"
  | "trends/projects"
  | "profitability/employees"
  | "profitability/projects";

export const endpoints: readonly Endpoint[] = [
  "data_trends/projects",
  "trends/projects",
  "profitability/employees",
  "profitability/projects",
];

/** What each endpoint says of bad input (docs/toggl.md, "Messages"). */
const messages = {
  "data_trends/projects": { date: "Wrong format date", order: "Invalid parameters", workspace: "Invalid workspace id" },
  "trends/projects": {
    date: "wrong format date",
    order: "start should come after end",
    workspace: "Invalid workspace id",
  },
  "profitability/employees": {
    date: "Invalid parameters",
    order: "Invalid parameters",
    workspace: "Invalid parameters",
  },
  "profitability/projects": {
    date: "Invalid parameters",
    order: "Invalid parameters",
    workspace: "Invalid workspace ID",
  },
};

export function workspaceMessage(endpoint: Endpoint): string {
  return messages[endpoint].workspace;
}

/** What Toggl says is wrong with a body; undefined if nothing is. */
export function faultOf(endpoint: Endpoint, body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "Invalid parameters";
  const isTrends = endpoint.endsWith("trends/projects");
  if (isTrends && Object.keys(body).length === 0) return "At least one parameter must be set";
  const { start_date, end_date, previous_period_start, currency, resolution }: Record<string, unknown> = { ...body };
  const dates = [start_date, end_date, previous_period_start].filter((date) => date !== undefined);
  if (!dates.every(isDate)) return messages[endpoint].date;
  if (!isTrends && typeof currency !== "string") return "Invalid parameters";
  if (endpoint === "profitability/employees" && !(start_date && end_date)) return "Invalid parameters";
  if (!start_date || !end_date) return undefined;
  if (String(start_date) > String(end_date)) return messages[endpoint].order;
  return spanFault(body, resolution);
}

function spanFault({ start_date = "", end_date = "" }: ReportParameters, resolution: unknown): string | undefined {
  const days = daysBetween(start_date, end_date).length;
  const maxDays = Object.hasOwn(maxSpanDays, String(resolution))
    ? maxSpanDays[resolution as keyof typeof maxSpanDays]
    : maxSpanDays.quarter;
  return days > maxDays ? "Date range too large for given resolution" : undefined;
}

export function isDate(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && isOfCalendar(value);
}

/** `Date.parse` would take 30 February for 2 March. */
function isOfCalendar(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
}
