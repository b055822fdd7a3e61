import { callWorkspace } from "./call-console.ts";
import { useLoaded } from "./use-loaded.ts";

/** Names of a workspace's projects and people, by id. */
interface Names {
  readonly projects: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, string>>;
}

const none: Names = { projects: {}, users: {} };

/** Names where Toggl tells them; without them ids have to do, so no fault of theirs is shown. */
export function useNames(workspaceId: number): Names {
  const load = () => callWorkspace<Partial<Names>>(workspaceId, "names").catch(() => none);
  const { value } = useLoaded(String(workspaceId), load);
  return { ...none, ...value };
}

export function projectName(id: number, { projects }: Names): string {
  return projects[id] ?? `Project ${id}`;
}
