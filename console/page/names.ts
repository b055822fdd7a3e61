import { callWorkspace } from "./call-console.ts";
import { useLoaded } from "./use-loaded.ts";
import { compareNames } from "./wording.ts";

/** Names of a workspace's projects, people, clients and groups, by id. */
interface Names {
  readonly projects: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, string>>;
  readonly clients: Readonly<Record<string, string>>;
  /** The client of each project, by the project's id; null where it has none. */
  readonly project_clients: Readonly<Record<string, number | null>>;
  readonly groups: Readonly<Record<string, string>>;
}

/** So long it takes to read projects, people and groups, with a second between two requests. */
const readMs = 5000;

const none: Names = { projects: {}, users: {}, clients: {}, project_clients: {}, groups: {} };

/**
 * Names where Toggl tells them; without them ids have to do, so no problem with them is shown.
 * @param projectIds projects that are to have names: if one has none, they are asked for once more
 */
export function useNames(workspaceId: number, projectIds: readonly number[]): Names {
  const load = async (headers?: Record<string, string>) => {
    const told = await callWorkspace<Partial<Names>>(workspaceId, "names", { headers }).catch(
      () => ({}) as Partial<Names>,
    );
    const names: Names = { ...none, ...told };
    return { names, isWhole: Object.keys(names.projects).length > 0 && told.groups !== undefined };
  };
  const { value: known } = useLoaded(String(workspaceId), () => load());
  const areMissed = known !== undefined && projectIds.some((id) => known.names.projects[id] === undefined);
  const isPartial = known !== undefined && !known.isWhole;
  const { value: newer } = useLoaded(`${workspaceId} ${areMissed} ${isPartial}`, async () => {
    if (areMissed) return load({ "cache-control": "no-cache" });
    if (!isPartial) return undefined;
    await new Promise((resolve) => setTimeout(resolve, readMs)); // another view may have them read just now
    return load();
  });
  return (newer ?? known)?.names ?? none;
}

export function projectName(id: number, { projects }: Names): string {
  return projects[id] ?? `Project ${id}`;
}

/** The clients of some projects, as a setting lists them: `null` stands for none. */
export function clientChoices(projectIds: readonly number[], { clients, project_clients }: Names) {
  const ids = new Set(projectIds.flatMap((id) => clientOf(id, { project_clients }) ?? []));
  const nameOf = (id: string) => (id === "null" ? "No client" : (clients[id] ?? `Client ${id}`));
  return [...ids].map((id) => ({ id, name: nameOf(id) })).sort((a, b) => compareNames(a.name, b.name));
}

/** A project's client as a setting names it; undefined where that is not known. */
export function clientOf(projectId: number, { project_clients }: Pick<Names, "project_clients">): string | undefined {
  const client = project_clients[projectId];
  return client === undefined ? undefined : String(client);
}
