import { csvCheck } from "../core/csv-check.ts";
import type { Deadline } from "../core/deadline.ts";
import type { ExportOrder } from "../core/export.ts";
import type { DownloadedReport } from "../core/export-report.ts";
import type { Findings } from "../core/file-check.ts";
import type { ExportFormat } from "../core/reports.ts";
import { type ScratchFile, writeScratchFile } from "./scratch-file.ts";
import type { TogglBody } from "./toggl-body.ts";
import type { Toggl } from "./toggl-client.ts";
import { checkXlsx } from "./xlsx-check.ts";

type Checked = ScratchFile & Findings;

/** Downloads a report to the scratch disk and checks that it is what it claims to be, and all of it. */
export function reportDownload({ toggl, maxBytes }: { toggl: Toggl; maxBytes: number }) {
  return async (order: ExportOrder, deadline: Deadline): Promise<DownloadedReport> => {
    const { workspace_id: workspaceId, report, format, parameters } = order;
    const request = { workspaceId, path: `${report}.${format}`, parameters };
    const { value: checked, toggl: usage } = await toggl.ask(
      request,
      (body) => readReport[format](body, maxBytes),
      deadline,
    );
    return { ...checked, toggl: usage };
  };
}

/** Writes a report to the scratch disk and checks it, wherever its body comes from. */
export const readReport: Record<ExportFormat, (body: TogglBody, maxBytes: number) => Promise<Checked>> = {
  async csv(body, maxBytes) {
    const check = csvCheck();
    const file = await writeScratchFile(body, { maxBytes, inspect: check.push });
    return checkedOrDiscarded(file, () => check.end(body.isProvenWhole()));
  },
  async xlsx(body, maxBytes) {
    const file = await writeScratchFile(body, { maxBytes, inspect: () => {} });
    return checkedOrDiscarded(file, () => checkXlsx(file.path));
  },
};

async function checkedOrDiscarded(file: ScratchFile, check: () => Findings | Promise<Findings>): Promise<Checked> {
  try {
    return { ...file, ...(await check()) };
  } catch (error) {
    await file.discard();
    throw error;
  }
}
