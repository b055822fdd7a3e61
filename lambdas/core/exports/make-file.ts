import type { ExportOrder, ExportOrigin, SucceededExport, Warning } from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { columnsWarning } from "../files/columns.ts";
import type { Comparison } from "../files/row-changes.ts";
import type { Using } from "../ports/ports.ts";
import type { DownloadedReport } from "../ports/toggl.ts";
import { askedAt, definitionHash, earlierExportId, haveSameParameters, newestOf } from "../schedules/current.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { rowsBefore } from "../schedules/schedule-health.ts";
import { noteQuota, refuseWhileSpent } from "../toggl/quota-note.ts";
import { isPublished } from "./export.ts";
import { fileKey } from "./keys.ts";

/** What makes a file, whoever asks for it. */
type MakePorts = Using<{
  exports: "publish" | "findPublished";
  toggl: "report";
  coordination: "quota";
  clock: "now";
}>;

/** What compares a file with those that were there before. */
type ComparePorts = Using<{
  exports: "find" | "isThere" | "download" | "compare" | "convert";
  current: "read";
  configuration: "schedules";
}>;

/** What a record says once its file is there. */
export type MadeFile = Pick<
  SucceededExport,
  "asked_at" | "file" | "warnings" | "toggl" | "restates" | "restatement" | "unchanged"
>;

/**
 * Makes one export while its caller waits, and records it. A file without a record is in no history, so nothing is
 * visible before it is whole. Toggl is asked though its quota is noted as spent: the caller gets its own answer.
 */
export async function makeExportNow(
  { id, isFirst, requested_with }: { id: string; isFirst: boolean } & Pick<ExportOrigin, "requested_with">,
  order: ExportOrder,
  deadline: Deadline,
  ports: MakePorts & Using<{ exports: "write" }>,
): Promise<SucceededExport> {
  const created_at = isoTime(ports.clock.now());
  const {
    asked_at,
    file,
    warnings,
    toggl = { requests: 0 },
  } = await publishOnce(id, order, { isFirst }, deadline, ports);
  const record: SucceededExport = {
    id,
    status: "succeeded",
    ...order,
    requested_by: "http",
    ...(requested_with && { requested_with }),
    created_at,
    ...(asked_at && { asked_at }),
    completed_at: isoTime(ports.clock.now()),
    file,
    ...(warnings && { warnings }),
    toggl,
  };
  await ports.exports.write(record, deadline);
  return record;
}

/**
 * Makes the file of a job in the background. Toggl is asked for nothing while its quota is noted as spent. For days that
 * were exported before, a file is only kept if its content differs.
 * @param source the export whose file it is made of, in place of asking Toggl
 */
export async function makeFile(
  job: ExportJob,
  { isFirst, source }: { isFirst: boolean; source?: SucceededExport | undefined },
  deadline: Deadline,
  ports: MakePorts & ComparePorts,
): Promise<MadeFile> {
  const refuse = () => refuseWhileSpent(job.workspace_id, deadline, ports);
  if (job.schedule === undefined) return publishOnce(job.id, job, { isFirst, refuse }, deadline, ports);
  const schedule = ports.configuration.schedules.get(job.schedule);
  const compare: PublishOptions["compare"] = (report, asked_at) =>
    compareWithBefore(job, report, { schedule, asked_at }, deadline, ports);
  const converted = source && {
    asked_at: source.asked_at ?? source.created_at,
    report: () => ports.exports.convert(source.file, job, deadline),
  };
  return publishOnce(job.id, job, { isFirst, refuse, converted, compare }, deadline, ports);
}

interface PublishOptions {
  /** No attempt before can have left a file; any other takes over the file that was left without a record. */
  readonly isFirst: boolean;
  /** Called before Toggl is asked; gives the note on its quota. */
  readonly refuse?: () => ReturnType<typeof refuseWhileSpent>;
  /** Makes the file of another one, in place of asking Toggl; it was asked then. */
  readonly converted?: { readonly asked_at: string; report(): Promise<DownloadedReport> } | undefined;
  /** Only what schedules make is compared, and named by a manifest. */
  readonly compare?: (report: DownloadedReport, asked_at: string) => Promise<Before>;
}

/** What is known of the file from those before it. */
interface Before {
  readonly warnings: readonly Warning[];
  /** The earlier export of the same days. */
  readonly earlier?: SucceededExport | undefined;
  readonly compared?: Compared | undefined;
}

