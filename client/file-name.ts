import type { Export } from "../api/export.ts";
import { fileFormats } from "../api/reports.ts";

/** Names that Windows keeps for devices, whatever follows the first dot. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Many programs read settings from a JSON file of a certain name, so one has to be called as ours are. */
const nameOfFormat: Partial<Record<string, RegExp>> = { json: /^toggl-/ };

/**
 * The name to save an export's file under where nobody has chosen one. What a server proposes counts only if it is
 * plainly a report's: letters, digits, `.`, `_` and `-`, beginning with a letter or digit and ending in the export's
 * own format. So no answer can have `.bashrc`, `package.json` or a path written.
 */
export function safeFileName(proposed: string | undefined, made: Pick<Export, "id" | "report" | "format">): string {
  const format = fileFormats.find((one) => one === made.format) ?? "download";
  const isPlain = /^[A-Za-z0-9][\w.-]{0,199}$/.test(proposed ?? "") && !deviceName.test(proposed ?? "");
  const isOurs = nameOfFormat[format]?.test(proposed ?? "") ?? true;
  if (proposed && isPlain && isOurs && proposed.endsWith(`.${format}`)) return proposed;
  const name = `toggl-${made.report}-${made.id}`.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 150);
  return `${name}.${format}`;
}
