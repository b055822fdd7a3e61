import type { Export } from "../api/export.ts";
import type { AcceptedColumns, Manifest } from "../api/manifest.ts";
import type { ScheduleRun } from "../api/schedule.ts";
import { attemptOf, claimPrefix } from "../lambdas/core/exports/idempotency.ts";
import { occurrenceOf, runKey, runPrefix } from "../lambdas/core/exports/keys.ts";
import type { RunOrder } from "../lambdas/core/exports/run-order.ts";
import type { Claim, Coordination, KnownNames, Lease, WatchNote } from "../lambdas/core/ports/coordination.ts";
import type { Current } from "../lambdas/core/ports/current.ts";
import type { Exports } from "../lambdas/core/ports/exports.ts";
import type { Clock, Queue } from "../lambdas/core/ports/ports.ts";
import type { DownloadedReport } from "../lambdas/core/ports/toggl.ts";
import { currentPrefix } from "../lambdas/core/schedules/manifest.ts";
import type { Telemetry } from "../lambdas/core/telemetry.ts";

/** A clock that shows what the test says, on which all sleep is over at once. */
export function clockAt(now: () => number, more: Partial<Clock> = {}): Clock {
  return { now, monotonicNow: now, random: () => 0, sleep: async () => {}, ...more };
}

export const silent: Telemetry = { event: () => {}, measure: () => {} };

/** Keeps each line of the log and each measurement. */
export function keptTelemetry(logged: object[], measured: object[] = []): Telemetry {
  return {
    event: (level, message, fields) => void logged.push({ level, message, ...fields }),
    measure: (metrics, dimensions) => void measured.push({ ...metrics, ...dimensions }),
  };
}

/** A report of one byte on no disk. */
export function reportOf(more: Partial<DownloadedReport> = {}): DownloadedReport {
  const toggl = { requests: 1 };
  return { path: "", bytes: 1, sha256: "aa", warnings: [], toggl, discard: async () => {}, ...more };
}

