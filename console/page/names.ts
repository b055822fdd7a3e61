import { callWorkspace } from "./call-console.ts";
import { useLoaded } from "./use-loaded.ts";

/** Names of a workspace's projects and people, by id. */
interface Names {
  readonly projects: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, string>>;
}

const none: Names = { projects: {}, users: {} };

/**
 * Names where Toggl tells them; without them ids have to do, so no problem with them is shown.
 * @param projectIds projects that are to have names: if one has none, they are asked for once more
 */
export function useNames(workspaceId: number, projectIds: readonly number[]): Names {
  const load = async (headers?: Record<string, string>): Promise<Names> => {
    const names = callWorkspace<Partial<Names>>(workspaceId, "names", { headers });
    return { ...none, ...(await names.catch(() => none)) };
  };
  const { value: known } = useLoaded(String(workspaceId), () => load());
  const areMissed = known !== undefined && projectIds.some((id) => known.projects[id] === undefined);
  const { value: newer } = useLoaded(`${workspaceId} ${areMissed}`, async () =>
    areMissed ? load({ "cache-control": "no-cache" }) : undefined,
  );
  return newer ?? known ?? none;
}

export function projectName(id: number, { projects }: Names): string {
  return projects[id] ?? `Project ${id}`;
}
