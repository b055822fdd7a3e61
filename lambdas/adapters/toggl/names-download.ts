import type { FailureKind } from "../../../api/problems.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Clock, Using } from "../../core/ports/ports.ts";
import type { NameList, Toggl } from "../../core/ports/toggl.ts";
import { togglTelemetry } from "../../core/telemetry.ts";
import { groupNames, namePage, organizationIn, projectsPerPage } from "../../core/toggl/name-lists.ts";
import { togglQuota } from "../../core/toggl/toggl-answer.ts";
import { togglWarnings } from "../../core/toggl/toggl-warning.ts";
import { atMost } from "../clock.ts";
import { askToggl } from "./ask-toggl.ts";
import type { Fetch } from "./raw-fetch.ts";
import { wholeBody } from "./toggl-body.ts";
import type { TokenSource } from "./token-source.ts";

interface NamesOptions extends Using<{ telemetry: "event" | "measure"; coordination: "warnings" }> {
  /** Such as https://api.track.toggl.com. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly fetch: Fetch;
  /** Waits until Toggl may be asked again: that is no part of waiting for an answer. */
  readonly rest: Toggl["rest"];
  readonly clock: Pick<Clock, "now">;
  /** In milliseconds; callers wait for names of projects and people, and so long at most for each answer about groups. */
  readonly groupsPatienceMs?: number;
}

/** A full page of projects has some 300 KB; there are no pages of people, and groups list theirs. */
const maxMegabytes = 5;

const pathOf: Record<NameList["list"], (page: number) => string> = {
  projects: (page) => `projects?active=both&per_page=${projectsPerPage}&page=${page}`,
  users: () => "users",
};

/** What a report's words would be wrong for. */
const ownWords: Partial<Record<FailureKind, string>> = {
  toggl_timeout: "Toggl did not finish its list of names in time. The names that are known stay.",
  toggl_file_too_large: `Toggl's list of names is larger than ${maxMegabytes} MB, and is not read. The names that are known stay.`,
};

/**
 * Toggl's lists of names, and the organization that groups are listed by. One request each, which is never repeated: it
 * would cost quota that reports need. What goes wrong is not measured, since a token that may not read names makes sound
 * reports all the same.
 */
export function togglNames({
  baseUrl,
  tokens,
  fetch,
  rest,
  clock,
  groupsPatienceMs = 3000,
  ...ports
}: NamesOptions): Pick<Toggl, "token" | "names" | "organization" | "groups"> {
  const observe = togglTelemetry(ports.telemetry);
  const warnings = togglWarnings({ clock, ...ports });
  const ask = async (path: string, token: string, deadline: Deadline) => {
    const url = `${baseUrl}/api/v9/${path}`;
    try {
      const { headers, body } = await askToggl({ url, token }, { fetch, clock, warnings }, deadline);
      observe({ requests: 1, ...togglQuota(headers, clock.now()) });
      return await wholeBody(body, maxMegabytes);
    } catch (error) {
      const words = error instanceof Failure ? ownWords[error.kind] : undefined;
      throw error instanceof Failure && words ? new Failure(error.kind, words, { cause: error.cause }) : error;
    }
  };
  const askForGroups = async (path: string, token: string, deadline: Deadline) => {
    await rest();
    return ask(path, token, atMost(groupsPatienceMs, deadline));
  };
  return {
    token: tokens.read,
    async names(workspaceId, { list, page }, token, deadline) {
      return namePage(list, await ask(`workspaces/${workspaceId}/${pathOf[list](page)}`, token, deadline));
    },
    async organization(workspaceId, token, deadline) {
      return organizationIn(await askForGroups(`workspaces/${workspaceId}`, token, deadline));
    },
    async groups(workspaceId, organizationId, token, deadline) {
      const path = `organizations/${organizationId}/workspaces/${workspaceId}/groups`;
      return groupNames(await askForGroups(path, token, deadline), workspaceId);
    },
  };
}
