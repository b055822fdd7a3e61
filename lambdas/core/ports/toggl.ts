import type { ExportOrder, TogglUsage, Warning } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import type { Deadline } from "../deadline.ts";

/** Toggl, with the tokens of the workspaces. What it refuses or cannot give is a Failure. */
export interface Toggl {
  /** A report as a file on the scratch disk. */
  report(order: ExportOrder, deadline: Deadline): Promise<DownloadedReport>;
  /** Project data trends, as they came. */
  trends(workspaceId: number, parameters: Parameters, deadline: Deadline): Promise<Buffer>;
  /** Reads the workspace's token from its secret, or has it read already. */
  token(workspaceId: number, deadline: Deadline): Promise<string>;
  /** A list of names, or a page of one, with one request. */
  names(workspaceId: number, due: NameList, token: string, deadline: Deadline): Promise<NamePage>;
  /** The id of the organization that a workspace belongs to, with one request. */
  organization(workspaceId: number, token: string, deadline: Deadline): Promise<number>;
  /** The names of a workspace's groups, with one request. */
  groups(workspaceId: number, organizationId: number, token: string, deadline: Deadline): Promise<Names>;
  /** Waits until Toggl may be asked again. */
  rest(): Promise<void>;
}

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

/** What one request to Toggl gets: a page of its projects, or all people of the workspace. */
export interface NameList {
  readonly list: "projects" | "users";
  /** Counts from 1; people come on one page. */
  readonly page: number;
}

/** Names by the ids that Insights speaks of. */
export type Names = Readonly<Record<string, string>>;

/** The client of each project, by the project's id; null where it has none. */
export type ProjectClients = Readonly<Record<string, number | null>>;

/** A list as it came. */
export interface NamePage {
  readonly names: Names;
  /** Of projects: their clients' names, and whose each project is, as far as the list says so. */
  readonly clients?: Names;
  readonly project_clients?: ProjectClients;
  /** Whether another page follows. */
  readonly isFull: boolean;
}
