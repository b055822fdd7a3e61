import type { Trend } from "../../../client/trend-summary.ts";
import { numbers, sparkPath, sparkSize } from "./spark-path.ts";

/** Both periods of a project as two lines, each project on its own scale: the shape, not the size. */
export function Sparkline({ trend: { current, previous } }: { trend: Trend }) {
  const highest = Math.max(1, ...numbers(current), ...numbers(previous));
  const length = Math.max(current.length, previous.length);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${sparkSize.width} ${sparkSize.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="previous" d={sparkPath(previous, length, highest)} />
      <path class="current" d={sparkPath(current, length, highest)} />
    </svg>
  );
}
