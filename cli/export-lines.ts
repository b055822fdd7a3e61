import type { Export } from "../client/api-types.ts";
import { tableLines } from "./table.ts";

/** A history as a table. */
export function historyLines(exports: readonly Export[]): string[] {
  if (exports.length === 0) return ["Nothing was made yet."];
  const rows = exports.map((made) => [
    made.created_at.slice(0, 16).replace("T", " "),
    made.status,
    `${made.report}.${made.format}`,
    daysIn(made),
    made.file ? size(made.file.bytes) : "",
    made.file?.rows === undefined ? "" : String(made.file.rows),
    made.schedule ?? made.requested_by,
    remarkOn(made),
    made.id,
  ]);
  const right = { align: "right" } as const;
  const titles = ["CREATED (UTC)", "STATUS", "REPORT", "DAYS", "SIZE", "ROWS", "BY", "", "ID"];
  return tableLines(
    titles.map((title) => ({ title, ...((title === "SIZE" || title === "ROWS") && right) })),
    rows,
  );
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

/** What is worth to say of an export beside its figures. */
export function remarkOn({ status, problem, resumes_at, unchanged, restatement, restates, warnings }: Export): string {
  if (status === "failed") return problem?.code ?? "";
  if (status === "deferred") return `until ${resumes_at?.slice(11, 16)}`;
  if (unchanged) return "unchanged";
  if (restatement) return `restated: +${restatement.added} −${restatement.removed} ~${restatement.changed} rows`;
  if (restates) return "restated";
  return warnings ? warnings.map(({ code }) => code).join(", ") : "";
}
