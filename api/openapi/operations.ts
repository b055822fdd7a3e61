import {
  type ExportFormat,
  type ExportReport,
  exportReports,
  type FileFormat,
  fileFormats,
  scheduledReports,
  trendsReport,
} from "../reports.ts";
import { pageLimits, routes } from "../routes.ts";
import { exportStatuses } from "../statuses.ts";
import { type AnswerName, referenceTo } from "./answer-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";
import { requestName } from "./request-schemas.ts";

/** One answer: what it means, and its JSON body if it has one. */
interface Answer {
  readonly description: string;
  readonly body?: AnswerName;
  readonly headers?: readonly string[];
}

/** What the operations are about. */
export const tags = {
  Reports: "Toggl's reports, at Toggl's own paths.",
  Exports: "What was made: its history, each export, and its file.",
  Schedules: "What makes exports by itself.",
  Description: "What ids and addresses mean.",
};

/** One method of one path, in the words of its readers. */
export interface Operation {
  readonly operationId: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description?: string;
  /** Name of the body's schema, and whether it must be there. */
  readonly body?: { readonly name: string; readonly required: boolean };
  readonly parameters?: readonly Parameter[];
  readonly answers: Readonly<Record<number, Answer>>;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description: string;
  readonly schema: JsonSchema;
}

type NamedRoute = Exclude<(typeof routes)[number], { path: "/{proxy+}" }>;
type RouteKey = NamedRoute extends infer R ? (R extends NamedRoute ? `${R["method"]} ${R["path"]}` : never) : never;

const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same key and body give the same export, however often it is sent, for a day at least.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

const prefer: Parameter = {
  name: "Prefer",
  in: "header",
  description: "`respond-async` has the export made in the background.",
  schema: { type: "string" },
};

const ifNoneMatch: Parameter = {
  name: "If-None-Match",
  in: "header",
  description: "The `ETag` of an earlier answer.",
  schema: { type: "string" },
};

const query = (name: string, description: string, schema: JsonSchema): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});

const day: JsonSchema = { type: "string", format: "date" };

type FileRoute = `POST /workspace/{workspace_id}/${ExportReport}.${ExportFormat}`;

const titles: Record<ExportReport, string> = {
  "profitability/employees": "Profitability of employees",
  "profitability/projects": "Profitability of projects",
  "trends/projects": "Project data trends",
};

/** A report without its routes does not compile. */
true satisfies FileRoute extends RouteKey ? true : false;

/** All routes that make a file, one for each report and format. */
const fileOperations = Object.fromEntries(
  exportReports.flatMap((report) =>
    (["csv", "xlsx"] as const).map((format) => [
      `POST /workspace/{workspace_id}/${report}.${format}`,
      fileOperation(report, format),
    ]),
  ),
) as Record<FileRoute, Operation>;

function fileOperation(report: ExportReport, format: ExportFormat): Operation {
  return {
    operationId: `create_${report.replace("/", "_")}_${format}`,
    tag: "Reports",
    summary: `${titles[report]} as ${format.toUpperCase()}`,
    description: "Waits for the file and answers with a link to it, or has it made in the background.",
    body: { name: requestName(report, format), required: true },
    parameters: [prefer, idempotencyKey],
    answers: {
      201: { description: "The file is there.", body: "PublishedExport", headers: ["Location"] },
      202: {
        description: "It is made in the background; look at `Location`.",
        body: "Export",
        headers: ["Location", "Retry-After", "Preference-Applied"],
      },
    },
  };
}

type LatestRoute = `${"GET" | "HEAD"} /workspace/{workspace_id}/schedules/{name}/latest.${FileFormat}`;

/** A schedule's newest file, one address for each format. */
const latestOperations = Object.fromEntries(
  fileFormats.flatMap((format) =>
    (["GET", "HEAD"] as const).map((method) => [
      `${method} /workspace/{workspace_id}/schedules/{name}/latest.${format}`,
      latestOperation(method, format),
    ]),
  ),
) as Record<LatestRoute, Operation>;

function latestOperation(method: "GET" | "HEAD", format: FileFormat): Operation {
  const isHead = method === "HEAD";
  return {
    operationId: `${method.toLowerCase()}_latest_${format}`,
    tag: "Schedules",
    summary: isHead ? `What is known of the newest ${format}` : `A schedule's newest file as ${format}`,
    description: isHead
      ? "As GET, without a body; the link takes a HEAD request and no other."
      : "Of its newest period. This address never goes stale: each call leads to a fresh link, and never asks Toggl.",
    parameters: [
      query("from_date", "Of the period that begins on this day, in place of the newest.", day),
      ifNoneMatch,
    ],
    answers: {
      303: { description: "To a fresh presigned link.", headers: ["Location", "ETag"] },
      304: { description: "The file is the one that the caller has.", headers: ["ETag"] },
    },
  };
}

