import type { Export, ExportFields, Warning } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import { plainText, shortened } from "../text.ts";
import { isPublished } from "./export.ts";

/** What events say that they come from. */
export const eventSource = "toggl-insights";

/** An event for EventBridge. */
export interface InsightsEvent {
  /** EventBridge's `detail-type`. */
  readonly type: ExportEventType | "Run Completed";
  readonly detail: Readonly<Record<string, unknown>>;
}

type ExportEventType =
  | "Export Succeeded"
  | "Export Failed"
  | "Export Deferred"
  | "Export Restated"
  | "Export Rows Fell"
  | "Export Columns Changed";

/** Where an export was made. */
export interface Deployed {
  /** The address of the API. */
  readonly apiUrl: string;
  readonly stackName: string;
}

/**
 * What is said of an export once it is made, failed or deferred. No download link: those die. Programs that sign have
 * `file_url`, which makes a fresh one; a browser cannot open it, so the sentence for people says what they can do.
 */
export function exportEvents(record: Export, { apiUrl, stackName }: Deployed): InsightsEvent[] {
  return typesOf(record).map((type) => {
    const file_url = isPublished(record) && `${apiUrl}/workspace/${record.workspace_id}/exports/${record.id}/file`;
    return {
      type,
      detail: { ...detailOf(record), ...(file_url && { file_url }), summary: summaryOf(type, record, stackName) },
    };
  });
}

function typesOf(record: Export): ExportEventType[] {
  if (record.status === "failed") return ["Export Failed"];
  if (record.status === "deferred") return ["Export Deferred"];
  const isRestated = record.status === "succeeded" && record.restates !== undefined;
  return [
    "Export Succeeded",
    ...(isRestated ? (["Export Restated"] as const) : []),
    ...(warningOf(record, "rows_fell") ? (["Export Rows Fell"] as const) : []),
    ...(warningOf(record, "columns_changed") ? (["Export Columns Changed"] as const) : []),
  ];
}

/** The warning of this code, if the export has one. */
export function warningOf(record: Export, code: Warning["code"]): Warning | undefined {
  const { warnings }: ExportFields = record;
  return warnings?.find((one) => one.code === code);
}

/** The export without what could be long: an event has 256 KB. */
function detailOf(record: Export): object {
  const { parameters, file, event_sent_at: _, warnings: __, ...short }: ExportFields = record;
  const { start_date, end_date } = parameters ?? {};
  const { columns: ___, ...fileFacts } = file ?? {};
  return {
    ...short,
    ...(parameters && shortParameters(parameters)),
    ...(start_date && { start_date }),
    ...(end_date && { end_date }),
    ...(file && { file: fileFacts }),
  };
}

/** Bytes of parameters in an event, at most: five thousand ids. With all else an event stays below 200 KB. */
const maxParameterBytes = 64 * 1024;

/** Parameters without the longest ones where they have more bytes than that, and the names of those. */
function shortParameters(parameters: Parameters): { parameters: Parameters; parameters_left_out?: readonly string[] } {
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const kept: Record<string, unknown> = { ...parameters };
  const leftOut: string[] = [];
  for (const [name] of Object.entries(parameters).toSorted(([, one], [, other]) => bytesOf(other) - bytesOf(one))) {
    if (bytesOf(kept) <= maxParameterBytes) break;
    delete kept[name];
    leftOut.push(name);
  }
  return { parameters: kept, ...(leftOut.length > 0 && { parameters_left_out: leftOut }) };
}

/** Which of an export's warnings an event is about. */
const warningCodeOf: { readonly [Type in ExportEventType]?: Warning["code"] } = {
  "Export Rows Fell": "rows_fell",
  "Export Columns Changed": "columns_changed",
};

/** A few sentences for people. */
function summaryOf(type: ExportEventType, record: Export, stackName: string): string {
  const { id, workspace_id, parameters, schedule } = record;
  const { start_date = "the beginning", end_date = "today" } = parameters;
  const what = `${record.report} as ${record.format} for ${start_date} to ${end_date}, workspace ${workspace_id}`;
  const whose = schedule ? `, schedule ${schedule}` : "";
  const restatement = type === "Export Restated" && record.status === "succeeded" ? record.restatement : undefined;
  const rows = restatement
    ? ` Rows: ${restatement.changed} changed, ${restatement.added} added, ${restatement.removed} removed.`
    : "";
  const code = warningCodeOf[type];
  const warning = code && warningOf(record, code);
  const odd = warning ? ` ${warning.detail}` : "";
  const why = "problem" in record && record.problem ? ` ${record.problem.detail}` : "";
  const until = record.status === "deferred" ? ` It goes on at ${record.resumes_at}.` : "";
  const get = `npx toggl-insights download ${id} --workspace ${workspace_id} --stack ${stackName}`;
  const how = isPublished(record) ? ` To get the file: ${get} (or in the console, under Exports).` : "";
  return `${type}: ${what}${whose}.${rows}${odd}${why}${until}${how}`;
}

/** What is sent to people. */
export interface Notice {
  /** ASCII, 1 to 99 characters on one line. */
  readonly subject: string;
  /** On one line; never empty, below SNS's 262,144 bytes. */
  readonly message: string;
}

/** What a notice takes of an event; anybody in the account can put events, so none of it need be text. */
export interface NoticedEvent {
  readonly "detail-type"?: unknown;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** SNS wants less than 100 characters (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const maxSubject = 99;

/** Three bytes at most for each UTF-16 unit: 240,000 of SNS's 262,144. */
const maxMessage = 80_000;

const sender = "Toggl Insights";

/** The mail about an event: its `summary` as it is, and a subject such as `Toggl Insights: export failed, monthly-usd`. */
export function noticeOf({ "detail-type": type, detail }: NoticedEvent): Notice {
  const { summary, schedule, report, format } = detail ?? {};
  const whose = asciiLine(schedule) || [report, format].map(asciiLine).filter(Boolean).join(" as ");
  const what = [asciiLine(type).toLowerCase(), whose].filter(Boolean).join(", ");
  const subject = cutAtWord([sender, what].filter(Boolean).join(": "), maxSubject);
  return { subject, message: shortened(messageLine(summary), maxMessage) || subject };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** One line in UTF-8, which half a pair of surrogates is not. */
function messageLine(value: unknown): string {
  return plainText(textOf(value))
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .trim();
}

/** One line of ASCII: letters without their accents, and without what has no such letter. */
function asciiLine(value: unknown): string {
  const ascii = plainText(textOf(value))
    .normalize("NFKD")
    .replaceAll(/[^ -~]/g, "");
  return ascii.replaceAll(/ +/g, " ").trim();
}

function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const mark = "...";
  const blank = text.lastIndexOf(" ", max - mark.length);
  const end = blank > sender.length + 1 ? blank : max - mark.length;
  return text.slice(0, end).replace(/[,: ]+$/, "") + mark;
}
