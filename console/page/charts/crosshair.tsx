import type { Plot } from "@observablehq/plot";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Reading } from "./chart-point.ts";

interface CrosshairProps {
  /** What the chart is of, for people who do not see it. */
  readonly title: string;
  readonly readings: readonly Reading[];
  /** The chart below, as it is drawn now. */
  readonly chart: () => SVGSVGElement | null;
  readonly children: ComponentChildren;
}

/** Keys that lead to another place: from here, or to an end. */
const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  PageUp: (at) => at + 7,
  PageDown: (at) => at - 7,
  Home: () => 0,
  End: (_, last) => last,
};

/** A line over a chart that is moved by mouse, finger or arrow keys, and says what the chart has where it stands. */
export function Crosshair({ title, readings, chart, children }: CrosshairProps) {
  const [shown, show] = useState<number | undefined>(undefined);
  const last = readings.length - 1;
  const at = shown === undefined ? undefined : Math.min(shown, last);
  const place = useRef<HTMLDivElement>(null);
  const centers = () => centersOf(chart(), readings);
  const reading = at === undefined ? undefined : readings[at];
  const left = at === undefined ? 0 : (centers()[at] ?? 0);

  const follow = ({ clientX }: { clientX: number }) => {
    const x = clientX - (place.current?.getBoundingClientRect().left ?? 0);
    show(nearest(centers(), x));
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (event.key === "Escape") show(undefined);
    if (!step) return;
    event.preventDefault();
    show(Math.max(0, Math.min(last, at === undefined ? 0 : step(at, last))));
  };
  return (
    <div class="crosshair" ref={place}>
      {children}
      <div
        class="crosshair-ground"
        role="slider"
        tabIndex={0}
        aria-label={`Figures of ${title}, one by one`}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={readings.length}
        aria-valuenow={(at ?? 0) + 1}
        aria-valuetext={textOf(readings[at ?? 0])}
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={({ pointerType }) => pointerType === "mouse" && show(undefined)}
        onKeyDown={press}
        onFocus={() => show((before) => before ?? 0)}
        onBlur={() => show(undefined)}
      />
      {reading && (
        <>
          <div class="crosshair-line" style={{ left: `${left}px` }} />
          <div class="crosshair-tip" style={tipPlace(left, place.current?.clientWidth ?? 0)}>
            {reading.lines.map(({ sign, text }) => (
              <p key={sign}>
                <span class={`swatch ${sign}`} /> {text}
              </p>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** On the side of the line that has more room, so that it stays on the page. */
function tipPlace(left: number, width: number): Record<string, string> {
  const gap = 8;
  return left < width / 2 ? { left: `${left + gap}px` } : { right: `${width - left + gap}px` };
}

function textOf(reading: Reading | undefined): string {
  return reading?.lines.map(({ text }) => text).join("; before, ") ?? "";
}

/** Where the readings stand in the chart, in pixels from its left edge. */
function centersOf(chart: SVGSVGElement | null, readings: readonly Reading[]): number[] {
  const scale = (chart as (SVGSVGElement & Partial<Pick<Plot, "scale">>) | null)?.scale?.("x");
  return readings.map(({ at }) => Number(scale?.apply(at)) + (scale?.bandwidth ?? 0) / 2);
}

function nearest(centers: readonly number[], x: number): number {
  return centers.reduce(
    (best, center, at) => (Math.abs(center - x) < Math.abs((centers[best] ?? 0) - x) ? at : best),
    0,
  );
}
