import { callConsole } from "../call-console.ts";
import { useLoaded } from "../use-loaded.ts";
import type { FileTable } from "./file-table.ts";

/** Files that were read, by export: they never change. */
const kept = new Map<string, FileTable>();

/** The rows of an export's file; nothing is asked for without an id. */
export function useFileTable(workspaceId: number, id: string | undefined) {
  return useLoaded(`${workspaceId} ${id}`, async () => {
    if (id === undefined) return undefined;
    const before = kept.get(id);
    if (before) return before;
    const query = new URLSearchParams({ workspace_id: String(workspaceId), id });
    const table = await callConsole<FileTable>(`/console/export-table?${query}`);
    kept.set(id, table);
    return table;
  });
}