/** Downloads, checks and publishes a file, once: with one write, or not at all. */
async function publishOnce(
  id: string,
  order: ExportOrder,
  { isFirst, refuse, converted, compare }: PublishOptions,
  deadline: Deadline,
  ports: MakePorts,
): Promise<MadeFile> {
  const key = fileKey({ ...order, id });
  const published = isFirst ? undefined : await ports.exports.findPublished(key, order, deadline);
  const isAsked = !published && !converted;
  const note = isAsked ? await refuse?.() : undefined;
  const asked_at = published?.asked_at ?? converted?.asked_at ?? new Date(ports.clock.now()).toISOString();
  const report = published ?? (await (converted ? converted.report() : ports.toggl.report(order, deadline)));
  const noted = isAsked ? noteQuota(order.workspace_id, report.toggl, deadline, ports, note) : undefined;
  noted?.catch(() => {}); // no reason to withhold a file
  try {
    const { warnings: more, earlier, compared } = (await compare?.(report, asked_at)) ?? { warnings: [] };
    const { path, bytes, sha256, source_sha256, rows, columns, toggl } = report;
    const warnings = [...report.warnings, ...more];
    const made = { asked_at, ...(warnings.length > 0 && { warnings }), ...(toggl.requests > 0 && { toggl }) };
    if (earlier && compared?.isSame && !published) return { ...made, file: earlier.file, unchanged: true };
    const draft = {
      key,
      bytes,
      sha256,
      ...(source_sha256 && { source_sha256 }),
      ...(rows !== undefined && { rows }),
      ...(columns && { columns }),
      content_type: contentTypes[order.format],
      asked_at,
      expires: compare === undefined,
    };
    const file = published?.file ?? (await ports.exports.publish(path, draft, deadline));
    if (!earlier || !compared) return { ...made, file };
    return { ...made, file, restates: earlier.id, ...(compared.changes && { restatement: compared.changes }) };
  } finally {
    await noted?.catch(() => {});
    await report.discard();
  }
}

/**
 * What changed since the newest export of the same days, and whether the file has other columns or few rows. What Toggl was
 * asked for later is no earlier file: one that an ended attempt left can be taken over after a newer run.
 */
async function compareWithBefore(
  job: ExportJob,
  report: DownloadedReport,
  { schedule, asked_at }: { schedule: ConfiguredSchedule | undefined; asked_at: string },
  deadline: Deadline,
  ports: ComparePorts,
): Promise<Before> {
  const { manifest } = schedule ? await ports.current.read(schedule.name, deadline) : {};
  const earlierId = earlierExportId(manifest, job);
  const found =
    earlierId && earlierId !== job.id ? await ports.exports.find(job.workspace_id, earlierId, deadline) : undefined;
  const isEarlier =
    found &&
    isPublished(found) &&
    haveSameParameters(found, job) &&
    !(Date.parse(askedAt(found)) > Date.parse(asked_at));
  const earlier = isEarlier && (await isComparable(found, report, deadline, ports)) ? found : undefined;
  const compared = earlier && (await compareWith(earlier, report, deadline, ports));
  const notCompared = compared?.warning ? [compared.warning] : [];
  const isSameKind = schedule && manifest?.definition_sha256 === definitionHash(schedule);
  const before = isSameKind ? newestOf(manifest.entries, job, asked_at)?.columns : undefined;
  const isCut = report.warnings.some(({ code }) => code === "header_cut"); // what is missing then is not gone
  const otherColumns = columnsWarning(before, isCut ? undefined : report.columns) ?? [];
  const fell = await rowsFell(job, report, deadline, ports);
  return { earlier, compared, warnings: [...notCompared, otherColumns, fell].flat() };
}

/** A file of the same bytes is made in place of one that is gone: an unchanged export would lead to nothing. */
async function isComparable(
  { file }: SucceededExport,
  { sha256 }: DownloadedReport,
  deadline: Deadline,
  { exports }: ComparePorts,
): Promise<boolean> {
  return file.sha256 !== sha256 || exports.isThere(file, deadline);
}

interface Compared extends Partial<Comparison> {
  readonly warning?: Warning;
}

/** What cannot be compared is published all the same: a file is worth more than how it differs. */
async function compareWith(
  { file, report: name, format }: SucceededExport,
  report: DownloadedReport,
  deadline: Deadline,
  ports: ComparePorts,
): Promise<Compared> {
  if (file.sha256 === report.sha256) {
    return { isSame: true, ...(format === "csv" && { changes: { added: 0, removed: 0, changed: 0 } }) };
  }
  try {
    const earlier = await ports.exports.download(file, deadline);
    try {
      return await ports.exports.compare(earlier.path, report.path, { report: name, format }, deadline);
    } finally {
      await earlier.discard();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { warning: { code: "not_compared", detail: `It was not compared with the earlier file: ${reason}` } };
  }
}

/** Fewer than half as many rows as in the run before: perhaps a filter or a right was lost at Toggl. */
async function rowsFell(
  job: ExportJob,
  { rows }: DownloadedReport,
  deadline: Deadline,
  ports: ComparePorts,
): Promise<Warning[]> {
  if (job.isRefresh || rows === undefined) return [];
  const before = await rowsBefore(job, deadline, ports).catch(() => undefined); // no reason to withhold a file
  if (before === undefined || rows * 2 >= before) return [];
  return [{ code: "rows_fell", detail: `It has ${rows} rows; the run before had ${before}.` }];
}