/** Every route but the one for unknown addresses: a route without an entry does not compile. */
export const operations: Readonly<Record<RouteKey, Operation>> = {
  ...fileOperations,
  ...latestOperations,
  "POST /workspace/{workspace_id}/data_trends/projects": {
    operationId: "load_data_trends_projects",
    tag: "Reports",
    summary: "Project data trends as JSON",
    description: "Toggl's own answer, byte for byte, day by day for each project.",
    body: { name: requestName(trendsReport), required: true },
    parameters: [ifNoneMatch],
    answers: {
      200: { description: "The trends.", body: "Trends", headers: ["ETag"] },
      304: { description: "They are as they were.", headers: ["ETag"] },
    },
  },
  "GET /workspace/{workspace_id}/exports": {
    operationId: "list_exports",
    tag: "Exports",
    summary: "The history, newest first",
    description:
      "With a filter a page can be short, even empty, and still have a `next_cursor`. `from_date` and `to_date` compare with `start_date` and `end_date` of the export's parameters: one whose period is open at that end does not fit.",
    parameters: [
      query("report", "Only this report.", { type: "string", enum: scheduledReports }),
      query("format", "Only files of this format.", { type: "string", enum: fileFormats }),
      query("schedule", "Only what this schedule made.", { type: "string", minLength: 1 }),
      query("status", "Only exports of this status.", { type: "string", enum: exportStatuses }),
      query("from_date", "Only exports whose period begins on this day or later.", day),
      query("to_date", "Only exports whose period ends on this day or earlier.", day),
      query("limit", "How many on a page.", {
        type: "integer",
        minimum: 1,
        maximum: pageLimits.max,
        default: pageLimits.default,
      }),
      query("cursor", "The `next_cursor` of the page before.", { type: "string", minLength: 1 }),
    ],
    answers: { 200: { description: "A page of the history.", body: "ExportList" } },
  },
  "GET /workspace/{workspace_id}/exports/{export_id}": {
    operationId: "get_export",
    tag: "Exports",
    summary: "One export, with a fresh link",
    answers: { 200: { description: "The export.", body: "ExportWithLink" } },
  },
  "GET /workspace/{workspace_id}/exports/{export_id}/file": {
    operationId: "get_export_file",
    tag: "Exports",
    summary: "An export's file",
    description: "This address never goes stale: each call leads to a fresh link.",
    answers: { 303: { description: "To a fresh presigned link.", headers: ["Location"] } },
  },
  "GET /workspace/{workspace_id}/schedules": {
    operationId: "list_schedules",
    tag: "Schedules",
    summary: "The schedules: next run, last run, paused or not",
    answers: { 200: { description: "All schedules of the workspace.", body: "ScheduleList" } },
  },
  "POST /workspace/{workspace_id}/schedules/{name}/runs": {
    operationId: "run_schedule",
    tag: "Schedules",
    summary: "Run a schedule now",
    description: "For its period as of now, or as of `occurrence`.",
    body: { name: "RunRequest", required: false },
    parameters: [idempotencyKey],
    answers: { 202: { description: "The run is queued.", body: "Run", headers: ["Location", "Retry-After"] } },
  },
  "GET /workspace/{workspace_id}/schedules/{name}/current": {
    operationId: "get_current_files",
    tag: "Schedules",
    summary: "What is current: the newest file of each period",
    description: "The schedule's `manifest.json`; an empty list before the first run.",
    answers: { 200: { description: "The newest period first.", body: "Manifest" } },
  },
  "POST /workspace/{workspace_id}/schedules/{name}/rebuild": {
    operationId: "rebuild_schedule",
    tag: "Schedules",
    summary: "Make `current/` again from the records",
    description: "Without asking Toggl. What is there already stays readable meanwhile.",
    answers: { 202: { description: "It is queued.", body: "Rebuild" } },
  },
  "POST /workspace/{workspace_id}/schedules/{name}/accept-columns": {
    operationId: "accept_columns",
    tag: "Schedules",
    summary: "Take the columns that a schedule holds",
    description: "For schedules with `on_columns_changed` `hold`: the files that wait become current.",
    answers: { 202: { description: "It is queued.", body: "Rebuild" } },
  },
  "GET /workspace/{workspace_id}/names": {
    operationId: "list_names",
    tag: "Description",
    summary: "Names of projects, people, clients and groups by id",
    description:
      "As far as the token may read them; answers 200 whatever Toggl says. They are read at most once an hour: when they are a day old, or when a caller that misses one sends `Cache-Control: no-cache`. Groups are read once a day.",
    answers: { 200: { description: "What is known.", body: "Names" } },
  },
  "GET /openapi.json": {
    operationId: "get_openapi",
    tag: "Description",
    summary: "This description",
    answers: { 200: { description: "OpenAPI 3.1." } },
  },
};

/** The routes that are described, each with its operation. */
export const describedRoutes: readonly (NamedRoute & { operation: Operation })[] = routes.flatMap((route) =>
  route.path === "/{proxy+}" ? [] : [{ ...route, operation: operations[`${route.method} ${route.path}` as RouteKey] }],
);

/** What stands in the paths. */
export const pathParameters: Readonly<Record<string, Omit<Parameter, "in" | "name">>> = {
  workspace_id: { description: "Toggl's id of the workspace.", schema: { type: "integer", minimum: 1 } },
  export_id: { description: "The export's id.", schema: { $ref: referenceTo("ExportId") } },
  name: { description: "The schedule's name.", schema: { type: "string", minLength: 1 } },
};
