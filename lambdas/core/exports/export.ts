import type { Export, SucceededExport } from "../../../api/export.ts";
import { parseInstant } from "../../../api/times.ts";
import { isExportId } from "./export-id.ts";

/** Whether a value has what every record has, whatever version of this product wrote it, and no time that is none. */
export function isExport(value: unknown): value is Export {
  if (!isObject(value)) return false;
  const { id, status, workspace_id, report, format, parameters, created_at, file } = value;
  const texts = [id, status, report, format];
  if (!texts.every((text) => typeof text === "string") || !isExportId(String(id))) return false;
  if (!Number.isSafeInteger(workspace_id) || !isObject(parameters)) return false;
  if (created_at === undefined || !times.every((name) => value[name] === undefined || isTime(value[name])))
    return false;
  return file === undefined || (isObject(file) && typeof file.key === "string");
}

/** Fields that are read as moments; one that is none would break whatever counts with it. */
const times = [
  "created_at",
  "asked_at",
  "completed_at",
  "occurrence",
  "resumes_at",
  "event_sent_at",
  "event_failed_at",
] as const;

function isTime(value: unknown): boolean {
  return typeof value === "string" && parseInstant(value) !== undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether its file is there. */
export function isPublished(record: Export): record is SucceededExport {
  return "file" in record && record.file !== undefined;
}
