import { useEffect, useRef, useState } from "preact/hooks";
import { saveFile } from "../save-file.ts";
import type { ChartTable, LegendEntry, Reading } from "./chart-point.ts";
import { Crosshair } from "./crosshair.tsx";
import { Legend } from "./legend.tsx";
import { pngOf } from "./png-of.ts";
import { standaloneSvg } from "./standalone-svg.ts";

interface ChartFigureProps {
  readonly title: string;
  readonly headingLevel: 2 | 3;
  /** What the picture shows, in a sentence. */
  readonly summary: string;
  readonly note?: string | undefined;
  readonly legend: readonly LegendEntry[];
  /** What the picture says bar by bar, where one can point at them. */
  readonly readings?: readonly Reading[];
  /** How high it is in pixels, so that it has its place before it is drawn. */
  readonly height: number;
  /** Draws it at this width in pixels. */
  readonly draw: (width: number) => SVGSVGElement;
  /** What the drawing depends on. */
  readonly drawnFrom: string;
  readonly table: () => ChartTable;
}

/** A chart with its words: a heading, a legend, a summary, a table, and itself to take away. */
export function ChartFigure(props: ChartFigureProps) {
  const { title, headingLevel, summary, note, legend, readings, height, draw, drawnFrom, table } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [isTableShown, showTable] = useState(false);
  const Heading = headingLevel === 2 ? "h2" : "h3";
  const chart = () => place.current?.querySelector("svg") ?? null;

  // DrawnFrom stands for all that draw uses
  useEffect(() => {
    if (width > 0) place.current?.replaceChildren(withoutStyle(draw(width)));
  }, [width, drawnFrom]);

  const fileName =
    title
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/g, "")
      .toLowerCase() || "chart";
  const picture = () => standaloneSvg(chart() as SVGSVGElement, { title, note, legend });
  const plot = (
    <div class="plot" role="img" aria-label={`${title}. ${summary}`} style={{ minHeight: `${height}px` }} ref={place} />
  );
  return (
    <figure class="chart">
      <figcaption>
        <Heading class="clamped" title={title}>
          {title}
        </Heading>
        {note && <p class="note">{note}</p>}
      </figcaption>
      <Legend entries={legend} />
      {readings ? (
        <Crosshair title={title} readings={readings} chart={chart}>
          {plot}
        </Crosshair>
      ) : (
        plot
      )}
      <details class="more" onToggle={({ currentTarget }) => showTable(currentTarget.open)}>
        <summary>
          Table and picture<span class="visually-hidden"> of {title}</span>
        </summary>
        {isTableShown && (
          <>
            <p class="actions">
              <button type="button" onClick={() => saveFile(`${fileName}.svg`, picture())}>
                Save as SVG
              </button>
              <button type="button" onClick={async () => saveFile(`${fileName}.png`, await pngOf(picture(), width))}>
                Save as PNG
              </button>
            </p>
            <FiguresTable title={title} {...table()} />
          </>
        )}
      </details>
    </figure>
  );
}

function FiguresTable({ title, head, rows }: ChartTable & { title: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label={`${title}, as a table`}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={head[column + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The library puts its style into the picture, which the page's security policy forbids; it is in our style sheet. */
function withoutStyle(picture: SVGSVGElement): SVGSVGElement {
  for (const style of picture.querySelectorAll("style")) style.remove();
  picture.setAttribute("aria-hidden", "true");
  return picture;
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!place.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return width;
}