/** Exports whose records are in memory and whose files are nowhere. */
export function exportsIn(records = new Map<string, Export>(), more: Partial<Exports> = {}): Exports {
  const find: Exports["find"] = async (workspaceId, id) => {
    const found = records.get(id);
    return found?.workspace_id === workspaceId ? found : undefined;
  };
  return {
    find,
    get: more.find ?? find,
    async page({ workspaceId, after = "~", limit }) {
      const all = [...records.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
      const older = all.filter(({ workspace_id, id }) => workspace_id === workspaceId && id < after);
      const last = older[limit - 1];
      const next = last && older.length > limit ? { next: last.id } : {};
      return { exports: older.slice(0, limit), unreadable: [], ...next };
    },
    async create(record) {
      if (!records.has(record.id)) records.set(record.id, record);
    },
    write: async (record) => void records.set(record.id, record),
    publish: async (_, { asked_at: __, expires: ___, ...file }) => ({ bucket: "bucket", ...file }),
    findPublished: async () => undefined,
    isThere: async () => true,
    download: async () => ({ path: "", discard: async () => {} }),
    compare: async () => ({ isSame: true, changes: { added: 0, removed: 0, changed: 0 } }),
    convert: async () => reportOf({ sha256: "bb", toggl: { requests: 0 } }),
    link: async ({ id }) => ({ download_url: `https://s3/${id}`, download_url_expires_at: "2026-11-03T05:15:00Z" }),
    linkToFile: async ({ key, method }) => ({
      download_url: `https://s3/${key}?signed-for=${method}`,
      download_url_expires_at: "2026-11-03T05:15:00Z",
    }),
    ...more,
  };
}

/** All that functions have written down for each other. */
interface Notes {
  /** By their keys; without a value where nobody can read it. */
  readonly claims: Map<string, Claim | undefined>;
  /** By export: each number's lease in turn. */
  readonly leases: Map<string, Lease[]>;
  readonly orders: Map<string, RunOrder>;
  /** By schedule and occurrence. */
  readonly completed: Map<string, ScheduleRun>;
  /** By workspace. */
  readonly quota: Map<number, number>;
  readonly names: Map<number, KnownNames>;
  /** What was claimed: hours to ask for names, and warnings of a day. */
  readonly claimed: Set<string>;
  readonly watches: Map<string, WatchNote>;
}

/** Coordination in memory. */
export function coordinationIn(given: Partial<Notes> = {}): Coordination {
  const { claims = new Map(), leases = new Map(), orders = new Map(), quota = new Map(), names = new Map() } = given;
  const { claimed = new Set(), watches = new Map(), completed = new Map() } = given;
  const claim = (what: string) => !claimed.has(what) && Boolean(claimed.add(what));
  return {
    claims: {
      async latest(workspaceId, key) {
        const last = [...claims.keys()].filter((one) => one.startsWith(claimPrefix(workspaceId, key))).at(-1);
        return last === undefined ? undefined : { attempt: attemptOf(last), claim: claims.get(last) };
      },
      create: async (key, made) => !claims.has(key) && Boolean(claims.set(key, made)),
      update: async (key, made) => void claims.set(key, made),
    },
    leases: {
      async latest(id) {
        const all = leases.get(id) ?? [];
        const lease = all.at(-1);
        return lease && { number: all.length, lease };
      },
      async create(id, number, lease) {
        const all = leases.get(id) ?? [];
        return all.length < number && Boolean(leases.set(id, [...all, lease]));
      },
      update: async (id, number, lease) => void leases.get(id)?.splice(number - 1, 1, lease),
    },
    orders: {
      read: async (key) => orders.get(key),
      create: async (key, order) => !orders.has(key) && Boolean(orders.set(key, order)),
      async newest(schedule, after) {
        const first = after === undefined ? runPrefix(schedule) : runKey({ schedule, occurrence: after });
        const later = [...orders.keys()].filter((key) => key.startsWith(runPrefix(schedule)) && key > first);
        const key = later.sort().at(-1);
        const order = key === undefined ? undefined : orders.get(key);
        return key === undefined || !order ? undefined : { run: { schedule, occurrence: occurrenceOf(key) }, order };
      },
    },
    completed: {
      read: async (schedule, occurrence) => completed.get(`${schedule} ${occurrence}`),
      write: async (schedule, run) => void completed.set(`${schedule} ${run.occurrence}`, run),
    },
    quota: {
      spentUntil: async (workspaceId) => quota.get(workspaceId),
      noteSpent: async (workspaceId, until) => void quota.set(workspaceId, until),
    },
    warnings: { claim: async (day, hash) => claim(`${day} ${hash}`) },
    names: {
      read: async (workspaceId) => names.get(workspaceId),
      write: async (workspaceId, known) => void names.set(workspaceId, known),
      claimHour: async (workspaceId, hour) => claim(`${workspaceId} ${hour}`),
    },
    watches: {
      read: async (schedule) => watches.get(schedule),
      write: async (schedule, note) => void watches.set(schedule, note),
    },
  };
}

/** What a bucket in memory keeps for `current/`. */
interface CurrentNotes {
  /** By schedule. */
  readonly manifests: Map<string, { manifest: Manifest; version: string }>;
  /** Below `exports/` and `current/`: content by key. */
  readonly objects: Map<string, string>;
  /** What retention may delete, and what it may not. */
  readonly marks: Map<string, "expires" | "kept">;
  readonly deleted: string[];
}

/** `current/` in memory, whose manifests are written on top of the version that was read, as S3 does it. */
export function currentIn(given: Partial<CurrentNotes> = {}): Current {
  const { manifests = new Map(), objects = new Map(), marks = new Map(), deleted = [] } = given;
  let versions = 0;
  let accepted: readonly AcceptedColumns[] = [];
  return {
    read: async (name) => manifests.get(name) ?? { manifest: undefined, version: undefined },
    get: async (name) => manifests.get(name)?.manifest,
    async write(manifest, seen) {
      if (manifests.get(manifest.schedule)?.version !== seen) return false;
      manifests.set(manifest.schedule, { manifest, version: String(++versions) });
      return true;
    },
    async copy({ source_key, key }) {
      const content = objects.get(source_key);
      if (content !== undefined) objects.set(key, content);
      return content !== undefined;
    },
    list: async (name) => [...objects.keys()].filter((key) => key.startsWith(currentPrefix(name))),
    async remove(keys) {
      deleted.push(...keys);
      for (const key of keys) objects.delete(key);
    },
    async mark(keys, retention) {
      for (const key of keys) marks.set(key, retention);
    },
    accepted: async () => accepted,
    async accept(_, columns) {
      accepted = columns;
    },
  };
}

/** A queue that takes everything and delivers nothing. */
export function queueOf(more: Partial<Queue> = {}): Queue {
  const nothing = async () => {};
  return { send: nothing, sendEvent: nothing, changeVisibility: nothing, sendToDeadLetterQueue: nothing, ...more };
}

/** A run of one export that failed, as it is noted. */
export function failedRun(occurrence: string, more: Partial<ScheduleRun> = {}): ScheduleRun {
  const counts = { unchanged: 0, restated: 0, deferred: 0, failed: 1 };
  return {
    occurrence,
    from_date: "2026-10-01",
    to_date: "2026-10-31",
    status: "failed",
    exports: [],
    ...counts,
    ...more,
  };
}
