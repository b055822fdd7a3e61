import type { Export, FailedExport, SucceededExport } from "../../../api/export.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { Failure } from "../failure.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { configuredWorkspace } from "../workspace.ts";
import type { Delivery } from "./delivery.ts";
import { type ExportLeases, takeLease } from "./export-lease.ts";
import {
  type AttemptedExport,
  afterFailure,
  again,
  isSettled,
  laterEachTime,
  noAttemptLeft,
  type Outcome,
  runningExport,
  succeededExport,
} from "./export-state.ts";
import { type CompareNeeds, type MadeFile, type MakeFileNeeds, makeFile } from "./make-file.ts";

type Settled = SucceededExport | FailedExport;

interface AnnounceNeeds {
  readonly leases: ExportLeases;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly writeRecord: (record: Export, deadline: Deadline) => Promise<void>;
  /** Tells whoever listens what became of an export; tries for some seconds at most. */
  readonly announce: (record: Export, deadline: Deadline) => Promise<void>;
  /** Writes to the log that an event could not be sent. */
  readonly logUnsent: (record: Export, error: unknown) => void;
  readonly now: () => number;
  readonly random: () => number;
}

export interface RunExportNeeds extends MakeFileNeeds, CompareNeeds, AnnounceNeeds {
  /** Those of the configuration, which may have changed since the export was asked for. */
  readonly workspaces: { has(id: number): boolean };
  /** Has `announceLater` called with this export, by a message that holds up no export. */
  readonly queueEvent: (record: Export, deadline: Deadline) => Promise<void>;
  /** Writes what went wrong to the log. */
  readonly logFailure: (record: Export, failure: Failure) => void;
  /** Writes to the log what even the record could not say. */
  readonly logError: (job: ExportJob, error: unknown) => void;
}

/**
 * Makes one export in the background: at most once, however often and at how many places at once it is delivered, and
 * whenever it is ended. Its record says at any time how far it is (export-state.ts).
 */
export async function runExport(job: ExportJob, delivery: Delivery, needs: RunExportNeeds): Promise<Outcome> {
  try {
    const found = await needs.findExport(job.workspace_id, job.id, delivery.recording);
    if (found && isSettled(found, delivery) && found.event_sent_at !== undefined) return { kind: "settled" };
    return await withLease(job.id, delivery, needs, () => runAlone(job, delivery, needs));
  } catch (error) {
    needs.logError(job, error);
    return laterEachTime(delivery, needs.now(), false);
  }
}

/** Sends the event about an export that is settled, if it is still missing. */
export async function announceLater(
  { workspace_id, id }: Pick<Export, "workspace_id" | "id">,
  delivery: Delivery,
  needs: AnnounceNeeds,
): Promise<Outcome> {
  return withLease(id, delivery, needs, async () => {
    const found = await needs.findExport(workspace_id, id, delivery.recording);
    // A run that makes it again sends an event of its own.
    const isOpen = found?.status === "succeeded" || found?.status === "failed";
    if (!isOpen || found.event_sent_at !== undefined) return { kind: "settled" };
    if (await isAnnounced(found, delivery, needs)) return { kind: "settled" };
    return laterEachTime(delivery, needs.now(), true);
  });
}

/** @param work what no other run may do at the same time */
async function withLease(
  id: string,
  { recording: deadline, until }: Delivery,
  needs: AnnounceNeeds,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const lease = await takeLease(id, { ...needs, until, deadline });
  if ("heldUntil" in lease) return again(Math.max(1, Math.ceil((lease.heldUntil - needs.now()) / 1000)), true);
  try {
    return await work();
  } finally {
    await lease.release().catch(() => {}); // it runs out by itself
  }
}

async function runAlone(job: ExportJob, delivery: Delivery, needs: RunExportNeeds): Promise<Outcome> {
  const found = await needs.findExport(job.workspace_id, job.id, delivery.recording);
  if (found && isSettled(found, delivery)) {
    if (found.event_sent_at === undefined) await announceOutcome(found, delivery, needs);
    return { kind: "settled" };
  }
  const running = runningExport(job, found, needs.now());
  let made: MadeFile;
  try {
    const died = noAttemptLeft(running);
    if (died) throw died;
    configuredWorkspace(String(job.workspace_id), needs.workspaces);
    await needs.writeRecord(running, delivery.recording);
    made = await makeFile(job, { isFirst: isUntouched(found) }, delivery.working, needs);
  } catch (error) {
    return endAttempt(running, asFailure(error), { found, delivery }, needs);
  }
  const settled = succeededExport(running, made, needs.now());
  await needs.writeRecord(settled, delivery.recording);
  await announceOutcome(settled, delivery, needs);
  return { kind: "settled" };
}

async function endAttempt(
  running: AttemptedExport,
  failure: Failure,
  { found, delivery }: { found: Export | undefined; delivery: Delivery },
  needs: RunExportNeeds,
): Promise<Outcome> {
  needs.logFailure(running, failure);
  const at = { delivery, now: needs.now(), random: needs.random() };
  const { record, outcome } = afterFailure(running, failure, at);
  await needs.writeRecord(record, delivery.recording);
  if (record.status === "failed") await announceOutcome(record, delivery, needs);
  // Once, and not each time that it goes on waiting.
  if (record.status === "deferred" && found?.status !== "deferred") {
    await needs.announce(record, delivery.recording).catch((error: unknown) => needs.logUnsent(record, error));
  }
  return outcome;
}

/** An event that cannot be sent holds up no file: its record says so, and a message of its own has it sent later. */
async function announceOutcome(record: Settled, delivery: Delivery, needs: RunExportNeeds): Promise<void> {
  if (await isAnnounced(record, delivery, needs)) return;
  await needs.writeRecord({ ...record, event_failed_at: isoTime(needs.now()) }, delivery.recording);
  await needs.queueEvent(record, delivery.recording);
}

/** First the event, then the mark that it went out: ended in between, it goes out twice rather than never. */
async function isAnnounced(record: Settled, { recording }: Delivery, needs: AnnounceNeeds): Promise<boolean> {
  try {
    await needs.announce(record, recording);
  } catch (error) {
    needs.logUnsent(record, error);
    return false;
  }
  const { event_failed_at: _, ...told } = record;
  await needs.writeRecord({ ...told, event_sent_at: isoTime(needs.now()) }, recording);
  return true;
}

/** Whether no attempt can have published anything. */
function isUntouched(found: Export | undefined): boolean {
  return found === undefined || (found.status === "queued" && !found.attempts);
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("internal_error", "An unexpected error.", {
    cause: error,
  });
}
