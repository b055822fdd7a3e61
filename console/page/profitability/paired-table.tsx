import { useMemo, useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { TableSearch } from "../tables/data-table.tsx";
import type { SortBy } from "../tables/file-table.ts";
import { SortableHead } from "../tables/sortable-head.tsx";
import { changeShare, figure } from "../wording.ts";
import { pairedRows } from "./paired-rows.ts";
import type { PairedRow, PairedTable as Pairs } from "./side-by-side.ts";

interface PairedTableProps {
  readonly pairs: Pairs;
  readonly title: string;
  /** The other period, in words. */
  readonly other: string;
}

/** Two periods side by side: each figure, and under it how it changed. */
export function PairedTable({ pairs, title, other }: PairedTableProps) {
  const [text, setText] = useState("");
  const [sort, setSort] = useState<SortBy>();
  const [by, setBy] = useState<"figure" | "change">("figure");
  const rows = useMemo(() => pairedRows(pairs, { text, sort, by }), [pairs, text, sort, by]);
  const { nameColumns, figureColumns, decimals } = pairs;
  const columns = [...nameColumns, ...figureColumns];
  const figures = figureColumns.map((_, at) => nameColumns.length + at);
  const cells = (figuresOf: PairedRow["figures"]) =>
    figuresOf.map(({ here, there }, at) => (
      <td key={at} class="figure">
        {here === undefined ? "–" : figure(here, decimals[at] ?? 0)}
        <span class="line">{changeText(here, there, decimals[at] ?? 0)}</span>
      </td>
    ));
  return (
    <>
      <TableSearch text={text} onInput={setText} shown={rows.length} all={pairs.rows.length} />
      <div class="controls table-search">
        <Choice
          label="Columns of figures sort by"
          value={by}
          choices={{ figure: "The figure", change: "How much it changed" }}
          onChoose={(to) => setBy(to === "change" ? "change" : "figure")}
        />
        <p class="period">Under each figure: the change since {other}.</p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there */}
      <section class="scroll data" aria-label={title} tabIndex={0}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <SortableHead columns={columns} figures={figures} sort={sort} onSort={setSort} />
          <tbody>
            {rows.map(({ names, figures: figuresOf }) => (
              <tr key={names.join("\n")}>
                {names.map((name, at) => (
                  <td key={at}>{name}</td>
                ))}
                {cells(figuresOf)}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              {nameColumns.map((name, at) => (
                <td key={name}>{at === 0 && "Total of all rows"}</td>
              ))}
              {cells(pairs.totals)}
            </tr>
          </tfoot>
        </table>
      </section>
    </>
  );
}

function changeText(here: number | undefined, there: number | undefined, decimals: number): string {
  if (there === undefined) return "new";
  if (here === undefined) return `was ${figure(there, decimals)}`;
  const change = here - there;
  if (Number(change.toFixed(decimals)) === 0) return "no change";
  const share = there > 0 ? ` (${changeShare(here, there)})` : "";
  return `${change > 0 ? "+" : ""}${figure(change, decimals)}${share}`;
}
