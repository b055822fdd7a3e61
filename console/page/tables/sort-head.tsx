interface SortHeadProps {
  readonly label: string;
  /** How its column sorts the table; undefined if another one does. */
  readonly order: "ascending" | "descending" | undefined;
  readonly isFigure?: boolean;
  readonly onSort: () => void;
}

/** A column's head, which sorts the table by it. */
export function SortHead({ label, order, isFigure, onSort }: SortHeadProps) {
  return (
    <th scope="col" class={isFigure ? "figure" : undefined} aria-sort={order}>
      <button type="button" class="sort-button" onClick={onSort}>
        {label}
      </button>
    </th>
  );
}
