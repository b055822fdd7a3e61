import type { SortBy } from "./file-table.ts";

interface SortableHeadProps {
  readonly columns: readonly string[];
  readonly figures: readonly number[];
  readonly sort: SortBy | undefined;
  readonly onSort: (sort: SortBy) => void;
}

/** A table's head, whose names sort: figures the largest first, all else from A to Z; once more is the other way. */
export function SortableHead({ columns, figures, sort, onSort }: SortableHeadProps) {
  return (
    <thead>
      <tr>
        {columns.map((name, column) => {
          const isSorted = sort?.column === column;
          const isDescending = isSorted ? !sort.isDescending : figures.includes(column);
          const order = sort?.isDescending ? "descending" : "ascending";
          return (
            <th
              key={column}
              scope="col"
              class={figures.includes(column) ? "figure" : undefined}
              aria-sort={isSorted ? order : undefined}
            >
              <button type="button" class="quiet sort" onClick={() => onSort({ column, isDescending })}>
                {name || "(no name)"}
                <span aria-hidden="true">{isSorted ? (sort.isDescending ? " ↓" : " ↑") : ""}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
