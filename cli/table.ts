import stringWidth from "string-width";
import { plainText } from "../lambdas/core/text.ts";

interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Gives way where the terminal is too narrow for all. */
  readonly shortens?: boolean;
  /** What stands before or behind the value where each row has lines of its own, since no title says what it is. */
  readonly before?: string;
  readonly behind?: string;
}

const gap = "  ";
const narrowest = 8;

/**
 * Lines of a table whose columns line up, also where letters are wide.
 * @param width columns of the terminal; undefined if there is none
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plainText))];
  const needed = columns.map((_, at) => Math.max(...cells.map((row) => stringWidth(row[at] ?? ""))));
  const tooMuch = Math.max(0, needed.reduce((sum, one) => sum + one, gap.length * (columns.length - 1)) - width);
  const widths = needed.map((one, at) =>
    columns[at]?.shortens ? Math.max(Math.min(one, narrowest), one - tooMuch) : one,
  );
  return cells.map((row) =>
    columns
      .map(({ align }, at) => padded(cutTo(row[at] ?? "", widths[at] ?? 0), widths[at] ?? 0, align))
      .join(gap)
      .trimEnd(),
  );
}

/**
 * The same where the terminal is wide enough; else some lines for each row, so that nothing is left out: the first
 * value stands at the margin, and what does not fit beside it goes on below.
 */
export function tableOrBlocks(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const table = tableLines(columns, rows);
  if (table.every((line) => stringWidth(line) <= width)) return table;
  return rows.flatMap((row) => {
    const values = row.map(plainText).flatMap((value, at) => {
      const { before, behind } = columns[at] ?? {};
      return value === "" ? [] : [[before, value, behind].filter(Boolean).join(" ")];
    });
    return blockOf(values, width);
  });
}

/** Values one behind the other, in lines that are no wider. */
function blockOf(values: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const value of values) {
    const line = lines.at(-1);
    const joined = `${line}${gap}${value}`;
    if (line !== undefined && stringWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(cutTo(line === undefined ? value : `${gap}${value}`, width));
  }
  return lines;
}

/** A text that is no wider: what is left out of it leaves an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function padded(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? `${space}${text}` : `${text}${space}`;
}
