import type { ReportRequest } from "../../../api/parameters.ts";
import type { TrendItem, TrendPeriod } from "../../../client/trend-summary.ts";

export type TrendsRequest = ReportRequest<"data_trends/projects">;

type Settings = Readonly<Record<string, string>>;

/** Which entries Toggl is to count. */
export const billableChoices = {
  "": "All hours",
  true: "Billable hours",
  false: "Hours that are not billable",
} as const;

/** Stands for projects without a client. */
const noClient = "null";

/** Asks for whole periods; projects and clients are chosen on the page, which costs no request. */
export function trendsRequest({ current, previous }: TrendPeriod, settings: Settings): TrendsRequest {
  const billable = billableOf(settings);
  return {
    start_date: current.first,
    end_date: current.last,
    previous_period_start: previous.first,
    ...(billable !== "" && { billable: billable === "true" }),
  };
}

export function billableOf({ billable = "" }: Settings): "" | "true" | "false" {
  return billable === "true" || billable === "false" ? billable : "";
}

/** Ids that a setting lists with commas between them; none means that all are wanted. */
export function idsIn(setting = ""): string[] {
  return setting.split(",").filter((id) => /^[1-9]\d*$/.test(id) || id === noClient);
}

/**
 * The projects that a view's settings want.
 * @param clientOf a project's client as `clients` names it; undefined where that is not known
 */
export function wantedItems(
  items: readonly TrendItem[],
  { projects, clients }: Settings,
  clientOf: (projectId: number) => string | undefined,
): readonly TrendItem[] {
  const [ofProjects, ofClients] = [new Set(idsIn(projects)), new Set(idsIn(clients))];
  return items.filter(
    ({ project_id: id }) =>
      (ofProjects.size === 0 || ofProjects.has(String(id))) &&
      (ofClients.size === 0 || ofClients.has(clientOf(id) ?? "")),
  );
}

/** Which filters of the settings are none, and what is shown instead; empty if all are understood. */
export function filterError(settings: Settings): string {
  const { billable = "" } = settings;
  const errors = [
    billableOf(settings) !== billable && `“${billable}” is not true or false, so all hours are shown.`,
    ...[
      { name: "projects", text: settings.projects ?? "" },
      { name: "clients", text: settings.clients ?? "" },
    ].map(
      ({ name, text }) =>
        text !== "" &&
        idsIn(text).join(",") !== text &&
        `${name}=${text} is no list of ids, such as 101,102; ${idsIn(text).length === 0 ? "all are" : "the others are"} shown.`,
    ),
  ];
  return errors.filter(Boolean).join(" ");
}
