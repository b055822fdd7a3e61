import { cutInMiddle } from "../short-names.ts";
import type { LegendEntry, Sign } from "./chart-point.ts";

/** What the page's style sheet decides about a picture's parts. */
const styled = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant-numeric",
  "text-anchor",
  "opacity",
];

interface ChartWords {
  readonly title: string;
  readonly note?: string | undefined;
  readonly legend: readonly LegendEntry[];
}

/** Pixels around everything, and how high a line is. */
const edge = 14;
const lineHeight = 20;
/** How wide letters are at most, as a share of their size. */
const letterWidth = 0.58;

/**
 * A chart as a file of its own: its title, note and legend above it, with the colours that it has on the page, on the
 * page's ground.
 */
export function standaloneSvg(chart: SVGSVGElement, words: ChartWords): Blob {
  const { width, height } = chart.viewBox.baseVal;
  const { parts, bottom } = headOf(chart, words, width);
  const copy = withOwnStyle(chart);
  for (const [name, value] of Object.entries({ x: edge, y: bottom, width, height })) {
    copy.setAttribute(name, String(value));
  }
  const size = { width: width + 2 * edge, height: bottom + height + edge };
  const ground = svgPart("rect", { width: "100%", height: "100%", fill: groundOf(chart) });
  const all = svgPart("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}` });
  const title = svgPart("title", {}, words.title);
  all.append(title, ground, ...parts, copy);
  return new Blob([new XMLSerializer().serializeToString(all)], { type: "image/svg+xml" });
}

function withOwnStyle(chart: SVGSVGElement): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll("*")];
  for (const [index, part] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[index] as Element);
    for (const name of styled) part.setAttribute(name, style.getPropertyValue(name));
    part.removeAttribute("style");
    part.removeAttribute("class");
  }
  copy.setAttribute("overflow", "visible");
  copy.removeAttribute("aria-hidden");
  return copy;
}

/** Title, note and legend as lines of text, and where they end. */
function headOf(chart: SVGSVGElement, { title, note, legend }: ChartWords, width: number) {
  const figure = getComputedStyle(chart.closest("figure") ?? document.body);
  const colour = (name: string) => figure.getPropertyValue(name).trim();
  const font = { "font-family": getComputedStyle(chart).fontFamily };
  const text = (words: string, x: number, y: number, size: number, fill: string, more = {}) =>
    svgPart("text", { x, y, "font-size": size, fill: colour(fill), ...font, ...more }, words);
  const short = (words: string, size: number) => cutInMiddle(words, Math.floor(width / (size * letterWidth)));
  let y = edge + 14;
  const parts = [text(short(title, 16), edge, y, 16, "--ink", { "font-weight": 600 })];
  if (note) {
    y += lineHeight;
    parts.push(text(short(note, 12), edge, y, 12, "--muted"));
  }
  let x = edge;
  y += lineHeight + 2;
  for (const { sign, text: words } of legend) {
    const taken = 20 + words.length * 12 * letterWidth + 18;
    if (x > edge && x + taken > width + edge) {
      x = edge;
      y += lineHeight;
    }
    parts.push(signAt(sign, x, y, colour), text(words, x + 18, y, 12, "--muted"));
    x += taken;
  }
  return { parts, bottom: y + 10 };
}

/** The mark of a legend's entry, with its text's line. */
function signAt(sign: Sign, x: number, y: number, colour: (name: string) => string): SVGElement {
  const line = { stroke: colour("--previous"), "stroke-width": 2, fill: "none" };
  if (sign === "previous") return svgPart("path", { d: `M${x} ${y - 4}h12`, ...line });
  if (sign === "no-data-before") return svgPart("path", { d: `M${x + 3} ${y - 7}l6 6m0 -6l-6 6`, ...line });
  if (sign === "weekend") return svgPart("rect", { x, y: y - 6, width: 12, height: 4, fill: colour("--axis") });
  return svgPart("rect", { x, y: y - 10, width: 12, height: 12, rx: 2, fill: colour(`--${sign}`) });
}

function groundOf(chart: SVGSVGElement): string {
  return getComputedStyle(chart.closest("figure") ?? document.body).backgroundColor;
}

function svgPart(name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const part = document.createElementNS("http://www.w3.org/2000/svg", name);
  part.textContent = text;
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, String(value));
  return part;
}
