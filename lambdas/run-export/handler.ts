import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Deadline } from "../core/deadline.ts";
import { correlationIdOf, jobsOf } from "../core/queue-message.ts";
import { rowsBefore } from "../core/rows-before.ts";
import { type Delivery, type RunExportNeeds, runExport } from "../core/run-export.ts";
import type { Schedule } from "../core/schedule.ts";
import type { ExportJob } from "../core/scheduled-exports.ts";
import { stopwatch } from "../core/stopwatch.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { runLog } from "./run-log.ts";

interface RunExportsNeeds extends Omit<RunExportNeeds, "logFailure" | "rowsBefore"> {
  readonly telemetry: Telemetry;
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly workspaces: { has(id: number): boolean };
  /** Has a message delivered again after so many seconds. */
  readonly hideMessage: (receiptHandle: string, seconds: number, deadline: Deadline) => Promise<void>;
  /** Puts a message on the dead-letter queue. */
  readonly setAside: (message: { body: string; group: string; id: string }, deadline: Deadline) => Promise<void>;
  /** Waits until Toggl may be asked again. */
  readonly rest: () => Promise<void>;
}

interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Time for one export, at most: asking Toggl and moving its file. */
const workingMs = 120_000;

/** Kept back, to say what came of it. */
const recordingMs = 15_000;

/** With less than that no further export is begun. */
const leastMs = 45_000;

/** How long to wait when even the record could not be written, in seconds. */
const troubleSeconds = 60;

/** Works on the queue: every message is a run of a schedule or one export that a caller asked for. */
export function runExports(needs: RunExportsNeeds) {
  return async ({ Records }: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const message of Records) {
      // In a FIFO queue nothing may overtake a message that failed.
      if (failed.length > 0 || !(await isDone(message, invocation, needs))) failed.push(message.messageId);
    }
    await needs.rest(); // the next run of this token can begin at once, and anywhere
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** One message and all that its run needs. */
interface Run {
  readonly message: SQSRecord;
  readonly invocation: Invocation;
  readonly log: ReturnType<typeof runLog>;
}

async function isDone(message: SQSRecord, invocation: Invocation, needs: RunExportsNeeds): Promise<boolean> {
  const context = { request_id: invocation.awsRequestId, message_id: message.messageId };
  const { recording } = deliveryOf(message, invocation);
  const usable = usableJobs(message, needs);
  if ("error" in usable) {
    runLog(needs.telemetry, context).messageTrouble("cannot use a message", usable.error);
    await setAside(message, recording, needs);
    return true;
  }
  const { jobs, correlation_id } = usable;
  const log = runLog(needs.telemetry, { ...context, correlation_id });
  const seconds = await runAll(jobs, { message, invocation, log }, needs);
  if (seconds === undefined) return true;
  await needs.hideMessage(message.receiptHandle, seconds, recording).catch((error: unknown) => {
    log.messageTrouble("cannot hide a message", error); // then it comes again when the queue's own time is up
  });
  return false;
}

/** Seconds after which the message is to be delivered again; undefined if all is done. */
async function runAll(
  jobs: readonly ExportJob[],
  { message, invocation, log }: Run,
  needs: RunExportsNeeds,
): Promise<number | undefined> {
  let seconds: number | undefined;
  for (const job of jobs) {
    if (invocation.getRemainingTimeInMillis() < leastMs) return 1;
    const delivery = deliveryOf(message, invocation);
    const outcome = await runExport(job, delivery, configured(job, log, needs)).catch((error: unknown) => {
      log.trouble(job, error);
      return { kind: "again", afterSeconds: troubleSeconds, wait: false } as const;
    });
    if (outcome.kind === "exhausted") await setAside(message, delivery.recording, needs);
    if (outcome.kind !== "again") continue;
    if (outcome.wait) return outcome.afterSeconds;
    seconds = Math.min(seconds ?? Number.POSITIVE_INFINITY, outcome.afterSeconds);
  }
  return seconds;
}

interface Usable {
  readonly jobs: ExportJob[];
  readonly correlation_id: string | undefined;
}

function usableJobs({ body }: SQSRecord, { schedules }: RunExportsNeeds): Usable | { readonly error: unknown } {
  try {
    return { jobs: jobsOf(body, schedules), correlation_id: correlationIdOf(body) };
  } catch (error) {
    return { error };
  }
}

/** What one export needs, timed and logged; and held to the configuration, which may have changed since it was queued. */
function configured(job: ExportJob, log: Run["log"], needs: RunExportsNeeds): RunExportNeeds {
  const { phases, timed } = stopwatch(needs.now);
  return {
    ...needs,
    publish: timed("publish", needs.publish),
    compareFiles: timed("compare", needs.compareFiles),
    writeRecord: timed("record", needs.writeRecord),
    downloadReport: timed("download", async (order, deadline) => {
      configuredWorkspace(String(job.workspace_id), needs.workspaces);
      return needs.downloadReport(order, deadline);
    }),
    rowsBefore: (one, deadline) => rowsBefore(one, deadline, needs),
    logFailure: log.attemptFailed,
    async announce(made, deadline) {
      log.settled(made, phases);
      await needs.announce(made, deadline);
    },
  };
}

function setAside(message: SQSRecord, deadline: Deadline, needs: RunExportsNeeds): Promise<void> {
  const { body, messageId: id, attributes } = message;
  return needs.setAside({ body, id, group: attributes.MessageGroupId ?? id }, deadline);
}

function deliveryOf({ attributes }: SQSRecord, invocation: Invocation): Delivery {
  const now = Date.now();
  const until = now + invocation.getRemainingTimeInMillis();
  return {
    sentAt: Number(attributes.SentTimestamp),
    until,
    requestId: invocation.awsRequestId,
    working: deadlineAt(Math.min(now + workingMs, until - recordingMs), now),
    recording: deadlineAt(until - 1000, now),
  };
}
