import type { LegendEntry } from "./chart-point.ts";

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ sign, text }) => (
        <li key={sign}>
          {sign === "no-data-before" ? <span class="cross">×</span> : <span class={`swatch ${sign}`} />} {text}
        </li>
      ))}
    </ul>
  );
}
