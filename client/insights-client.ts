import type { Export, ExportList, ExportWithLink, FailedExport, PublishedExport } from "../api/export.ts";
import type { Manifest, Rebuild } from "../api/manifest.ts";
import type { Names } from "../api/names.ts";
import type { FileRequest, ReportRequest } from "../api/parameters.ts";
import type { ExportFormat, ExportReport, FileFormat } from "../api/reports.ts";
import type { Run, RunRequest, ScheduleList } from "../api/schedule.ts";
import type { Trend, Trends } from "../api/trends.ts";
import { type ApiProblem, ForeignAnswer, foreignAnswer, NoAnswer, problemIn } from "./api-problem.ts";
import { type ApiAddress, apiCaller, type CallInit } from "./call-api.ts";
import { type Download, downloadOf } from "./download.ts";
import { followExports } from "./follow-exports.ts";
import { defaultRetries, withRetries } from "./retry.ts";

/** Each file report, as its path ends, and what it takes. */
export type FileRequests = {
  [K in `${ExportReport}.${ExportFormat}`]: K extends `${infer R extends ExportReport}.${infer F extends ExportFormat}`
    ? FileRequest<R, F>
    : never;
};

export type FileReport = keyof FileRequests;

export interface ClientOptions extends ApiAddress {
  /**
   * How often a call is asked again at most that may be made twice (a GET, or one with an idempotency key), where the
   * connection broke or the answer was a passing 429, 502 or 503; 2 if left out, and 0 for never.
   */
  readonly retries?: number | undefined;
}

export interface CallOptions {
  /** Ends the call, or the wait, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CreateOptions extends CallOptions {
  /** The same key and request give the same export, however often it is sent; so the call can be asked again. */
  readonly idempotencyKey?: string | undefined;
}

