import type { ManifestEntry } from "../../api/manifest.ts";
import type { FieldError } from "../../api/problem.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { dayHint, isDay } from "../../api/times.ts";
import { latestName } from "../core/exports/download-name.ts";
import { Failure, invalidFields } from "../core/failure.ts";
import type { Using } from "../core/ports/ports.ts";
import { namedSchedule } from "../core/schedules/named-schedule.ts";
import type { HttpRequest, HttpResponse } from "../http/http.ts";
import { isKnownTo } from "../http/if-none-match.ts";

type LatestFilePorts = Using<{ configuration: "schedules"; current: "get"; exports: "linkToFile" }>;

/**
 * Leads to a schedule's newest file: of its newest period, or of the one that begins on `from_date`. The link is to the
 * file that never changes, so a download that takes long ends with the bytes that it began with.
 */
export async function latestFile(
  workspaceId: number,
  format: string,
  request: HttpRequest,
  { configuration: { schedules }, current, exports }: LatestFilePorts,
): Promise<HttpResponse> {
  const fromDate = fromDateIn(request);
  const schedule = namedSchedule(workspaceId, request.params.name ?? "", schedules);
  if (!schedule.formats.some((one) => one === format)) throw otherFormat(schedule, format);
  const manifest = await current.get(schedule.name, request.deadline);
  const files = (manifest?.entries ?? []).filter((one) => one.workspace_id === workspaceId && one.format === format);
  const entry = files
    .filter(({ from_date }) => fromDate === undefined || from_date === fromDate)
    .reduce(newer, undefined);
  if (!entry) throw nothingYet(schedule, format, fromDate, files);
  request.note({ schedule: schedule.name, export_id: entry.export_id });

  const etag = `"${entry.sha256}"`;
  const headers = { "cache-control": "private, no-cache", etag };
  if (isKnownTo(request, etag)) return { status: 304, headers };
  const { download_url: location } = await exports.linkToFile({
    key: entry.source_key,
    name: latestName(schedule.name, entry, format),
    method: request.method === "HEAD" ? "HEAD" : "GET",
  });
  return { status: 303, headers: { ...headers, "cache-control": "no-store", location } };
}

function newer(one: ManifestEntry | undefined, other: ManifestEntry): ManifestEntry {
  return one === undefined || other.from_date > one.from_date ? other : one;
}

/** @throws Failure `invalid_request` */
function fromDateIn({ query }: HttpRequest): string | undefined {
  const errors = Object.entries(query).flatMap(([field, value = ""]): FieldError[] => {
    if (field !== "from_date") return [{ field, detail: "is not a parameter of this address; it takes from_date" }];
    return isDay(value) ? [] : [{ field, detail: dayHint }];
  });
  if (errors.length > 0) throw invalidFields("query", errors);
  return query.from_date;
}

function otherFormat({ name, formats }: ConfiguredSchedule, format: string): Failure {
  const detail = `must be ${formats.join(" or ")}, which schedule ${name} makes; it is ${format}`;
  return invalidFields("path", [{ field: "format", detail }]);
}

function nothingYet(
  { name }: ConfiguredSchedule,
  format: string,
  fromDate: string | undefined,
  files: readonly ManifestEntry[],
): Failure {
  const days = files.map(({ from_date }) => from_date).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (fromDate === undefined || first === undefined) {
    return new Failure("nothing_yet", `Schedule ${name} has made no ${format} file yet.`);
  }
  const those =
    first === last ? `the only one begins on ${first}` : `the first begins on ${first}, the newest on ${last}`;
  return new Failure(
    "nothing_yet",
    `Schedule ${name} has no ${format} file of a period that begins on ${fromDate}; ${those}.`,
  );
}
