import type { Export, ExportList, ExportWithLink, FailedExport, PublishedExport } from "../api/export.ts";
import type { Manifest, Rebuild } from "../api/manifest.ts";
import type { Names } from "../api/names.ts";
import type { FileRequest, ReportRequest } from "../api/parameters.ts";
import type { ExportFormat, ExportReport, FileFormat } from "../api/reports.ts";
import type { Run, RunRequest, ScheduleList } from "../api/schedule.ts";
import type { Trend, Trends } from "../api/trends.ts";
import { type ApiProblem, ForeignAnswer, foreignAnswer, problemIn } from "./api-problem.ts";
import { type ApiAddress, apiCaller, type CallInit } from "./call-api.ts";
import { followExports } from "./follow-exports.ts";

/** Each file report, as its path ends, and what it takes. */
export type FileRequests = {
  [K in `${ExportReport}.${ExportFormat}`]: K extends `${infer R extends ExportReport}.${infer F extends ExportFormat}`
    ? FileRequest<R, F>
    : never;
};

export type FileReport = keyof FileRequests;

interface CreateOptions {
  /** The same key and request give the same export, however often it is sent. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface HistoryFilter {
  readonly report?: string | undefined;
  readonly format?: FileFormat | undefined;
  readonly schedule?: string | undefined;
  readonly status?: Export["status"] | undefined;
  /** Only exports whose period begins on this day or later, such as 2026-10-01. */
  readonly from_date?: string | undefined;
  /** Only exports whose period ends on this day or earlier. */
  readonly to_date?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

interface LatestOptions {
  /** csv if left out. */
  readonly format?: FileFormat | undefined;
  /** First day of a period, such as 2026-10-01; the newest period if left out. */
  readonly fromDate?: string | undefined;
  /** SHA-256 of the file that is there already. */
  readonly knownSha256?: string | undefined;
}

/** A schedule's newest file of a period. */
export interface LatestFile {
  /** Works for some minutes. */
  readonly download_url: string;
  readonly sha256: string;
}

interface WaitOptions {
  /** Sees the export each time that it was looked at. */
  readonly onLook?: ((made: ExportWithLink) => void) | undefined;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The product's API. Every method throws ApiProblem for what the API refuses, and NoAnswer where none came. */
export interface InsightsClient {
  /** Makes an export while it is waited for: 25 seconds at most. */
  createExport<R extends FileReport>(
    workspaceId: number,
    report: R,
    body: FileRequests[R],
    options?: CreateOptions,
  ): Promise<PublishedExport>;
  /** Has an export made in the background. */
  queueExport<R extends FileReport>(
    workspaceId: number,
    report: R,
    body: FileRequests[R],
    options?: CreateOptions,
  ): Promise<Export>;
  /** Looks at an export until it has succeeded or failed. */
  waitForExport(workspaceId: number, id: string, options?: WaitOptions): Promise<PublishedExport | FailedExport>;
  getExport(workspaceId: number, id: string): Promise<ExportWithLink>;
  /** Undefined if there is no such export, or if what is kept of it is damaged: then it can be made again. */
  findExport(workspaceId: number, id: string): Promise<ExportWithLink | undefined>;
  listExports(workspaceId: number, filter?: HistoryFilter): Promise<ExportList>;
  /** Each project's time day by day, out of either form that Toggl has. */
  loadTrends(workspaceId: number, body: ReportRequest<"data_trends/projects">): Promise<readonly Trend[]>;
  listSchedules(workspaceId: number): Promise<ScheduleList["schedules"]>;
  /**
   * A fresh link to a schedule's newest file; undefined if that is the one which is known. Not for a browser's page: it
   * is not shown where an answer leads to.
   */
  latest(workspaceId: number, schedule: string, options?: LatestOptions): Promise<LatestFile | undefined>;
  /**
   * Names of projects and people by id, as far as the token may read them; empty where it may not.
   * @param projectIds projects that are to have names: if one has none, Toggl is asked again, at most once an hour
   */
  loadNames(workspaceId: number, projectIds?: readonly number[]): Promise<Names>;
  runSchedule(workspaceId: number, name: string, body?: RunRequest): Promise<Run>;
  /** What is current of a schedule: the newest file of each period. */
  currentFiles(workspaceId: number, name: string): Promise<Manifest>;
  /** Has what is current made again from the records, without asking Toggl. */
  rebuildSchedule(workspaceId: number, name: string): Promise<Rebuild>;
  /** Takes the columns that a schedule holds; throws `no_columns_held` if it holds none. */
  acceptColumns(workspaceId: number, name: string): Promise<Rebuild>;
}

export function insightsClient(address: ApiAddress): InsightsClient {
  const call = apiCaller(address);
  const ask = async <T>(method: string, path: string, body?: object, init: CallInit = {}): Promise<T> => {
    const text = body && JSON.stringify(body);
    const response = await call(method, path, { ...init, body: text });
    if (!response.ok) throw await problemIn(response);
    return (await response.json().catch(() => {
      throw foreignAnswer(response.status);
    })) as T;
  };
  /** For answers that always hold one thing: what holds it not is another server's. */
  const askFor = async <K extends string, T extends { readonly [key in K]: unknown }>(
    key: K,
    ...asked: Parameters<typeof ask>
  ): Promise<T> => {
    const answer = await ask<T | null>(...asked);
    if (answer?.[key] === undefined) throw foreignAnswer(200, answer);
    return answer;
  };
  const client: InsightsClient = {
    createExport: (workspaceId, report, body, { idempotencyKey, signal } = {}) =>
      askFor("id", "POST", `/workspace/${workspaceId}/${report}`, body, { headers: keyHeader(idempotencyKey), signal }),
    queueExport: (workspaceId, report, body, { idempotencyKey, signal } = {}) => {
      const headers = { prefer: "respond-async", ...keyHeader(idempotencyKey) };
      return askFor("id", "POST", `/workspace/${workspaceId}/${report}`, body, { headers, signal });
    },
    async waitForExport(workspaceId, id, options = {}) {
      const [made] = await followExports([id], { ...options, find: () => client.getExport(workspaceId, id) });
      return made as PublishedExport | FailedExport;
    },
    getExport: (workspaceId, id) => askFor("id", "GET", `/workspace/${workspaceId}/exports/${encodeURIComponent(id)}`),
    findExport: (workspaceId, id) =>
      client.getExport(workspaceId, id).catch((error: ApiProblem) => {
        if (isAboutNothing(error)) return undefined;
        throw error;
      }),
    listExports(workspaceId, filter = {}) {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined);
      const query = new URLSearchParams(
        Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      ).toString();
      return askFor("exports", "GET", `/workspace/${workspaceId}/exports${query && `?${query}`}`);
    },
    async loadTrends(workspaceId, body) {
      const trends = await ask<Trends>("POST", `/workspace/${workspaceId}/data_trends/projects`, body);
      const within = trends as { readonly items?: readonly Trend[] | null } | null;
      return (Array.isArray(trends) ? (trends as readonly Trend[]) : within?.items) ?? [];
    },
    async listSchedules(workspaceId) {
      const { schedules } = await askFor<"schedules", ScheduleList>(
        "schedules",
        "GET",
        `/workspace/${workspaceId}/schedules`,
      );
      return schedules;
    },
    async latest(workspaceId, schedule, { format = "csv", fromDate, knownSha256 } = {}) {
      const path = `/workspace/${workspaceId}/schedules/${encodeURIComponent(schedule)}/latest.${format}`;
      const query = fromDate === undefined ? "" : `?${new URLSearchParams({ from_date: fromDate })}`;
      const headers: Record<string, string> = knownSha256 === undefined ? {} : { "if-none-match": `"${knownSha256}"` };
      const response = await call("GET", `${path}${query}`, { headers });
      if (response.status === 304) return undefined;
      const download_url = response.headers.get("location");
      const [, sha256] = /^"([0-9a-f]{64})"$/.exec(response.headers.get("etag") ?? "") ?? [];
      if (response.status === 303 && download_url && sha256) return { download_url, sha256 };
      throw await problemIn(response);
    },
    async loadNames(workspaceId, projectIds = []) {
      const path = `/workspace/${workspaceId}/names`;
      const names = await ask<Names>("GET", path);
      if (projectIds.every((id) => names?.projects?.[id] !== undefined)) return names;
      return ask("GET", path, undefined, { headers: { "cache-control": "no-cache" } });
    },
    runSchedule: (workspaceId, name, body) =>
      askFor("exports", "POST", `${scheduleAddress(workspaceId, name)}/runs`, body),
    currentFiles: (workspaceId, name) => askFor("entries", "GET", `${scheduleAddress(workspaceId, name)}/current`),
    rebuildSchedule: (workspaceId, name) => ask("POST", `${scheduleAddress(workspaceId, name)}/rebuild`),
    acceptColumns: (workspaceId, name) => ask("POST", `${scheduleAddress(workspaceId, name)}/accept-columns`),
  };
  return client;
}

function scheduleAddress(workspaceId: number, name: string): string {
  return `/workspace/${workspaceId}/schedules/${encodeURIComponent(name)}`;
}

function isAboutNothing(error: ApiProblem): boolean {
  if (error instanceof ForeignAnswer) return false;
  return error.status === 404 || error.problem?.code === "record_damaged";
}

function keyHeader(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": key };
}
