import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Deadline } from "../core/deadline.ts";
import type { Delivery } from "../core/exports/delivery.ts";
import { again, laterEachTime, type Outcome } from "../core/exports/export-state.ts";
import { announceLater, type RunExportNeeds, runExport } from "../core/exports/run-export.ts";
import { type Asked, orderedExports, type RunOrdersNeeds, readMessage } from "../core/exports/run-order.ts";
import type { ExportJob } from "../core/schedules/schedule.ts";
import { rowsBefore } from "../core/schedules/schedule-health.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { stopwatch } from "../core/telemetry.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { runLog } from "./run-log.ts";

type Logged = "logFailure" | "logError" | "logUnsent" | "rowsBefore";

interface RunExportsNeeds extends Omit<RunExportNeeds, Logged>, RunOrdersNeeds {
  readonly telemetry: Telemetry;
  /** Has a message delivered again after this many seconds. */
  readonly changeVisibility: (receiptHandle: string, seconds: number, deadline: Deadline) => Promise<void>;
  /** Puts a message on the dead-letter queue. */
  readonly sendToDeadLetterQueue: (
    message: { body: string; group: string; id: string },
    deadline: Deadline,
  ) => Promise<void>;
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
const minMs = 45_000;

/** Works on the queue: every message is a run of a schedule, one export that a caller asked for, or an event to send. */
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
interface Received {
  readonly message: SQSRecord;
  readonly invocation: Invocation;
  readonly log: ReturnType<typeof runLog>;
}

async function isDone(message: SQSRecord, invocation: Invocation, needs: RunExportsNeeds): Promise<boolean> {
  const context = { request_id: invocation.awsRequestId, message_id: message.messageId };
  const { recording } = deliveryOf(message, invocation, needs.now());
  const asked = readAsked(message);
  if ("error" in asked) {
    runLog(needs.telemetry, context).messageError("cannot use a message", asked.error);
    await sendToDeadLetterQueue(message, recording, needs);
    return true;
  }
  const log = runLog(needs.telemetry, { ...context, correlation_id: asked.correlation_id });
  const outcome = await work(asked, { message, invocation, log }, needs);
  if (outcome.kind === "exhausted") await sendToDeadLetterQueue(message, recording, needs);
  if (outcome.kind !== "again") return true;
  await needs.changeVisibility(message.receiptHandle, outcome.afterSeconds, recording).catch((error: unknown) => {
    log.messageError("cannot hide a message", error); // then it comes again when the queue's own time is up
  });
  return false;
}

function readAsked({ body }: SQSRecord): Asked | { readonly error: unknown } {
  try {
    return readMessage(body);
  } catch (error) {
    return { error };
  }
}

async function work(asked: Asked, received: Received, needs: RunExportsNeeds): Promise<Outcome> {
  const { message, invocation, log } = received;
  if (asked.kind === "exports") return runAll(asked.jobs, received, needs);
  const delivery = deliveryOf(message, invocation, needs.now());
  try {
    if (asked.kind === "event") return await announceLater(asked.of, delivery, { ...needs, logUnsent: log.unsent });
    const jobs = await orderedExports(asked.run, delivery.recording, needs);
    if (jobs) return await runAll(jobs, received, needs);
    log.noSchedule(asked.run);
    return { kind: "settled" };
  } catch (error) {
    log.messageError("cannot work on a message", error);
    return laterEachTime(delivery, needs.now(), true);
  }
}

/** What is left to do for a message, once each of its exports had its turn. */
async function runAll(jobs: readonly ExportJob[], received: Received, needs: RunExportsNeeds): Promise<Outcome> {
  const { message, invocation, log } = received;
  let seconds = Number.POSITIVE_INFINITY;
  for (const job of jobs) {
    if (invocation.getRemainingTimeInMillis() < minMs) return again(1, false);
    const delivery = deliveryOf(message, invocation, needs.now());
    const outcome = await runExport(job, delivery, observed(log, needs));
    if (outcome.kind === "exhausted") await sendToDeadLetterQueue(message, delivery.recording, needs); // though others go on
    if (outcome.kind !== "again") continue;
    if (outcome.wait) return outcome;
    seconds = Math.min(seconds, outcome.afterSeconds);
  }
  return Number.isFinite(seconds) ? again(seconds, false) : { kind: "settled" };
}

/** What one export needs, timed and logged. */
function observed(log: Received["log"], needs: RunExportsNeeds): RunExportNeeds {
  const { phases, timed } = stopwatch(needs.now);
  return {
    ...needs,
    publish: timed("publish", needs.publish),
    compareFiles: timed("compare", needs.compareFiles),
    writeRecord: timed("record", needs.writeRecord),
    downloadReport: timed("download", needs.downloadReport),
    rowsBefore: (one, deadline) => rowsBefore(one, deadline, needs),
    logFailure: log.attemptFailed,
    logError: log.error,
    logUnsent: log.unsent,
    async announce(record, deadline) {
      log.settled(record, phases);
      await needs.announce(record, deadline);
    },
  };
}

function sendToDeadLetterQueue(message: SQSRecord, deadline: Deadline, needs: RunExportsNeeds): Promise<void> {
  const { body, messageId: id, attributes } = message;
  return needs.sendToDeadLetterQueue({ body, id, group: attributes.MessageGroupId ?? id }, deadline);
}

function deliveryOf({ attributes }: SQSRecord, invocation: Invocation, now: number): Delivery {
  const until = now + invocation.getRemainingTimeInMillis();
  return {
    sentAt: Number(attributes.SentTimestamp),
    receipts: Number(attributes.ApproximateReceiveCount),
    until,
    requestId: invocation.awsRequestId,
    working: deadlineAt(Math.min(now + workingMs, until - recordingMs), now),
    recording: deadlineAt(until - 1000, now),
  };
}