/** Which exports of the history are meant; all without it. */
export interface HistoryFilter {
  readonly report?: Export["report"] | undefined;
  readonly format?: Export["format"] | undefined;
  /** Only what this schedule made. */
  readonly schedule?: string | undefined;
  readonly status?: Export["status"] | undefined;
  /** Only exports whose period begins on this day or later, such as 2026-10-01. */
  readonly from_date?: string | undefined;
  /** Only exports whose period ends on this day or earlier. */
  readonly to_date?: string | undefined;
  /** How many a page has: 1 to 100. */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface LatestOptions extends CallOptions {
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

export interface WalkOptions extends CallOptions {
  /** Is given the id of each export that belongs here but cannot be read: `getExport` says why. */
  readonly onUnreadable?: ((id: string) => void) | undefined;
}

export interface WaitOptions extends CallOptions {
  /** Sees the export each time that it was looked at. */
  readonly onLook?: ((made: ExportWithLink) => void) | undefined;
  /** Milliseconds between two looks; 1000 if left out. */
  readonly everyMs?: number | undefined;
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
  /** Downloads the file of an export that was made; throws DownloadError if it has none. Toggl is not asked again. */
  download(workspaceId: number, id: string, options?: CallOptions): Promise<Download>;
  getExport(workspaceId: number, id: string, options?: CallOptions): Promise<ExportWithLink>;
  /** Undefined if there is no such export, or if what is kept of it is damaged: then it can be made again. */
  findExport(workspaceId: number, id: string, options?: CallOptions): Promise<ExportWithLink | undefined>;
  /** One page of the history, newest first. */
  listExports(workspaceId: number, filter?: HistoryFilter, options?: CallOptions): Promise<ExportList>;
  /** The whole history, newest first, page by page as it is read. */
  exports(
    workspaceId: number,
    filter?: Omit<HistoryFilter, "limit" | "cursor">,
    options?: WalkOptions,
  ): AsyncIterableIterator<Export>;
  /** Each project's time day by day, out of either form that Toggl has. */
  loadTrends(
    workspaceId: number,
    body: ReportRequest<"data_trends/projects">,
    options?: CallOptions,
  ): Promise<readonly Trend[]>;
  listSchedules(workspaceId: number, options?: CallOptions): Promise<ScheduleList["schedules"]>;
  /**
   * A fresh link to a schedule's newest file; undefined if that is the one which is known. Not for a browser's page: it
   * is not shown where an answer leads to.
   */
  latest(workspaceId: number, schedule: string, options?: LatestOptions): Promise<LatestFile | undefined>;
  /**
   * Names of projects, people, clients and groups by id, as far as the token may read them; empty where it may not.
   * @param projectIds projects that are to have names: if one has none, Toggl is asked again, at most once an hour
   */
  loadNames(workspaceId: number, projectIds?: readonly number[], options?: CallOptions): Promise<Names>;
  /** Has a schedule run in the background. */
  runSchedule(workspaceId: number, name: string, body?: RunRequest, options?: CreateOptions): Promise<Run>;
  /** What is current of a schedule: the newest file of each period. */
  currentFiles(workspaceId: number, name: string, options?: CallOptions): Promise<Manifest>;
  /** Has what is current made again from the records, without asking Toggl. */
  rebuildSchedule(workspaceId: number, name: string, options?: CallOptions): Promise<Rebuild>;
  /** Takes the columns that a schedule holds; throws `no_columns_held` if it holds none. */
  acceptColumns(workspaceId: number, name: string, options?: CallOptions): Promise<Rebuild>;
}

/** The most that the API gives at once. */
const maxPage = 100;

/** @throws TypeError if the address is none, or where a token would be sent in clear */
export function insightsClient({ retries = defaultRetries, ...address }: ClientOptions): InsightsClient {
  const call = apiCaller(address);
  const ask = async <T>(method: string, path: string, body?: object, init: CallInit = {}): Promise<T> => {
    const text = body && JSON.stringify(body);
    const mayRepeat = method === "GET" || init.headers?.["idempotency-key"] !== undefined;
    const once = async () => {
      const response = await call(method, path, { ...init, body: text });
      if (!response.ok) throw await problemIn(response);
      return (await response.json().catch((error) => {
        init.signal?.throwIfAborted();
        if (error instanceof SyntaxError) throw foreignAnswer(response.status);
        throw new NoAnswer("The answer broke off.", error.cause?.code, { cause: error });
      })) as T;
    };
    return withRetries(once, { retries: mayRepeat ? retries : 0, signal: init.signal });
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
      const find = () => client.getExport(workspaceId, id, { signal: options.signal });
      const [made] = await followExports([id], { ...options, find });
      return made as PublishedExport | FailedExport;
    },
    async download(workspaceId, id, { signal } = {}) {
      return downloadOf(await client.getExport(workspaceId, id, { signal }), { signal, send: address.fetch });
    },
    getExport: (workspaceId, id, { signal } = {}) =>
      askFor("id", "GET", `/workspace/${workspaceId}/exports/${encodeURIComponent(id)}`, undefined, { signal }),
    findExport: (workspaceId, id, options) =>
      client.getExport(workspaceId, id, options).catch((error: ApiProblem) => {
        if (isAboutNothing(error)) return undefined;
        throw error;
      }),
    listExports(workspaceId, filter = {}, { signal } = {}) {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined);
      const query = new URLSearchParams(
        Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      ).toString();
      return askFor("exports", "GET", `/workspace/${workspaceId}/exports${query && `?${query}`}`, undefined, {
        signal,
      });
    },
    async *exports(workspaceId, filter = {}, { onUnreadable, ...options } = {}) {
      let cursor: string | undefined;
      do {
        const page: ExportList = await client.listExports(workspaceId, { ...filter, limit: maxPage, cursor }, options);
        for (const id of page.unreadable ?? []) onUnreadable?.(id);
        yield* page.exports;
        cursor = page.next_cursor;
      } while (cursor !== undefined);
    },
    async loadTrends(workspaceId, body, { signal } = {}) {
      const trends = await ask<Trends>("POST", `/workspace/${workspaceId}/data_trends/projects`, body, { signal });
      const within = trends as { readonly items?: readonly Trend[] | null } | null;
      return (Array.isArray(trends) ? (trends as readonly Trend[]) : within?.items) ?? [];
    },
    async listSchedules(workspaceId, { signal } = {}) {
      const { schedules } = await askFor<"schedules", ScheduleList>(
        "schedules",
        "GET",
        `/workspace/${workspaceId}/schedules`,
        undefined,
        { signal },
      );
      return schedules;
    },
    async latest(workspaceId, schedule, { format = "csv", fromDate, knownSha256, signal } = {}) {
      const path = `${scheduleAddress(workspaceId, schedule)}/latest.${format}`;
      const query = fromDate === undefined ? "" : `?${new URLSearchParams({ from_date: fromDate })}`;
      const headers: Record<string, string> = knownSha256 === undefined ? {} : { "if-none-match": `"${knownSha256}"` };
      const once = async () => {
        const response = await call("GET", `${path}${query}`, { headers, signal });
        if (response.status === 304) return undefined;
        const download_url = response.headers.get("location");
        const [, sha256] = /^"([0-9a-f]{64})"$/.exec(response.headers.get("etag") ?? "") ?? [];
        if (response.status === 303 && download_url && sha256) return { download_url, sha256 };
        throw await problemIn(response);
      };
      return withRetries(once, { retries, signal });
    },
    async loadNames(workspaceId, projectIds = [], { signal } = {}) {
      const path = `/workspace/${workspaceId}/names`;
      const names = await ask<Names>("GET", path, undefined, { signal });
      if (projectIds.every((id) => names?.projects?.[id] !== undefined)) return names;
      return ask("GET", path, undefined, { headers: { "cache-control": "no-cache" }, signal });
    },
    runSchedule: (workspaceId, name, body, { idempotencyKey, signal } = {}) =>
      askFor("exports", "POST", `${scheduleAddress(workspaceId, name)}/runs`, body, {
        headers: keyHeader(idempotencyKey),
        signal,
      }),
    currentFiles: (workspaceId, name, { signal } = {}) =>
      askFor("entries", "GET", `${scheduleAddress(workspaceId, name)}/current`, undefined, { signal }),
    rebuildSchedule: (workspaceId, name, { signal } = {}) =>
      ask("POST", `${scheduleAddress(workspaceId, name)}/rebuild`, undefined, { signal }),
    acceptColumns: (workspaceId, name, { signal } = {}) =>
      ask("POST", `${scheduleAddress(workspaceId, name)}/accept-columns`, undefined, { signal }),
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
