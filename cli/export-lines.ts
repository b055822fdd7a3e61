import { askedBy } from "../api/callers.ts";
import type { Export } from "../api/export.ts";
import { tableOrBlocks } from "./table.ts";

const historyColumns = [
  { title: "ID" },
  { title: "STATUS" },
  { title: "REPORT" },
  { title: "DAYS" },
  { title: "CURRENCY" },
  { title: "SIZE", align: "right" },
  { title: "ROWS", align: "right", behind: "rows" },
  { title: "BY", before: "by" },
  { title: "CREATED (UTC)", before: "created", behind: "UTC" },
  { title: "" },
] as const;

/**
 * A history as a table, or as blocks of lines where the terminal is narrow.
 * @param width columns of the terminal; undefined if there is none
 */
export function historyLines(exports: readonly Export[], width?: number): string[] {
  if (exports.length === 0) return ["Nothing was made yet."];
  const rows = exports.map((made) => [
    made.id,
    made.status,
    `${made.report}.${made.format}`,
    daysIn(made),
    currencyOf(made),
    made.status === "succeeded" ? size(made.file.bytes) : "",
    made.status === "succeeded" ? String(made.file.rows ?? "") : "",
    askedBy(made),
    made.created_at.slice(0, 16).replace("T", " "),
    remarkOn(made),
  ]);
  return tableOrBlocks(historyColumns, rows, width);
}

function currencyOf({ parameters }: Pick<Export, "parameters">): string {
  return typeof parameters.currency === "string" ? parameters.currency.toUpperCase() : "";
}

export function daysIn({ parameters }: Pick<Export, "parameters">): string {
  const { start_date = "open", end_date = "open" } = parameters;
  return `${start_date} to ${end_date}`;
}

/** Bytes in the unit that suits them, of 1,000 each. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Until when to wait. The quota resets within the hour, so the day is worth its room only where it is another one.
 * @param moment ISO 8601, as is that at which it was said
 */
export function untilText(moment: string, saidAt: string): string {
  const [day = "", time = ""] = moment.slice(0, 16).split("T");
  return `until ${saidAt.startsWith(day) ? time : `${day} ${time}`} UTC`;
}

/** What is worth to say of an export beside its figures. */
export function remarkOn(made: Export): string {
  if (made.status === "failed") return made.problem.code;
  if (made.status === "deferred") return untilText(made.resumes_at, made.created_at);
  if (made.status !== "succeeded") return "";
  const { unchanged, restatement, restates, warnings = [] } = made;
  const { added, removed, changed } = restatement ?? {};
  const rows = restatement && `restated: +${added} −${removed} ~${changed} rows`;
  const outcome = unchanged ? "unchanged" : (rows ?? (restates && "restated"));
  return [outcome, ...warnings.map(({ code }) => code)].filter(Boolean).join(", ");
}
