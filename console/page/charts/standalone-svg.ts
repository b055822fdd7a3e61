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

/** A chart as a file of its own: with the colours that it has on the page, on the page's ground, and with its title. */
export function standaloneSvg(chart: SVGSVGElement, title: string): Blob {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll("*")];
  for (const [index, part] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[index] as Element);
    for (const name of styled) part.setAttribute(name, style.getPropertyValue(name));
    part.removeAttribute("style");
    part.removeAttribute("class");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.removeAttribute("aria-hidden");
  copy.prepend(svgPart("title", { text: title }), ground(chart));
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
}

function ground(chart: SVGSVGElement): SVGElement {
  const fill = getComputedStyle(chart.closest("figure") ?? document.body).backgroundColor;
  return svgPart("rect", { attributes: { width: "100%", height: "100%", fill } });
}

function svgPart(
  name: "title" | "rect",
  { text = "", attributes = {} }: { text?: string; attributes?: Record<string, string> },
): SVGElement {
  const part = document.createElementNS("http://www.w3.org/2000/svg", name);
  part.textContent = text;
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  return part;
}
