import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Deadline } from "../core/deadline.ts";
import { jobsOf } from "../core/queue-message.ts";
import { type Delivery, type RunExportNeeds, runExport } from "../core/run-export.ts";
import type { Schedule } from "../core/schedule.ts";
import type { ExportJob } from "../core/scheduled-exports.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { logFailure, logMessage, logOutcome } from "./run-log.ts";

interface RunExportsNeeds extends Omit<RunExportNeeds, "logFailure"> {
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

async function isDone(message: SQSRecord, invocation: Invocation, needs: RunExportsNeeds): Promise<boolean> {
  const { recording } = deliveryOf(message, invocation);
  const jobs = usableJobs(message, needs);
  if (!jobs) {
    await setAside(message, recording, needs);
    return true;
  }
  const seconds = await runAll(jobs, message, invocation, needs);
  if (seconds === undefined) return true;
  await needs.hideMessage(message.receiptHandle, seconds, recording).catch((error: unknown) => {
    logMessage("cannot hide a message", message.messageId, error); // then it comes again when the queue's own time is up
  });
  return false;
}

/** Seconds after which the message is to be delivered again; undefined if all is done. */
async function runAll(
  jobs: readonly ExportJob[],
  message: SQSRecord,
  invocation: Invocation,
  needs: RunExportsNeeds,
): Promise<number | undefined> {
  let seconds: number | undefined;
  for (const job of jobs) {
    if (invocation.getRemainingTimeInMillis() < leastMs) return 1;
    const delivery = deliveryOf(message, invocation);
    const outcome = await runExport(job, delivery, configured(job, needs)).catch((error: unknown) => {
      logOutcome(job, "trouble", error);
      return { kind: "again", afterSeconds: troubleSeconds, wait: false } as const;
    });
    logOutcome(job, outcome.kind);
    if (outcome.kind === "exhausted") await setAside(message, delivery.recording, needs);
    if (outcome.kind !== "again") continue;
    if (outcome.wait) return outcome.afterSeconds;
    seconds = Math.min(seconds ?? Number.POSITIVE_INFINITY, outcome.afterSeconds);
  }
  return seconds;
}

function usableJobs(message: SQSRecord, { schedules }: RunExportsNeeds): ExportJob[] | undefined {
  try {
    return jobsOf(message.body, schedules);
  } catch (error) {
    logMessage("cannot use a message", message.messageId, error);
    return undefined;
  }
}

/** The configuration may have changed since the export was queued. */
function configured(job: ExportJob, needs: RunExportsNeeds): RunExportNeeds {
  return {
    ...needs,
    logFailure,
    async downloadReport(order, deadline) {
      configuredWorkspace(String(job.workspace_id), needs.workspaces);
      return needs.downloadReport(order, deadline);
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
