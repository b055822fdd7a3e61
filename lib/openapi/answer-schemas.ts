import * as z from "zod";
import type { Export as ExportRecord } from "../../lambdas/core/exports/export.ts";
import { exportStatuses, warningCodes } from "../../lambdas/core/exports/export.ts";
import { exportFormats, exportReports } from "../../lambdas/core/exports/reports.ts";
import type { FailureKind } from "../../lambdas/core/failure.ts";
import { type Problem as FailureProblem, failureKinds } from "../../lambdas/core/problem.ts";
import {
  type Schedule as ConfiguredSchedule,
  previousPeriods,
  weekdays,
} from "../../lambdas/core/schedules/schedule.ts";
import { gatewayProblems } from "../constructs/gateway-problems.ts";
import { type JsonSchema, tidy } from "./json-schema.ts";

/** Holds where two types have the same fields, so that the description cannot fall behind the code. */
type SameFields<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : false;

const time = z.iso.datetime().describe("ISO 8601, in UTC.");
const exportId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .describe("A ULID: ids sort by time.");
const workspaceId = z.int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const parameters = z
  .looseObject({ start_date: z.iso.date().optional(), end_date: z.iso.date().optional() })
  .describe("Exactly what goes to Toggl.");

const FieldError = z.object({
  field: z.string(),
  pointer: z.string().optional().describe("JSON pointer into the body; absent for path, query and headers."),
  detail: z.string(),
});

const codes = [...new Set([...failureKinds, ...gatewayProblems.map(({ code }) => code)])];
const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().optional().describe("Absent where API Gateway chose the status."),
    detail: z.string().describe("What is wrong and what to do."),
    instance: z.string().describe("Names this one occurrence; the log has it too."),
    code: z.literal(codes as FailureKind[]),
    retryable: z.boolean().describe("Whether the same request can succeed later, without anybody changing anything."),
    errors: z.array(FieldError).optional().describe("One entry for each field that does not fit."),
  })
  .describe("An error (RFC 9457).");

const ExportFile = z.object({
  bucket: z.string(),
  key: z.string(),
  bytes: count,
  rows: count.optional().describe("Records below the header; CSV only."),
  columns: z.array(z.string()).optional().describe("Names in the header; CSV only."),
  sha256,
  source_sha256: sha256.optional().describe("Of Toggl's own bytes, where the file was made safe for spreadsheets."),
  content_type: z.string(),
});

const TogglUsage = z.object({
  requests: count.describe("Requests made, retries included."),
  quota_remaining: z.int().optional(),
  quota_resets_at: time.optional(),
});

const exportFields = {
  id: exportId,
  status: z.literal(exportStatuses),
  workspace_id: workspaceId,
  report: z.literal(exportReports),
  format: z.literal(exportFormats),
  parameters,
  spreadsheet_safe: z.literal(true).optional(),
  requested_by: z.literal(["http", "schedule"]),
  schedule: z.string().optional(),
  occurrence: time.optional().describe("The moment that the schedule's run was due at."),
  created_at: time,
  completed_at: time.optional(),
  file: ExportFile.optional(),
  warnings: z
    .array(z.object({ code: z.literal(warningCodes), detail: z.string() }))
    .optional()
    .describe("Something odd about the file that is no proof of damage."),
  toggl: TogglUsage.optional(),
  attempts: count.optional().describe("How often it was tried; waiting for Toggl or its token does not count."),
  waits: count
    .optional()
    .describe("How often it waited for Toggl's quota or pace, or for a token; after 24 times it fails."),
  resumes_at: time.optional().describe("When a deferred export is tried again."),
  problem: Problem.optional(),
  restates: exportId.optional().describe("The earlier export of the same days that this one differs from."),
  restatement: z.object({ added: count, removed: count, changed: count }).optional().describe("How its rows differ."),
  unchanged: z.literal(true).optional().describe("The same content was there before: `file` is that earlier file."),
  event_sent_at: time.optional().describe("When the event about the outcome went out."),
  event_failed_at: time
    .optional()
    .describe("When that event could not be sent; it is sent as soon as that works, and then this goes."),
};

const Export = z.object(exportFields).describe("An export as its record holds it.");
const link = { download_url: z.url().optional(), download_url_expires_at: time.optional() };
const ExportWithLink = z.object({ ...exportFields, ...link }).describe("An export, with a fresh link to its file.");
const ExportList = z.object({
  exports: z.array(Export),
  unreadable: z
    .array(z.string())
    .optional()
    .describe("Ids of exports that belong on this page but cannot be read; each one's own address says why."),
  next_cursor: z.string().optional().describe("Absent on the last page."),
});

const scheduleFields = {
  name: z.string(),
  workspace_id: workspaceId,
  report: z.literal(exportReports),
  formats: z.array(z.literal(exportFormats)),
  cron: z.string().optional(),
  rate: z.string().optional(),
  time_zone: z.string(),
  enabled: z.boolean().describe("false while it is paused."),
  period: z.string(),
  week_start: z.literal(weekdays),
  settle_days: count,
  previous_period: z.literal(previousPeriods),
  refresh_previous: count,
  spreadsheet_safe: z.boolean().optional(),
  parameters,
};
const Schedule = z.object({ ...scheduleFields, next_run_at: time.optional(), last_export: Export.optional() });
const ScheduleList = z.object({ schedules: z.array(Schedule) });

const RunRequest = z.object({
  occurrence: time.optional().describe("The moment that the run is to be for; now if left out."),
  refresh: z.boolean().optional().describe("false leaves out the periods before."),
});
const Run = z.object({
  schedule: z.string(),
  occurrence: time,
  refresh: z.literal(false).optional(),
  exports: z.array(Export),
});

const seconds = z.array(z.number()).nullable().optional();
const Trend = z
  .looseObject({
    project_id: z.int(),
    user_ids: z.array(z.int()).nullable().optional(),
    start: z.string().optional(),
    end: z.string().nullable().optional(),
    previousStart: z.string().nullable().optional(),
    current_period_seconds: seconds.describe("One figure a day."),
    previous_period_seconds: seconds.describe("One figure a day; need not be as long as the current period's."),
  })
  .describe("One project's time, as Toggl sends it.");
const Trends = z
  .union([z.array(Trend), z.looseObject({ items: z.array(Trend).nullable() }), z.null()])
  .describe("Toggl's own answer, byte for byte: its two documents disagree about the outer form.");

const namesById = z.record(z.string().regex(/^\d+$/), z.string());
const Names = z
  .object({ projects: namesById, users: namesById, updated_at: time.optional() })
  .describe("Names by id, as far as Toggl told them; empty where the token may not read them.");

const schemas = {
  FieldError,
  Problem,
  ExportFile,
  TogglUsage,
  Export,
  ExportWithLink,
  ExportList,
  Schedule,
  ScheduleList,
  RunRequest,
  Run,
  Names,
  Trend,
  Trends,
};

true satisfies SameFields<z.infer<typeof Export>, ExportRecord>;
true satisfies SameFields<z.infer<typeof Problem>, FailureProblem>;
true satisfies SameFields<z.infer<z.ZodObject<typeof scheduleFields>>, ConfiguredSchedule>;

export type AnswerName = keyof typeof schemas;

/** All answers by name, for `components.schemas`. */
export function answerSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: referenceTo, override: tidy }).schemas as Record<string, JsonSchema>;
  return Object.fromEntries(Object.entries(made).map(([name, { $schema, $id, id, ...schema }]) => [name, schema]));
}

/** Where a schema stands in the document. */
export function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}
