import type { Export, ExportFile, ExportOrder, SucceededExport, TogglUsage, Warning } from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { noteQuota, type QuotaNoteNeeds } from "../toggl/quota-note.ts";
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

export interface ExportReportNeeds extends QuotaNoteNeeds {
  readonly downloadReport: (order: ExportOrder, deadline: Deadline) => Promise<DownloadedReport>;
  readonly store: {
    /** A file that an attempt published before it failed or was ended, checked once more; undefined if there is none. */
    findPublished(key: string, order: ExportOrder, deadline: Deadline): Promise<PublishedReport | undefined>;
    /** Puts the whole file under its key, or nothing. */
    publish(path: string, file: Omit<ExportFile, "bucket">, deadline: Deadline): Promise<ExportFile>;
    writeRecord(record: Export, deadline: Deadline): Promise<void>;
  };
}

/**
 * Makes one export under an id of its own: downloads the report, publishes its file once, then records it.
 * Nothing is visible before it is whole: a file without a record is in no history. An attempt that is not the first one
 * takes over the file that the one before left without a record.
 */
export async function exportReport(
  { id, isFirst }: { id: string; isFirst: boolean },
  order: ExportOrder,
  deadline: Deadline,
  needs: ExportReportNeeds,
): Promise<SucceededExport> {
  const { downloadReport, store, now } = needs;
  const createdAt = now();
  const key = fileKey({ id, ...order });
  const published = isFirst ? undefined : await store.findPublished(key, order, deadline);
  const report = published ?? (await downloadReport(order, deadline));
  const noted = noteQuota(order.workspace_id, report.toggl, deadline, needs).catch(() => {}); // no reason to withhold a file
  try {
    const { path, warnings, toggl, discard, ...contents } = report;
    const content_type = contentTypes[order.format];
    const file = published?.file ?? (await store.publish(path, { key, ...contents, content_type }, deadline));
    const record: SucceededExport = {
      id,
      status: "succeeded",
      ...order,
      requested_by: "http",
      created_at: isoTime(createdAt),
      completed_at: isoTime(now()),
      file,
      ...(warnings.length > 0 && { warnings }),
      toggl,
    };
    await store.writeRecord(record, deadline);
    return record;
  } finally {
    await noted;
    await report.discard();
  }
}
