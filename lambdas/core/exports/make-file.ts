import type { ExportFile, ExportOrder, SucceededExport, Warning } from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import type { Deadline } from "../deadline.ts";
import type { Comparison } from "../files/row-changes.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { noteQuota, type QuotaNoteNeeds, refuseWhileSpent } from "../toggl/quota-note.ts";
import type { DownloadedReport, PublishedReport } from "./export-report.ts";
import { fileKey } from "./keys.ts";

/** A file of an earlier export on the scratch disk. */
interface EarlierFile {
  readonly path: string;
  discard(): Promise<void>;
}

export interface MakeFileNeeds extends QuotaNoteNeeds {
  readonly downloadReport: (order: ExportOrder, deadline: Deadline) => Promise<DownloadedReport>;
  readonly publish: (path: string, file: Omit<ExportFile, "bucket">, deadline: Deadline) => Promise<ExportFile>;
  /** A file that an attempt published before it was ended, checked once more; undefined if there is none. */
  readonly findPublished: (key: string, order: ExportOrder, deadline: Deadline) => Promise<PublishedReport | undefined>;
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
 * Downloads, checks and publishes a job's file. For days that were exported before, a file is only kept if its content
 * differs.
 */
export async function makeFile(
  job: ExportJob,
  { isFirst }: { isFirst: boolean },
  deadline: Deadline,
  needs: MakeFileNeeds,
): Promise<MadeFile> {
  const key = fileKey(job);
  const published = isFirst ? undefined : await needs.findPublished(key, job, deadline);
  const report = published ?? (await askToggl(job, deadline, needs));
  try {
    const earlier = job.isRefresh ? await needs.findEarlier(job, deadline) : undefined;
    const compared = earlier && (await compareWith(earlier, report, deadline, needs));
    const { path, toggl, discard: _, ...contents } = report;
    const notCompared = compared?.warning ? [compared.warning] : [];
    const warnings = [...report.warnings, ...notCompared, ...(await rowsFell(job, report, deadline, needs))];
    const made = { ...(warnings.length > 0 && { warnings }), ...(toggl.requests > 0 && { toggl }) };
    if (earlier && compared?.isSame && !published) return { ...made, file: earlier.file, unchanged: true };
    const { bytes, sha256, source_sha256, rows, columns } = contents;
    const content_type = contentTypes[job.format];
    const draft = {
      key,
      bytes,
      sha256,
      ...(source_sha256 && { source_sha256 }),
      ...(rows !== undefined && { rows }),
      ...(columns && { columns }),
      content_type,
    };
    const file = published?.file ?? (await needs.publish(path, draft, deadline));
    if (!earlier || !compared) return { ...made, file };
    return { ...made, file, restates: earlier.id, ...(compared.changes && { restatement: compared.changes }) };
  } finally {
    await report.discard();
  }
}

/** Asks for nothing while the quota is known to be spent, and notes what the answer says of it. */
async function askToggl(job: ExportJob, deadline: Deadline, needs: MakeFileNeeds): Promise<DownloadedReport> {
  const note = await refuseWhileSpent(job.workspace_id, deadline, needs);
  const report = await needs.downloadReport(job, deadline);
  await noteQuota(job.workspace_id, report.toggl, deadline, needs, note).catch(() => {}); // no reason to withhold a file
  return report;
}

interface Compared extends Partial<Comparison> {
  readonly warning?: Warning;
}

/** What cannot be compared is published all the same: a file is worth more than how it differs. */
async function compareWith(
  { file, format }: SucceededExport,
  report: DownloadedReport,
  deadline: Deadline,
  needs: MakeFileNeeds,
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
  { rowsBefore }: MakeFileNeeds,
): Promise<Warning[]> {
  if (job.isRefresh || rows === undefined) return [];
  const before = await rowsBefore(job, deadline).catch(() => undefined); // no reason to withhold a file
  if (before === undefined || rows * 2 >= before) return [];
  return [{ code: "rows_fell", detail: `It has ${rows} rows; the run before had ${before}.` }];
}
