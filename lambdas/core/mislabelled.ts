/** Why the beginning of a supposed CSV file shows that it is something else; undefined if it does not. */
export function mislabelled(head: Buffer): string | undefined {
  if (head.subarray(0, 4).toString("latin1") === "PK\x03\x04") return "it is a workbook or another zip file";
  const text = textOf(head);
  if (/^\s*<(!doctype|!--|html|head|body|\?xml)/i.test(text)) return "it is an HTML page";
  if (/^\s*[{[]\s*["{[\]}]/.test(text)) return "it is JSON";
  return undefined;
}

/** Whether a whole file is one JSON value: an error can be a JSON string and nothing else (docs/toggl.md). */
export function isJson(whole: Buffer): boolean {
  try {
    JSON.parse(textOf(whole));
    return true;
  } catch {
    return false;
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}
