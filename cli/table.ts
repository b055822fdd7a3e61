import stringWidth from "string-width";
import { plainText } from "../lambdas/core/text.ts";

interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Gives way where the terminal is too narrow for all. */
  readonly shortens?: boolean;
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
      .map(({ align }, at) => padded(shortened(row[at] ?? "", widths[at] ?? 0), widths[at] ?? 0, align))
      .join(gap)
      .trimEnd(),
  );
}

function shortened(text: string, width: number): string {
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
