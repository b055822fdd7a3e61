const field = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

/**
 * The names in a CSV file's header.
 * @param head the file's beginning, with at least the whole header; a longer header is cut with it
 */
export function csvHeader(head: Buffer): string[] {
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^[\r\n]+/, "");
  return Array.from(
    firstRecord(text).matchAll(field),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

function firstRecord(text: string): string {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    if (text[at] === "\n" && !quoted) return text.slice(0, at).replace(/\r$/, "");
  }
  return text;
}
