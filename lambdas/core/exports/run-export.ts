import type { Export, FailedExport, SucceededExport } from "../../../api/export.ts";
import { isoTime } from "../../../api/times.ts";
import { Failure } from "../failure.ts";
import type { Current } from "../ports/current.ts";
import type { Using } from "../ports/ports.ts";
import { bringIntoCurrent, letExpire } from "../schedules/keep-current.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { configuredWorkspace } from "../workspace.ts";
import type { Delivery } from "./delivery.ts";
import { takeLease } from "./export-lease.ts";
import {
  type AttemptedExport,
  afterFailure,
  again,
  failedLike,
  isSettled,
  laterEachTime,
  noAttemptLeft,
  type Outcome,
  runningExport,
  succeededExport,
} from "./export-state.ts";
import { type MadeFile, makeFile } from "./make-file.ts";

type Settled = SucceededExport | FailedExport;

interface AnnouncePorts
  extends Using<{
    exports: "find" | "write";
    coordination: "leases";
    events: "announce";
    clock: "now" | "random";
  }> {
  readonly log: Pick<RunLog, "unsent">;
}

interface RunPorts
  extends Using<{
    configuration: "workspaces" | "schedules";
    exports: "find" | "write" | "publish" | "findPublished" | "isThere" | "download" | "compare" | "convert";
    toggl: "report";
    current: keyof Current;
    coordination: "leases" | "quota";
    queue: "sendEvent";
    events: "announce";
    clock: "now" | "random" | "sleep";
  }> {
  readonly log: RunLog;
}

/** What a run has to say beside its record. */
export interface RunLog {
  /** What went wrong with an attempt; the record says what follows from it. */
  attemptFailed(record: Export, failure: Failure): void;
  /** What even the record could not say. */
  error(job: ExportJob, error: unknown): void;
  /** The event about an export could not be sent; it is sent later. */
  unsent(record: Export, error: unknown): void;
}

/**
 * Makes one export in the background: at most once, however often and at how many places at once it is delivered, and
 * whenever it is ended. Its record says at any time how far it is (export-state.ts).
 */
export async function runExport(job: ExportJob, delivery: Delivery, ports: RunPorts): Promise<Outcome> {
  try {
    const found = await ports.exports.find(job.workspace_id, job.id, delivery.recording);
    if (found && isSettled(found, delivery) && found.event_sent_at !== undefined) return { kind: "settled" };
    return await withLease(job.id, delivery, ports, () => runAlone(job, delivery, ports));
  } catch (error) {
    ports.log.error(job, error);
    return laterEachTime(delivery, ports.clock.now(), false);
  }
}

/** Sends the event about an export that is settled, if it is still missing. */
export async function announceLater(
  { workspace_id, id }: Pick<Export, "workspace_id" | "id">,
  delivery: Delivery,
  ports: AnnouncePorts,
): Promise<Outcome> {
  return withLease(id, delivery, ports, async () => {
    const found = await ports.exports.find(workspace_id, id, delivery.recording);
    // A run that makes it again sends an event of its own.
    const isOpen = found?.status === "succeeded" || found?.status === "failed";
    if (!isOpen || found.event_sent_at !== undefined) return { kind: "settled" };
    if (await isAnnounced(found, delivery, ports)) return { kind: "settled" };
    return laterEachTime(delivery, ports.clock.now(), true);
  });
}

/**
 * @param id an export's, or what else only one delivery may work on
 * @param work what no other may do at the same time
 */
export async function withLease(
  id: string,
  { recording: deadline, until }: Delivery,
  ports: Using<{ coordination: "leases"; clock: "now" }>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const lease = await takeLease(id, { until, deadline }, ports);
  if ("heldUntil" in lease) return again(Math.max(1, Math.ceil((lease.heldUntil - ports.clock.now()) / 1000)), true);
  try {
    return await work();
  } finally {
    await lease.release().catch(() => {}); // it runs out by itself
  }
}

