import type { ScheduleRun } from "../../../api/schedule.ts";
import type { Deadline } from "../deadline.ts";
import type { Run, RunOrder } from "../exports/run-order.ts";
import type { NameList, Names, ProjectClients } from "./toggl.ts";

/** What functions that run at the same time, or one after the other, write down for each other. */
export interface Coordination {
  readonly claims: Claims;
  readonly leases: Leases;
  readonly orders: RunOrders;
  readonly completed: CompletedRuns;
  readonly quota: QuotaNotes;
  readonly warnings: WarningClaims;
  readonly names: NameNotes;
  readonly watches: WatchNotes;
}

/** Claims of idempotency keys. */
interface Claims {
  /** The claim of the last attempt; without a claim where nobody can read it any more. */
  latest(
    workspaceId: number,
    key: string,
    deadline: Deadline,
  ): Promise<{ readonly attempt: number; readonly claim: Claim | undefined } | undefined>;
  /** Writes a claim where there is none; false if somebody else was faster. */
  create(objectKey: string, claim: Claim, deadline: Deadline): Promise<boolean>;
  /** Overwrites a claim that the caller holds. */
  update(objectKey: string, claim: Claim, deadline: Deadline): Promise<void>;
}

/** That an `Idempotency-Key` is taken, by what and for what. */
export interface Claim {
  readonly export_id: string;
  /** What was asked for, as a hash: another request under the same key is a mistake of the caller's. */
  readonly request_sha256: string;
  /** Milliseconds since 1970. */
  readonly claimed_at: number;
  /** Whether the attempt has failed, so that the next one need not wait for it. */
  readonly failed?: boolean;
}

/** Leases of one export are numbered; each number is taken once. */
interface Leases {
  latest(exportId: string, deadline: Deadline): Promise<{ number: number; lease: Lease } | undefined>;
  /** False if another run was faster. */
  create(exportId: string, number: number, lease: Lease, deadline: Deadline): Promise<boolean>;
  /** Overwrites a lease that the caller holds. */
  update(exportId: string, number: number, lease: Lease, deadline: Deadline): Promise<void>;
}

/** That one run works on an export, and until when it can at most. */
export interface Lease {
  /** Milliseconds since 1970; the run is ended by then. */
  readonly until: number;
  /** Whether the run gave it back before. */
  readonly isOver?: boolean;
}

/** What each run makes, written down when its message comes for the first time. */
interface RunOrders {
  read(key: string, deadline: Deadline): Promise<RunOrder | undefined>;
  /** Writes an order where there is none; false if somebody else was faster. */
  create(key: string, order: RunOrder, deadline: Deadline): Promise<boolean>;
  /** The newest run of a schedule of the last two weeks, of those after an occurrence. */
  newest(
    schedule: string,
    after: string | undefined,
    deadline: Deadline,
  ): Promise<{ readonly run: Run; readonly order: RunOrder } | undefined>;
}

/** What was said of runs that have come to an end. */
interface CompletedRuns {
  read(schedule: string, occurrence: string, deadline: Deadline): Promise<ScheduleRun | undefined>;
  write(schedule: string, run: ScheduleRun, deadline: Deadline): Promise<void>;
}

/** Notes of until when a token's quota is spent, in milliseconds since 1970; 0 takes one back. */
interface QuotaNotes {
  spentUntil(workspaceId: number, deadline: Deadline): Promise<number | undefined>;
  noteSpent(workspaceId: number, until: number, deadline: Deadline): Promise<void>;
}

/** Who logs what Toggl warns of. */
interface WarningClaims {
  /** Whether this function is the first to log a text on a day, such as 2026-11-25; the text stands as a hash. */
  claim(day: string, hash: string, deadline: Deadline): Promise<boolean>;
}

/** A workspace's names, and who asks Toggl for more. */
interface NameNotes {
  read(workspaceId: number, deadline: Deadline): Promise<KnownNames | undefined>;
  write(workspaceId: number, names: KnownNames, deadline: Deadline): Promise<void>;
  /**
   * False if somebody else has this hour.
   * @param hour such as `2026-11-24T20`, and `2026-11-24T20-groups` for groups
   */
  claimHour(workspaceId: number, hour: string, deadline: Deadline): Promise<boolean>;
}

/** What is known of a workspace's names, and how to go on. */
export interface KnownNames {
  readonly projects: Names;
  readonly users: Names;
  readonly clients?: Names;
  readonly project_clients?: ProjectClients;
  readonly groups?: Names;
  /** Toggl's organization that the workspace belongs to; asked for again after it was refused for good. */
  readonly organization_id?: number;
  /** When Toggl was last asked for groups, whatever came of it; ISO 8601. */
  readonly groups_asked_at?: string;
  /** When names last came; ISO 8601. */
  readonly updated_at?: string;
  /** When both lists were last read to their ends; ISO 8601. One that Toggl refuses for good has ended, too. */
  readonly read_at?: string;
  /** What Toggl is to be asked for next. */
  readonly due: NameList;
  /** Whether the other list has been read to its end, and that of `due` has not. */
  readonly isHalfway?: true;
  /** In which hour Toggl was last asked for projects or people, whatever came of it. */
  readonly asked_hour?: string;
}

/** Notes on schedules, by their names. */
interface WatchNotes {
  read(schedule: string, deadline: Deadline): Promise<WatchNote | undefined>;
  write(schedule: string, note: WatchNote, deadline: Deadline): Promise<void>;
}

/** Since when a schedule has been the way it is: no run before that can be missing. */
export interface WatchNote {
  /** When it runs. */
  readonly rule: string;
  /** ISO 8601. */
  readonly since: string;
}
