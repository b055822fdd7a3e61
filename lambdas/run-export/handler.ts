import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Rebuild } from "../../api/manifest.ts";
import type { Deadline } from "../core/deadline.ts";
import type { Delivery } from "../core/exports/delivery.ts";
import { again, laterEachTime, type Outcome } from "../core/exports/export-state.ts";
import { orderedExports } from "../core/exports/fired-run.ts";
import { announceLater, runExport } from "../core/exports/run-export.ts";
import { type Asked, readMessage } from "../core/exports/run-order.ts";
import type { Current } from "../core/ports/current.ts";
import type { Using } from "../core/ports/ports.ts";
import { completeRun } from "../core/schedules/complete-run.ts";
import { acceptColumns, rebuildCurrent } from "../core/schedules/keep-current.ts";
import type { ExportJob } from "../core/schedules/schedule.ts";
import { stopwatch } from "../core/telemetry.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { type MessageLog, runLog } from "./run-log.ts";

type WorkerPorts = Using<{
  configuration: "workspaces" | "schedules";
  exports: "find" | "page" | "write" | "publish" | "findPublished" | "isThere" | "download" | "compare" | "convert";
  toggl: "report" | "rest";
  current: keyof Current;
  coordination: "completed" | "leases" | "orders" | "quota";
  queue: "sendEvent" | "changeVisibility" | "sendToDeadLetterQueue";
  events: "announce" | "announceRun";
  clock: "now" | "random" | "sleep";
  telemetry: "event" | "measure";
}>;

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
export function runExports(ports: WorkerPorts) {
  return async ({ Records }: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const message of Records) {
      // In a FIFO queue nothing may overtake a message that failed.
      if (failed.length > 0 || !(await isDone(message, invocation, ports))) failed.push(message.messageId);
    }
    await ports.toggl.rest(); // the next run of this token can begin at once, and anywhere
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** One message and all that its run ports. */
interface Received {
  readonly message: SQSRecord;
  readonly invocation: Invocation;
  readonly log: MessageLog;
}

async function isDone(message: SQSRecord, invocation: Invocation, ports: WorkerPorts): Promise<boolean> {
  const context = { request_id: invocation.awsRequestId, message_id: message.messageId };
  const { recording } = deliveryOf(message, invocation, ports.clock.now());
  const asked = readAsked(message);
  if ("error" in asked) {
    runLog(ports.telemetry, context).messageError("cannot use a message", asked.error);
    await sendToDeadLetterQueue(message, recording, ports);
    return true;
  }
  const log = runLog(ports.telemetry, { ...context, correlation_id: asked.correlation_id });
  const outcome = await work(asked, { message, invocation, log }, ports);
  if (outcome.kind === "exhausted") await sendToDeadLetterQueue(message, recording, ports);
  if (outcome.kind !== "again") return true;
  await ports.queue.changeVisibility(message.receiptHandle, outcome.afterSeconds, recording).catch((error: unknown) => {
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

async function work(asked: Asked, received: Received, ports: WorkerPorts): Promise<Outcome> {
  const { message, invocation, log } = received;
  if (asked.kind === "exports") return runAll(asked.jobs, received, ports);
  const delivery = deliveryOf(message, invocation, ports.clock.now());
  try {
    if (asked.kind === "rebuild") return await rebuild(asked.rebuild, delivery.working, ports);
    if (asked.kind === "event") return await announceLater(asked.of, delivery, { ...ports, log });
    const jobs = await orderedExports(asked.run, delivery.recording, ports);
    if (jobs) return await runAll(jobs, received, ports);
    log.noSchedule(asked.run);
    return { kind: "settled" };
  } catch (error) {
    log.messageError("cannot work on a message", error);
    return laterEachTime(delivery, ports.clock.now(), true);
  }
}

async function rebuild({ schedule, accepted }: Rebuild, deadline: Deadline, ports: WorkerPorts): Promise<Outcome> {
  if (accepted) await acceptColumns(schedule, accepted, deadline, ports);
  await rebuildCurrent(schedule, deadline, ports);
  return { kind: "settled" };
}

/** What is left to do for a message, once each of its exports had its turn. */
async function runAll(jobs: readonly ExportJob[], received: Received, ports: WorkerPorts): Promise<Outcome> {
  const { message, invocation, log } = received;
  let seconds = Number.POSITIVE_INFINITY;
  const later = new Set<string>();
  for (const job of jobs) {
    if (job.madeFrom !== undefined && later.has(job.madeFrom)) continue;
    if (invocation.getRemainingTimeInMillis() < minMs) return again(1, false);
    const delivery = deliveryOf(message, invocation, ports.clock.now());
    const outcome = await runExport(job, delivery, observed(log, ports));
    if (outcome.kind === "exhausted") await sendToDeadLetterQueue(message, delivery.recording, ports); // though others go on
    if (outcome.kind !== "again") continue;
    if (outcome.wait) return outcome;
    later.add(job.id);
    seconds = Math.min(seconds, outcome.afterSeconds);
  }
  if (Number.isFinite(seconds)) return again(seconds, false);
  const delivery = deliveryOf(message, invocation, ports.clock.now());
  try {
    return await completeRun(jobs, delivery, ports);
  } catch (error) {
    log.messageError("cannot say what a run came to", error);
    return laterEachTime(delivery, ports.clock.now(), false);
  }
}

/** The ports of one export, timed; what became of it is logged before others are told. */
function observed(
  log: MessageLog,
  { exports, toggl, events, ...others }: WorkerPorts,
): Parameters<typeof runExport>[2] {
  const { phases, timed } = stopwatch(others.clock.now);
  return {
    ...others,
    exports: timed(exports, { publish: "publish", compare: "compare", convert: "convert", write: "record" }),
    toggl: timed(toggl, { report: "download" }),
    events: {
      async announce(record, deadline) {
        log.settled(record, phases);
        await events.announce(record, deadline);
      },
    },
    log,
  };
}

function sendToDeadLetterQueue(message: SQSRecord, deadline: Deadline, ports: WorkerPorts): Promise<void> {
  const { body, messageId: id, attributes } = message;
  return ports.queue.sendToDeadLetterQueue({ body, id, group: attributes.MessageGroupId ?? id }, deadline);
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
