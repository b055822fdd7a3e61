import type { Telemetry } from "../../core/telemetry.ts";
import { togglTelemetry } from "../../core/telemetry.ts";
import type { NameList, RefreshNamesNeeds } from "../../core/toggl/names.ts";
import { namePage, projectsPerPage } from "../../core/toggl/names.ts";
import { togglQuota } from "../../core/toggl/toggl-answer.ts";
import { type TogglWarningsNeeds, togglWarnings } from "../../core/toggl/toggl-warning.ts";
import { type AskTogglNeeds, askToggl } from "./ask-toggl.ts";
import { wholeBody } from "./toggl-body.ts";

interface NamesDownloadNeeds extends Omit<AskTogglNeeds, "warnings"> {
  /** Such as https://api.track.toggl.com. */
  readonly baseUrl: string;
  readonly telemetry: Telemetry;
  readonly claimWarning: NonNullable<TogglWarningsNeeds["claim"]>;
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
export function namesDownload(needs: NamesDownloadNeeds): RefreshNamesNeeds["askNames"] {
  const { baseUrl, now, telemetry } = needs;
  const observe = togglTelemetry(telemetry);
  const warnings = togglWarnings({ telemetry, now, claim: needs.claimWarning });
  return async (workspaceId, { list, page }, token, deadline) => {
    const url = `${baseUrl}/api/v9/workspaces/${workspaceId}/${pathOf[list](page)}`;
    const { headers, body } = await askToggl({ url, token }, { ...needs, warnings }, deadline);
    observe({ requests: 1, ...togglQuota(headers, now()) });
    return namePage(list, await wholeBody(body, maxMegabytes));
  };
}
