import type { ExportOrder, ExportOrigin } from "../../../api/export.ts";
import type { Rebuild } from "../../../api/manifest.ts";
import type { Parameters } from "../../../api/parameters.ts";
import type { FileFormat, Report } from "../../../api/reports.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isoTime, parseInstant } from "../../../api/times.ts";
import { type ExportJob, scheduledExports } from "../schedules/schedule.ts";
import { isExportId } from "./export-id.ts";

/** Which run of which schedule. */
export interface Run {
  readonly schedule: string;
  /** ISO 8601, to the second. */
  readonly occurrence: string;
  /** false leaves out the periods before that the schedule makes again. */
  readonly refresh?: false;
}

/** What a run makes, whatever becomes of its schedule. What all its exports share stands once: a message has 256 KB. */
export interface RunOrder {
  readonly workspace_id: number;
  readonly report: Report;
  /** What goes to Toggl beside the days. */
  readonly parameters: Parameters;
  readonly exports: readonly {
    readonly id: string;
    readonly format: FileFormat;
    readonly spreadsheet_safe?: true;
    readonly isRefresh: boolean;
    readonly madeFrom?: string;
    readonly days: Parameters;
  }[];
}

/** Whether a value is what a run makes, and nothing that only looks like it. */
export function isRunOrder(value: unknown): value is RunOrder {
  if (!isObject(value) || !Number.isSafeInteger(value.workspace_id) || !isObject(value.parameters)) return false;
  const { exports } = value;
  return (
    Array.isArray(exports) && exports.every((one) => isObject(one) && isExportId(String(one.id)) && isObject(one.days))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a schedule makes in a run, as it stands now. */
export function orderOf(schedule: ConfiguredSchedule, { occurrence, refresh }: Run): RunOrder {
  const { workspace_id, report, parameters } = schedule;
  const jobs = scheduledExports(schedule, Date.parse(occurrence));
  const exports = jobs
    .filter(({ isRefresh }) => refresh !== false || !isRefresh)
    .map(
      ({
        id,
        format,
        spreadsheet_safe,
        isRefresh,
        madeFrom,
        parameters: { start_date, end_date, previous_period_start },
      }) => ({
        id,
        format,
        ...(spreadsheet_safe && { spreadsheet_safe }),
        isRefresh,
        ...(madeFrom && { madeFrom }),
        days: {
          ...(start_date !== undefined && { start_date }),
          ...(end_date !== undefined && { end_date }),
          ...(previous_period_start !== undefined && { previous_period_start }),
        },
      }),
    );
  return { workspace_id, report, parameters, exports };
}

/** The exports of an order, the newest period first. */
export function jobsOfOrder({ schedule, occurrence }: Run, order: RunOrder): ExportJob[] {
  const { workspace_id, report, parameters, exports } = order;
  return exports.map(({ id, format, spreadsheet_safe, isRefresh, madeFrom, days }) => ({
    id,
    workspace_id,
    report,
    format,
    parameters: { ...parameters, ...days },
    ...(spreadsheet_safe && { spreadsheet_safe }),
    requested_by: "schedule",
    schedule,
    occurrence: isoTime(Date.parse(occurrence)),
    isRefresh,
    ...(madeFrom && { madeFrom }),
  }));
}

/** What waits on the queue. It carries what was promised, since the configuration may be another when it is worked on. */
export type QueueMessage = {
  /** Tells what belongs together in the logs. */
  readonly correlation_id?: string;
} & (
  | (Run & {
      /** Only EventBridge's own messages come without. */
      readonly order?: RunOrder;
    })
  /** One export that a caller asked for. */
  | {
      readonly export: ExportOrder &
        Pick<ExportOrigin, "requested_with"> & { readonly id: string; readonly created_at: string };
    }
  /** The settled export whose event could not be sent. */
  | { readonly event_of: { readonly workspace_id: number; readonly id: string } }
  /** A schedule whose part of `current/` is to be made again, with columns that are accepted from now on. */
  | { readonly rebuild: Rebuild }
);

/** What a message asks for. */
export type Asked = { readonly correlation_id: string | undefined } & (
  | { readonly kind: "exports"; readonly jobs: readonly ExportJob[] }
  | { readonly kind: "run"; readonly run: Run }
  | { readonly kind: "event"; readonly of: { readonly workspace_id: number; readonly id: string } }
  | { readonly kind: "rebuild"; readonly rebuild: Rebuild }
);

/** @throws Error that says why nothing can be made of it */
export function readMessage(body: string): Asked {
  const message: Partial<Record<string, unknown>> | null = JSON.parse(body);
  if (typeof message !== "object" || message === null) throw new Error("The message is no JSON object");
  const { correlation_id: id, export: order, event_of, rebuild } = message;
  const correlation_id = typeof id === "string" ? id : undefined;
  if (isOrder(order)) {
    return { correlation_id, kind: "exports", jobs: [{ ...order, requested_by: "http", isRefresh: false }] };
  }
  if (isRebuild(rebuild)) return { correlation_id, kind: "rebuild", rebuild };
  if (isExport(event_of)) return { correlation_id, kind: "event", of: event_of };
  const run = runOf(message);
  if (!isRunOrder(message.order)) return { correlation_id, kind: "run", run };
  return { correlation_id, kind: "exports", jobs: jobsOfOrder(run, message.order) };
}

function runOf({ schedule, occurrence, refresh }: Partial<Record<string, unknown>>): Run {
  if (typeof schedule !== "string" || typeof occurrence !== "string") {
    throw new Error("The message has neither schedule and occurrence nor an export");
  }
  const time = parseInstant(occurrence);
  if (time === undefined) throw new Error(`The occurrence ${occurrence} is no time`);
  return { schedule, occurrence: isoTime(time), ...(refresh === false && { refresh }) };
}

function isRebuild(value: unknown): value is Rebuild {
  if (!isObject(value) || typeof value.schedule !== "string") return false;
  const { accepted = [] } = value;
  return Array.isArray(accepted) && accepted.every((one) => isObject(one) && Array.isArray(one.columns));
}

function isExport(value: unknown): value is { id: string; workspace_id: number } {
  return typeof value === "object" && value !== null && "id" in value && isExportId(String(value.id));
}

function isOrder(value: unknown): value is ExportOrder & { id: string; created_at: string } {
  return isExport(value);
}
