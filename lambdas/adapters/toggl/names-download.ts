import type { Clock, Using } from "../../core/ports/ports.ts";
import type { NameList, Toggl } from "../../core/ports/toggl.ts";
import { togglTelemetry } from "../../core/telemetry.ts";
import { namePage, projectsPerPage } from "../../core/toggl/names.ts";
import { togglQuota } from "../../core/toggl/toggl-answer.ts";
import { togglWarnings } from "../../core/toggl/toggl-warning.ts";
import { askToggl } from "./ask-toggl.ts";
import type { Fetch } from "./raw-fetch.ts";
import { wholeBody } from "./toggl-body.ts";
import type { TokenSource } from "./token-source.ts";

interface NamesOptions extends Using<{ telemetry: "event" | "measure"; coordination: "warnings" }> {
  /** Such as https://api.track.toggl.com. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, "now">;
}

/** A full page of projects has some 300 KB; there are no pages of people. */
const maxMegabytes = 5;

const pathOf: Record<NameList["list"], (page: number) => string> = {
  projects: (page) => `projects?active=both&per_page=${projectsPerPage}&page=${page}`,
  users: () => "users",
};

/**
 * Toggl's lists of names. One request each, which is never repeated: it would cost quota that reports need. What goes wrong
 * is not measured, since a token that may not read names makes sound reports all the same.
 */
export function togglNames({ baseUrl, tokens, fetch, clock, ...ports }: NamesOptions): Pick<Toggl, "token" | "names"> {
  const observe = togglTelemetry(ports.telemetry);
  const warnings = togglWarnings({ clock, ...ports });
  return {
    token: tokens.read,
    async names(workspaceId, { list, page }, token, deadline) {
      const url = `${baseUrl}/api/v9/workspaces/${workspaceId}/${pathOf[list](page)}`;
      const { headers, body } = await askToggl({ url, token }, { fetch, clock, warnings }, deadline);
      observe({ requests: 1, ...togglQuota(headers, clock.now()) });
      return namePage(list, await wholeBody(body, maxMegabytes));
    },
  };
}
