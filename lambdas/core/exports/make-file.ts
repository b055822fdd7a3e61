import type {
  Export,
  ExportFile,
  ExportOrder,
  ExportOrigin,
  SucceededExport,
  TogglUsage,
  Warning,
} from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import type { Comparison } from "../files/row-changes.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { noteQuota, type QuotaNoteNeeds, refuseWhileSpent } from "../toggl/quota-note.ts";
import { fileKey } from "./keys.ts";

/** A whole, checked file on the function's scratch disk. */
export interface DownloadedReport {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly source_sha256?: string;
  readonly rows?: number;
  readonly columns?: readonly string[];
  readonly warnings: readonly Warning[];
  readonly toggl: TogglUsage;
  /** Frees the scratch disk. */
  discard(): Promise<void>;
}

/** A report whose file is in the bucket already. */
export type PublishedReport = DownloadedReport & { readonly file: ExportFile };

/** What makes a file, whoever asks for it. */
export interface MakeFileNeeds extends QuotaNoteNeeds {
  readonly downloadReport: (order: ExportOrder, deadline: Deadline) => Promise<DownloadedReport>;
  /** Puts the whole file under its key, or nothing. */
  readonly publish: (path: string, file: Omit<ExportFile, "bucket">, deadline: Deadline) => Promise<ExportFile>;
  /** A file that an attempt published before it failed or was ended, checked once more; undefined if there is none. */
  readonly findPublished: (key: string, order: ExportOrder, deadline: Deadline) => Promise<PublishedReport | undefined>;
}

/** A file of an earlier export on the scratch disk. */
interface EarlierFile {
  readonly path: string;
  discard(): Promise<void>;
}

/** What compares a file with what was there before. */
export interface CompareNeeds {
  /** The latest earlier export of the same days that has a file of its own. */
  readonly findEarlier: (job: ExportJob, deadline: Deadline) => Promise<SucceededExport | undefined>;
  readonly fetchFile: (file: ExportFile, deadline: Deadline) => Promise<EarlierFile>;
  /** How the contents of two files differ; throws an Error with the reason where they cannot be compared. */
  readonly compareFiles: (
    earlier: string,
    later: string,
    format: ExportOrder["format"],
    deadline: Deadline,
  ) => Promise<Comparison>;
  /** Rows of the file that the same schedule made in the run before, where that is known. */
  readonly rowsBefore: (job: ExportJob, deadline: Deadline) => Promise<number | undefined>;
}

/** What a record says once its file is there. */
export type MadeFile = Pick<SucceededExport, "file" | "warnings" | "toggl" | "restates" | "restatement" | "unchanged">;

/**
 * Makes one export while its caller waits, and records it. A file without a record is in no history, so nothing is
 * visible before it is whole. Toggl is asked though its quota is noted as spent: the caller gets its own answer.
 */
export async function makeExportNow(
  { id, isFirst, requested_with }: { id: string; isFirst: boolean } & Pick<ExportOrigin, "requested_with">,
  order: ExportOrder,
  deadline: Deadline,
  needs: MakeFileNeeds & { readonly writeRecord: (record: Export, deadline: Deadline) => Promise<void> },
): Promise<SucceededExport> {
  const created_at = isoTime(needs.now());
  const { file, warnings, toggl = { requests: 0 } } = await publishOnce(id, order, { isFirst }, deadline, needs);
  const record: SucceededExport = {
    id,
    status: "succeeded",
    ...order,
    requested_by: "http",
    ...(requested_with && { requested_with }),
    created_at,
    completed_at: isoTime(needs.now()),
    file,
    ...(warnings && { warnings }),
    toggl,
  };
  await needs.writeRecord(record, deadline);
  return record;
}

/**
 * Makes the file of a job in the background. Toggl is asked for nothing while its quota is noted as spent. For days that
 * were exported before, a file is only kept if its content differs.
 */
