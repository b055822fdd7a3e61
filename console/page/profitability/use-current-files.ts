import type { Manifest } from "../../../api/manifest.ts";
import type { ScheduleList } from "../../../api/schedule.ts";
import { callWorkspace } from "../call-console.ts";
import { useLoaded } from "../use-loaded.ts";
import { currentFiles, type MoneyFile } from "./comparable.ts";

/** What is current of a workspace's schedules of a report. */
export function useCurrentFiles(workspaceId: number, report: string) {
  return useLoaded(`${workspaceId} ${report}`, async (): Promise<readonly MoneyFile[]> => {
    const { schedules } = await callWorkspace<ScheduleList>(workspaceId, "schedules");
    const names = schedules.filter((one) => one.report === report).map(({ name }) => encodeURIComponent(name));
    const manifests = await Promise.all(
      names.map((name) => callWorkspace<Manifest>(workspaceId, `schedules/${name}/current`)),
    );
    return manifests.flatMap((manifest) => currentFiles(manifest, workspaceId));
  });
}
