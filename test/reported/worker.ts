import type { SQSRecord } from "aws-lambda";
import type { Export, ExportOrder } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { maxReceipts } from "../../lambdas/core/exports/delivery.ts";
import type { QueueMessage } from "../../lambdas/core/exports/run-order.ts";
import type { Lease } from "../../lambdas/core/ports/coordination.ts";
import { runExports } from "../../lambdas/run-export/handler.ts";
import { openQueue, type StoredMessage } from "../../local/sqs/fifo-queue.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, reportOf } from "../ports.ts";

const second = 1000;
const day = 24 * 3600 * second;

/** What a worker is surrounded by; all of it may be changed while it works. */
export interface Surroundings {
  schedules: ConfiguredSchedule[];
  workspaces: number[];
  /** Answers for Toggl, or throws. */
  toggl: (order: ExportOrder) => Promise<{ quota_remaining?: number; quota_resets_at?: string }> | never;
  /** Whether the event bus takes events. */
  takesEvents: boolean;
}

/** A message as it is put on the queue. */
export interface Sent {
  readonly message: QueueMessage;
  readonly group: string;
}

/** run-export's own handler over the local queue, with a clock that jumps from one delivery to the next. */
export function startWorker(around: Surroundings) {
  let time = Date.parse("2026-11-03T05:00:00Z");
  const records = new Map<string, Export>();
  const leases = new Map<string, Lease[]>();
  const files = new Set<string>();
  const events: { id: string; status: string; at: number }[] = [];
  const asked: { order: ExportOrder; at: number }[] = [];
  const converted: string[] = [];
  const logs: { message: string; [field: string]: unknown }[] = [];
  const metrics: Record<string, number> = {};
  const dead: StoredMessage[] = [];
  const expired: StoredMessage[] = [];

  const queue = openQueue(
    {
      arn: "queue.fifo",
      url: "",
      isFifo: true,
      contentBasedDeduplication: true,
      visibilityTimeoutSeconds: 1800,
      retentionSeconds: (14 * day) / second,
      deadLetters: { arn: "", maxReceiveCount: maxReceipts },
    },
    {
      now: () => time,
      state: { messages: [], accepted: {} },
      onChange: () => {},
      moveToDeadLetters: (message) => void dead.push(message),
    },
  );
  let sent = 0;
  const send = ({ message, group }: Sent) =>
    queue.send({ body: JSON.stringify(message), group, deduplicationId: String(sent++) });

  const work = runExports({
    configuration: {
      workspaces: { has: (id) => around.workspaces.includes(id) },
      schedules: { get: (name: string) => around.schedules.find((one) => one.name === name) } as Map<
        string,
        ConfiguredSchedule
      >,
    },
    exports: exportsIn(records, {
      async convert({ key }) {
        converted.push(key);
        return reportOf({ sha256: "bb", toggl: { requests: 0 } });
      },
      async publish(_, file) {
        if (files.has(file.key)) throw new Error(`${file.key} is there already`);
        files.add(file.key);
        return { bucket: "bucket", ...file };
      },
    }),
    toggl: {
      async report(order) {
        asked.push({ order, at: time });
        return reportOf({ toggl: { requests: 1, ...(await around.toggl(order)) } });
      },
      rest: async () => {},
    },
    // Each run asks Toggl, whatever it said of its quota before.
    coordination: {
      ...coordinationIn({ leases }),
      quota: { spentUntil: async () => undefined, noteSpent: async () => {} },
    },
    queue: {
      sendEvent: async ({ workspace_id, id }) => {
        send({ message: { event_of: { workspace_id, id } }, group: `event:${id}` });
      },
      changeVisibility: async (handle, seconds) => queue.changeVisibility(handle, seconds),
      sendToDeadLetterQueue: async ({ body, group, id }) => {
        dead.push({ id, body, group, deduplicationId: id, sentAt: time, receiveCount: 0, hiddenUntil: 0 });
      },
    },
    current: currentIn(),
    events: {
      announceRun: async () => {},
      async announce(made) {
        if (!around.takesEvents) throw new Error("EventBridge did not take 1 of 1 events (InternalFailure)");
        events.push({ id: made.id, status: made.status, at: time });
      },
    },
    clock: clockAt(() => time),
    telemetry: {
      event: (_, message, fields) => void logs.push({ ...fields, message }),
      measure(measured) {
        for (const [name, value] of Object.entries(measured)) metrics[name] = (metrics[name] ?? 0) + value;
      },
    },
  });

  /** Whether anything could be worked on. */
  async function deliver(): Promise<boolean> {
    const messages = queue.receive(10);
    for (const message of messages) {
      const invocation = { awsRequestId: "7f1c", getRemainingTimeInMillis: () => 300_000 };
      const { batchItemFailures } = await work({ Records: [recordOf(message)] }, invocation);
      time += second;
      if (batchItemFailures.length === 0) queue.delete(message.receiptHandle ?? "");
    }
    return messages.length > 0;
  }

  return {
    records,
    events,
    asked,
    converted,
    logs,
    metrics,
    dead,
    expired,
    leases,
    files,
    send,
    now: () => time,
    waiting: () => queue.messages.length,
    /** Works until nothing waits any more, or for so many seconds of the worker's clock. */
    async goOn(seconds = Number.POSITIVE_INFINITY): Promise<void> {
      const end = time + seconds * second;
      while (time < end && queue.messages.length > 0) {
        if (await deliver()) continue;
        const next = Math.min(...queue.messages.map(({ hiddenUntil }) => hiddenUntil).filter((at) => at > time));
        time = Math.min(next, end);
      }
      if (Number.isFinite(end)) time = Math.max(time, end);
    },
    /** Moves what was given up on back, as "Start DLQ redrive" does. */
    redrive(): void {
      time += second;
      for (const { body, group } of dead.splice(0)) send({ message: JSON.parse(body), group });
    },
  };
}

function recordOf(message: StoredMessage): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle ?? "",
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: "",
      ApproximateFirstReceiveTimestamp: "",
      MessageGroupId: message.group,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
}
