import { type $ZodType, toJSONSchema } from "zod/v4/core";
import { reportFields, yesOrNo } from "../parameters.ts";
import { type ExportFormat, exportFormats, exportReports, type Report, trendsReport } from "../reports.ts";
import { type JsonSchema, tidy } from "./json-schema.ts";

/** What each field of a request's body means. What it may hold follows from the types that check it. */
const fieldDescriptions: Readonly<Record<string, string>> = {
  start_date: "First day of the period, in each user's own time zone.",
  end_date: "Last day of the period.",
  previous_period_start: "First day of the period to compare with.",
  project_ids: "Only these projects.",
  client_ids: "Only projects of these clients; null means projects without a client.",
  user_ids: "Only these people.",
  group_ids: "Only people of these groups.",
  billable: "Only billable time, or only time that is not.",
  currency: "ISO 4217 code of the currency, such as usd.",
  resolution: "One row for each day, week, month or quarter.",
  rounding: "-1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.",
  rounding_minutes: "Minutes to round to; 0 does not round.",
  spreadsheet_safe: "true puts an apostrophe before cells that a spreadsheet would run as a formula.",
};

/** What a report takes as its body, made from the types that check it. */
export function requestSchema(report: Report, format?: ExportFormat): JsonSchema {
  const { all, required }: { all: Record<string, $ZodType>; required: readonly string[] } = reportFields[report];
  const fields = { ...all, ...(format === "csv" && { spreadsheet_safe: yesOrNo }) };
  return {
    type: "object",
    description: `What to ask Toggl for: ${report}.`,
    properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, fieldSchema(name, type)])),
    ...(required.length > 0 ? { required } : { minProperties: 1 }),
    additionalProperties: false,
  };
}

/** The name of a report's body among the schemas, such as `ProfitabilityProjectsCsvRequest`. */
export function requestName(report: Report, format = ""): string {
  const words = `${report}/${format}`.split(/[/_]/).filter((word) => word !== "");
  return `${words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("")}Request`;
}

/** All of them by name. */
export const requestSchemas: Readonly<Record<string, JsonSchema>> = Object.fromEntries([
  [requestName(trendsReport), requestSchema(trendsReport)],
  ...exportReports.flatMap((report) =>
    exportFormats.map((format) => [requestName(report, format), requestSchema(report, format)]),
  ),
]);

function fieldSchema(name: string, type: $ZodType): JsonSchema {
  const description = fieldDescriptions[name];
  if (!description) throw new Error(`The field ${name} has no description in api/openapi/request-schemas.ts.`);
  const { $schema: _, ...schema } = toJSONSchema(type, { override: tidy });
  return { ...schema, description };
}