async function runAlone(job: ExportJob, delivery: Delivery, ports: RunPorts): Promise<Outcome> {
  const found = await ports.exports.find(job.workspace_id, job.id, delivery.recording);
  if (found && isSettled(found, delivery)) {
    if (found.event_sent_at === undefined) await tellOutcome(found, delivery, ports);
    return { kind: "settled" };
  }
  const running = runningExport(job, found, ports.clock.now());
  const source = await sourceOf(job, delivery, ports);
  if (source?.status === "failed") return settle(failedLike(running, source, ports.clock.now()), delivery, ports);
  let made: MadeFile;
  try {
    const died = noAttemptLeft(running);
    if (died) throw died;
    configuredWorkspace(String(job.workspace_id), ports.configuration.workspaces);
    await ports.exports.write(running, delivery.recording);
    made = await makeFile(job, { isFirst: isUntouched(found), source }, delivery.working, ports);
  } catch (error) {
    return endAttempt(running, asFailure(error), { found, delivery }, ports);
  }
  return settle(succeededExport(running, made, ports.clock.now()), delivery, ports);
}

/** What the file is made of, if that is there or has failed; otherwise Toggl is asked. */
async function sourceOf(
  { workspace_id, madeFrom }: ExportJob,
  { recording }: Delivery,
  ports: RunPorts,
): Promise<Settled | undefined> {
  const found = madeFrom === undefined ? undefined : await ports.exports.find(workspace_id, madeFrom, recording);
  return found?.status === "succeeded" || found?.status === "failed" ? found : undefined;
}

async function settle(record: Settled, delivery: Delivery, ports: RunPorts): Promise<Outcome> {
  await ports.exports.write(record, delivery.recording);
  await tellOutcome(record, delivery, ports);
  return { kind: "settled" };
}

/**
 * What follows from a record that is settled: the file is current, then others are told. Where one of both fails, the
 * message comes again and finds the record. What is not current, since something newer is, may expire.
 */
async function tellOutcome(record: Settled, delivery: Delivery, ports: RunPorts): Promise<void> {
  const isScheduled = record.status === "succeeded" && record.schedule !== undefined;
  const isCurrent = isScheduled && (await bringIntoCurrent(record, delivery.recording, ports));
  await announceOutcome(record, delivery, ports);
  if (isScheduled && !isCurrent) await letExpire(record, delivery.recording, ports);
}

async function endAttempt(
  running: AttemptedExport,
  failure: Failure,
  { found, delivery }: { found: Export | undefined; delivery: Delivery },
  ports: RunPorts,
): Promise<Outcome> {
  ports.log.attemptFailed(running, failure);
  const at = { delivery, now: ports.clock.now(), random: ports.clock.random() };
  const { record, outcome } = afterFailure(running, failure, at);
  await ports.exports.write(record, delivery.recording);
  if (record.status === "failed") await tellOutcome(record, delivery, ports);
  // Once, and not each time that it goes on waiting.
  if (record.status === "deferred" && found?.status !== "deferred") {
    await ports.events.announce(record, delivery.recording).catch((error: unknown) => ports.log.unsent(record, error));
  }
  return outcome;
}

/** An event that cannot be sent holds up no file: its record says so, and a message of its own has it sent later. */
async function announceOutcome(record: Settled, delivery: Delivery, ports: RunPorts): Promise<void> {
  if (await isAnnounced(record, delivery, ports)) return;
  await ports.exports.write({ ...record, event_failed_at: isoTime(ports.clock.now()) }, delivery.recording);
  await ports.queue.sendEvent(record, delivery.recording);
}

/** First the event, then the mark that it went out: ended in between, it goes out twice rather than never. */
async function isAnnounced(record: Settled, { recording }: Delivery, ports: AnnouncePorts): Promise<boolean> {
  try {
    await ports.events.announce(record, recording);
  } catch (error) {
    ports.log.unsent(record, error);
    return false;
  }
  const { event_failed_at: _, ...told } = record;
  await ports.exports.write({ ...told, event_sent_at: isoTime(ports.clock.now()) }, recording);
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
