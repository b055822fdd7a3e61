import * as z from "zod/mini";
import type { ExportFormat, ExportReport, Report } from "./reports.ts";
import type { parameters } from "./schemas.ts";
import { dayHint, isDay } from "./times.ts";

/** A day that exists. Toggl reads it in each user's own profile time zone. */
const calendarDate = z.string(dayHint).check(z.refine(isDay, dayHint), z.meta({ format: "date" }));

const currencyMessage = "must be the three-letter code of a currency (ISO 4217), such as usd";
const currencies = new Set(Intl.supportedValuesOf("currency"));

/** Which case Toggl wants is not published, so either goes through as it came. */
const currencyCode = z.string(currencyMessage).check(
  z.refine((value) => /^[a-z]{3}$/i.test(value) && currencies.has(value.toUpperCase()), currencyMessage),
  z.meta({ pattern: "^[A-Za-z]{3}$" }),
);

const id = (message: string) => z.int(message).check(z.positive(message));

const idMessage = "must be a list of ids, positive whole numbers, such as [101, 102]";

const idList = z.array(id(idMessage), idMessage);

const idOrNullMessage = "must be a list of ids, positive whole numbers, or null for projects without a client";

/** A `null` entry selects projects without a client. */
const idOrNullList = z.array(z.nullable(id(idOrNullMessage)), idOrNullMessage);

export const yesOrNo = z.boolean("must be true or false, without quotes");

/** One of a few values; the message lists them. */
function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return z.literal(values, `must be one of ${values.join(", ")}`);
}

const period = { start_date: calendarDate, end_date: calendarDate };

const rounding = { rounding: oneOf([-1, 0, 1]), rounding_minutes: oneOf([0, 1, 5, 6, 10, 12, 15, 30, 60, 240]) };

const trends = { ...period, previous_period_start: calendarDate, project_ids: idList, billable: yesOrNo, ...rounding };

/** What each report takes and which of it must be there; anything else is refused. The OpenAPI description is made from it. */
export const reportFields = {
  "data_trends/projects": { all: trends, required: [] as const },
  "trends/projects": { all: trends, required: [] as const },
  "profitability/employees": {
    all: {
      ...period,
      currency: currencyCode,
      user_ids: idList,
      group_ids: idList,
      resolution: oneOf(["day", "week", "month", "quarter"]),
      ...rounding,
    },
    required: ["start_date", "end_date", "currency"] as const,
  },
  "profitability/projects": {
    all: {
      ...period,
      currency: currencyCode,
      project_ids: idList,
      client_ids: idOrNullList,
      billable: yesOrNo,
      resolution: oneOf(["day", "week", "month"]),
      ...rounding,
    },
    required: ["currency"] as const,
  },
} satisfies Record<Report, { all: Record<string, z.ZodMiniType>; required: readonly string[] }>;

/** A body as it goes to Toggl. */
export type Parameters = Readonly<z.infer<typeof parameters>>;

type Fields<R extends Report> = (typeof reportFields)[R]["all"];
type Required<R extends Report> = (typeof reportFields)[R]["required"][number];

/** The body that asks for a report; at least one field must be there. */
export type ReportRequest<R extends Report> = {
  [K in Extract<keyof Fields<R>, Required<R>>]: Fields<R>[K] extends z.ZodMiniType<infer T> ? T : never;
} & {
  [K in Exclude<keyof Fields<R>, Required<R>>]?: Fields<R>[K] extends z.ZodMiniType<infer T> ? T : never;
};

/** The body that asks for a file. */
export type FileRequest<R extends ExportReport, F extends ExportFormat> = ReportRequest<R> &
  (F extends "csv" ? { spreadsheet_safe?: boolean } : unknown);
