import stringWidth from "string-width";

export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/** Lines of a table whose columns line up, also where letters are wide. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => stringWidth(row[at] ?? ""))));
  return cells.map((row) =>
    columns
      .map(({ align }, at) => padded(row[at] ?? "", widths[at] ?? 0, align))
      .join("  ")
      .trimEnd(),
  );
}

function padded(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? `${space}${text}` : `${text}${space}`;
}
