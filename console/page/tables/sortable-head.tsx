import type { SortBy } from "./file-table.ts";
import { SortHead } from "./sort-head.tsx";

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
            <SortHead
              key={column}
              label={name || "(no name)"}
              order={isSorted ? order : undefined}
              isFigure={figures.includes(column)}
              onSort={() => onSort({ column, isDescending })}
            />
          );
        })}
      </tr>
    </thead>
  );
}
