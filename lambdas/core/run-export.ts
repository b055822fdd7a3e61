import type { Deadline } from "./deadline.ts";
import { deferralSeconds, isDeferral, mostAttempts, retrySeconds } from "./deferral.ts";
import type { Export } from "./export.ts";
import { type ExportLeases, takeLease } from "./export-lease.ts";
import { Failure } from "./failure.ts";
import { type MakeFileNeeds, makeFile } from "./make-file.ts";
import { isRetryable, problemOf } from "./problem.ts";
import type { ExportJob } from "./scheduled-exports.ts";
import { isoTime } from "./times.ts";

export interface RunExportNeeds extends MakeFileNeeds {
  readonly leases: ExportLeases;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly writeRecord: (made: Export, deadline: Deadline) => Promise<void>;
  /** Tells whoever listens what became of an export. */
  readonly announce: (made: Export, deadline: Deadline) => Promise<void>;
  /** Writes what went wrong to the log. */
  readonly logFailure: (made: Export, failure: Failure) => void;
  readonly now: () => number;
  readonly random: () => number;
}

/** One delivery of a message. */
export interface Delivery {
  /** When the message was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** When this run ends, come what may, in milliseconds since 1970. */
  readonly until: number;
  readonly requestId: string;
  /** For asking Toggl and moving files. */
  readonly working: Deadline;
  /** For saying what came of it; longer. */
  readonly recording: Deadline;
}

export type Outcome =
  /** Made, or failed for good. */
  | { readonly kind: "settled" }
  /** Failed as often as it may: somebody has to look at it. */
  | { readonly kind: "exhausted" }
  /** To be delivered again after so many seconds. `wait`: Toggl or another run asks for it, so nothing else may go on. */
  | { readonly kind: "again"; readonly afterSeconds: number; readonly wait: boolean };

/**
 * Makes one export in the background: at most once, however often and at how many places at once it is delivered, and
 * whenever it is ended. Its record says at any time how far it is.
 */
export async function runExport(job: ExportJob, delivery: Delivery, needs: RunExportNeeds): Promise<Outcome> {
  const { recording: deadline, until } = delivery;
  const found = await needs.findExport(job.workspace_id, job.id, deadline);
  if (found && isSettled(found, delivery) && found.event_sent_at !== undefined) return { kind: "settled" };

  const lease = await takeLease(job.id, { ...needs, until, deadline });
  if ("heldUntil" in lease) return again(Math.max(1, Math.ceil((lease.heldUntil - needs.now()) / 1000)), true);
  try {
    return await runAlone(job, delivery, needs);
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
  const before = found?.status === "failed" ? undefined : found;
  const attempts = (before?.attempts ?? 0) + 1;
  const running = runningRecord(job, { attempts, created_at: before?.created_at ?? found?.created_at }, needs.now());
  if (attempts > mostAttempts) return settleFailed({ ...running, attempts: mostAttempts }, died(), delivery, needs);

  let made: Export;
  try {
    await needs.writeRecord(running, delivery.recording);
    made = await makeFile(job, running, { isFirst: isUntouched(found) }, delivery.working, needs);
  } catch (error) {
    return afterFailure(running, asFailure(error), delivery, needs);
  }
  const settled: Export = { ...made, status: "succeeded", completed_at: isoTime(needs.now()) };
  await needs.writeRecord(settled, delivery.recording);
  await announceOutcome(settled, delivery, needs);
  return { kind: "settled" };
}

async function afterFailure(
  running: Export & { attempts: number },
  failure: Failure,
  delivery: Delivery,
  needs: RunExportNeeds,
): Promise<Outcome> {
  needs.logFailure(running, failure);
  const problem = problemOf(failure, delivery.requestId);
  if (isDeferral(failure)) {
    const afterSeconds = deferralSeconds(failure.retryAfterSeconds ?? 1, needs.random());
    const resumes_at = isoTime(needs.now() + afterSeconds * 1000);
    const deferred: Export = { ...running, status: "deferred", attempts: running.attempts - 1, problem, resumes_at };
    await needs.writeRecord(deferred, delivery.recording);
    await needs.announce(deferred, delivery.recording);
    return again(afterSeconds, true);
  }
  if (!isRetryable(failure) || running.attempts >= mostAttempts) {
    return settleFailed(running, failure, delivery, needs);
  }
  await needs.writeRecord({ ...running, status: "queued", problem }, delivery.recording);
  return again(retrySeconds(running.attempts, needs.random()), false);
}

async function settleFailed(
  running: Export,
  failure: Failure,
  delivery: Delivery,
  needs: RunExportNeeds,
): Promise<Outcome> {
  const problem = problemOf(failure, delivery.requestId);
  const failed: Export = { ...running, status: "failed", completed_at: isoTime(needs.now()), problem };
  await needs.writeRecord(failed, delivery.recording);
  await announceOutcome(failed, delivery, needs);
  return { kind: isRetryable(failure) ? "exhausted" : "settled" };
}

/** First the event, then the mark that it went out: ended in between, it goes out twice rather than never. */
async function announceOutcome(made: Export, { recording }: Delivery, needs: RunExportNeeds): Promise<void> {
  await needs.announce(made, recording);
  await needs.writeRecord({ ...made, event_sent_at: isoTime(needs.now()) }, recording);
}

function runningRecord(
  job: ExportJob,
  { attempts, created_at }: { attempts: number; created_at: string | undefined },
  now: number,
): Export & { attempts: number } {
  const { id, isRefresh: _, ...asked } = job;
  return { id, status: "running", ...asked, created_at: created_at ?? job.created_at ?? isoTime(now), attempts };
}

/** A failed export is made anew if it was asked for again after it had failed. */
function isSettled({ status, completed_at = "" }: Export, { sentAt }: Delivery): boolean {
  if (status === "succeeded") return true;
  return status === "failed" && sentAt <= Date.parse(completed_at);
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

function died(): Failure {
  return new Failure("internal_error", "Every attempt ended without a result.");
}

function again(afterSeconds: number, wait: boolean): Outcome {
  return { kind: "again", afterSeconds, wait };
}
