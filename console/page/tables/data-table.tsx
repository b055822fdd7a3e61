import { useMemo, useState } from "preact/hooks";
import { count } from "../wording.ts";
import { cellTexts, type FileTable, type SortBy, shownRows, totalsOf } from "./file-table.ts";
import { SortableHead } from "./sortable-head.tsx";

/** So many rows are drawn, and so many more at a time. */
const step = 500;
/** A text of so many letters, such as two days, stays on one line. */
const fewLetters = 24;

/** A file as a table: to sort, to search, with the totals of what can be added up. */
export function DataTable({ table, title }: { table: FileTable; title: string }) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState<SortBy>();
  const [max, setMax] = useState(step);
  const rows = useMemo(() => shownRows(table, { text, sort }), [table, text, sort]);
  const totals = useMemo(() => totalsOf({ ...table, rows }), [table, rows]);
  const textOf = useMemo(() => cellTexts(table), [table]);
  const drawn = rows.slice(0, max);
  const classOf = (column: number) => (table.figures.includes(column) ? "figure" : undefined);
  return (
    <>
      <TableSearch text={text} onInput={setText} shown={rows.length} all={table.rows.length} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there */}
      <section class="scroll data" aria-label={title} tabIndex={0}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <SortableHead columns={table.columns} figures={table.figures} sort={sort} onSort={setSort} />
          <tbody>
            {drawn.map((row, at) => (
              <tr key={at}>
                {table.columns.map((_, column) => (
                  <td
                    key={column}
                    class={classOf(column) ?? ((row[column] ?? "").length <= fewLetters ? "brief" : undefined)}
                  >
                    {textOf(row[column] ?? "", column)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          {totals.some((total) => total !== undefined) && (
            <tfoot>
              <tr>
                {totals.map((total, column) => (
                  <td key={column} class={classOf(column)}>
                    {column === 0 && total === undefined ? `Total of ${count(rows.length, "row")}` : total}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </section>
      {rows.length > drawn.length && (
        <p class="actions">
          The first {count(drawn.length, "row")} are shown.
          <button type="button" onClick={() => setMax(max + step)}>
            Show {step} more
          </button>
        </p>
      )}
    </>
  );
}

interface TableSearchProps {
  readonly text: string;
  readonly onInput: (text: string) => void;
  readonly shown: number;
  readonly all: number;
}

export function TableSearch({ text, onInput, shown, all }: TableSearchProps) {
  return (
    <div class="controls table-search">
      <label>
        <span>Search the rows</span>
        <input
          type="search"
          autoComplete="off"
          value={text}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      </label>
      <p role="status" class="period">
        {shown === all ? count(all, "row") : `${shown} of ${count(all, "row")}`}
      </p>
    </div>
  );
}
