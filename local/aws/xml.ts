type Content = string | number | boolean | Node | readonly Node[] | readonly string[];

/** Elements by name; a list repeats its element, and undefined leaves it out. */
interface Node {
  readonly [name: string]: Content | undefined;
}

/** A small XML document, as S3 and SNS answer. */
export function xml(root: string, node: Node, namespace = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace && ` xmlns="${namespace}"`}>${inner(node)}</${root}>`;
}

function inner(content: Content): string {
  if (typeof content !== "object") return escaped(String(content));
  return Object.entries(content)
    .map(([name, value]) => elements(name, value))
    .join("");
}

function elements(name: string, value: Content | undefined): string {
  if (value === undefined) return "";
  const values: readonly Content[] = Array.isArray(value) ? value : [value as Content];
  return values.map((one) => `<${name}>${inner(one)}</${name}>`).join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
