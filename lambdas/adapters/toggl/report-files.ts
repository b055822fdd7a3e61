import { readFile } from "node:fs/promises";
import type { ExportOrder } from "../../../api/export.ts";
import { trendsReport } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import type { Exports } from "../../core/ports/exports.ts";
import type { Names, Toggl } from "../../core/ports/toggl.ts";
import { trendsIn } from "../../core/toggl/trends-check.ts";
import { trendsCsv } from "../../core/toggl/trends-csv.ts";
import { type Checked, readReport, togglReports, writeCsv } from "./report-download.ts";
import type { TogglClient } from "./toggl-client.ts";

interface Surroundings {
  /** A larger file is refused. */
  readonly maxBytes: number;
  /** Names of a workspace's projects, as far as they are known; never fails. */
  readonly projectNames: (workspaceId: number, deadline: Deadline) => Promise<Names>;
  readonly download: Exports["download"];
}

/** Reports as files: those that Toggl makes files of, and trends as Toggl's JSON and as CSV, which is made of it here. */
export function reportFiles(
  client: TogglClient,
  { maxBytes, projectNames, download }: Surroundings,
): Pick<Toggl, "report"> & Pick<Exports, "convert"> {
  const files = togglReports(client, maxBytes);
  const csvOf = async (json: { path: string; sha256: string }, order: ExportOrder, deadline: Deadline) => {
    const names = await projectNames(order.workspace_id, deadline);
    const csv = trendsCsv(trendsIn(await readFile(json.path)), { parameters: order.parameters, names });
    const { spreadsheet_safe } = order;
    const { warnings, ...file } = await writeCsv(csv.pieces(), { maxBytes, spreadsheet_safe }, () => true);
    return { ...file, source_sha256: json.sha256, warnings: [...warnings, ...csv.warnings()] } satisfies Checked;
  };
  return {
    async report(order, deadline) {
      const { workspace_id: workspaceId, report, format, parameters } = order;
      if (report !== trendsReport) return files.report(order, deadline);
      const request = { workspaceId, path: report, parameters };
      const read = await client.ask(request, (body) => readReport.json(body, { maxBytes, deadline }), deadline);
      const { value: json, toggl } = read;
      if (format === "json") return { ...json, toggl };
      return discarding(json, async () => ({ ...(await csvOf(json, order, deadline)), toggl }));
    },
    async convert(file, order, deadline) {
      const json = { ...(await download(file, deadline)), sha256: file.sha256 };
      return discarding(json, async () => ({ ...(await csvOf(json, order, deadline)), toggl: { requests: 0 } }));
    },
  };
}

async function discarding<T>({ discard }: { discard(): Promise<void> }, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await discard();
  }
}