export async function makeFile(
  job: ExportJob,
  { isFirst }: { isFirst: boolean },
  deadline: Deadline,
  needs: MakeFileNeeds & CompareNeeds,
): Promise<MadeFile> {
  const refuse = () => refuseWhileSpent(job.workspace_id, deadline, needs);
  const compare = (report: DownloadedReport) => compareWithBefore(job, report, deadline, needs);
  return publishOnce(job.id, job, { isFirst, refuse, compare }, deadline, needs);
}

interface PublishOptions {
  /** No attempt before can have left a file; any other takes over the file that was left without a record. */
  readonly isFirst: boolean;
  /** Called before Toggl is asked; gives the note on its quota. */
  readonly refuse?: () => ReturnType<typeof refuseWhileSpent>;
  readonly compare?: (report: DownloadedReport) => Promise<Before>;
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
  { isFirst, refuse, compare }: PublishOptions,
  deadline: Deadline,
  needs: MakeFileNeeds,
): Promise<MadeFile> {
  const key = fileKey({ ...order, id });
  const published = isFirst ? undefined : await needs.findPublished(key, order, deadline);
  const note = published ? undefined : await refuse?.();
  const report = published ?? (await needs.downloadReport(order, deadline));
  const noted = published ? undefined : noteQuota(order.workspace_id, report.toggl, deadline, needs, note);
  noted?.catch(() => {}); // no reason to withhold a file
  try {
    const { warnings: more, earlier, compared } = (await compare?.(report)) ?? { warnings: [] };
    const { path, bytes, sha256, source_sha256, rows, columns, toggl } = report;
    const warnings = [...report.warnings, ...more];
    const made = { ...(warnings.length > 0 && { warnings }), ...(toggl.requests > 0 && { toggl }) };
    if (earlier && compared?.isSame && !published) return { ...made, file: earlier.file, unchanged: true };
    const draft = {
      key,
      bytes,
      sha256,
      ...(source_sha256 && { source_sha256 }),
      ...(rows !== undefined && { rows }),
      ...(columns && { columns }),
      content_type: contentTypes[order.format],
    };
    const file = published?.file ?? (await needs.publish(path, draft, deadline));
    if (!earlier || !compared) return { ...made, file };
    return { ...made, file, restates: earlier.id, ...(compared.changes && { restatement: compared.changes }) };
  } finally {
    await noted?.catch(() => {});
    await report.discard();
  }
}

/** What changed since the earlier export of the same days, and whether the file is suspiciously short. */
async function compareWithBefore(
  job: ExportJob,
  report: DownloadedReport,
  deadline: Deadline,
  needs: CompareNeeds,
): Promise<Before> {
  const earlier = job.isRefresh ? await needs.findEarlier(job, deadline) : undefined;
  const compared = earlier && (await compareWith(earlier, report, deadline, needs));
  const notCompared = compared?.warning ? [compared.warning] : [];
  return { earlier, compared, warnings: [...notCompared, ...(await rowsFell(job, report, deadline, needs))] };
}

interface Compared extends Partial<Comparison> {
  readonly warning?: Warning;
}

/** What cannot be compared is published all the same: a file is worth more than how it differs. */
async function compareWith(
  { file, format }: SucceededExport,
  report: DownloadedReport,
  deadline: Deadline,
  needs: CompareNeeds,
): Promise<Compared> {
  if (file.sha256 === report.sha256) {
    return { isSame: true, ...(format === "csv" && { changes: { added: 0, removed: 0, changed: 0 } }) };
  }
  try {
    const earlier = await needs.fetchFile(file, deadline);
    try {
      return await needs.compareFiles(earlier.path, report.path, format, deadline);
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
  { rowsBefore }: CompareNeeds,
): Promise<Warning[]> {
  if (job.isRefresh || rows === undefined) return [];
  const before = await rowsBefore(job, deadline).catch(() => undefined); // no reason to withhold a file
  if (before === undefined || rows * 2 >= before) return [];
  return [{ code: "rows_fell", detail: `It has ${rows} rows; the run before had ${before}.` }];
}
