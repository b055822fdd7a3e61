import { createHash, randomUUID } from "node:crypto";
import { AwsError } from "../aws/aws-error.ts";
import type { TemplateQueue } from "./from-template.ts";

/** A message as it waits; times in milliseconds since 1970. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  /** Empty in a queue that is not FIFO. */
  readonly group: string;
  readonly deduplicationId: string;
  readonly sentAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  receivedAt?: number;
  /** Until then it is hidden. */
  hiddenUntil: number;
  /** Whether a receiver works on it, and has not said when to deliver it again. */
  isInFlight?: boolean;
  /** What its receiver has to show; only the latest counts. */
  receiptHandle?: string;
}

interface OutgoingMessage {
  readonly body: string;
  readonly group?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export interface QueueState {
  readonly messages: StoredMessage[];
  /** When each deduplication id was last accepted. */
  readonly accepted: Record<string, { readonly at: number; readonly id: string }>;
}

/** What a call did to a queue. */
export interface QueueChange {
  /** Messages that are new or other than before. */
  readonly changed: readonly StoredMessage[];
  /** Ids of those that do not wait any more. */
  readonly removed: readonly string[];
  /** Deduplication ids that were accepted. */
  readonly accepted: QueueState["accepted"];
}

interface QueueNeeds {
  readonly now: () => number;
  /** What waited at the last stop. */
  readonly state: QueueState;
  /** Gets every change, to keep it. */
  readonly onChange: (change: QueueChange) => void;
  /** Takes what was received too often. */
  readonly moveToDeadLetters: (message: StoredMessage) => void;
}

export interface LocalQueue {
  send(message: OutgoingMessage): string;
  /** Messages that may be worked on now, hidden from others for `hiddenSeconds`, or the queue's own time if left out. */
  receive(max: number, hiddenSeconds?: number): StoredMessage[];
  delete(receiptHandle: string): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Everything that waits, hidden or not. */
  readonly messages: readonly StoredMessage[];
  /** Shows at once what is hidden, as though its time were up. */
  showAll(): void;
}

const deduplicationMs = 5 * 60_000;

/** A message stays hidden at most this long, counted from its receipt. */
const maxHiddenMs = 12 * 3600_000;

/** A queue with SQS's rules: groups in order, one receiver for each; duplicates dropped; what fails too often set aside. */
export function openQueue(settings: TemplateQueue, needs: QueueNeeds): LocalQueue {
  const { messages, accepted } = needs.state;
  const { now } = needs;
  let removed: string[] = [];

  const remove = (message: StoredMessage) => {
    messages.splice(messages.indexOf(message), 1);
    removed.push(message.id);
  };
  const keep = (changed: readonly StoredMessage[], newlyAccepted: QueueState["accepted"] = {}) => {
    if (changed.length > 0 || removed.length > 0) needs.onChange({ changed, removed, accepted: newlyAccepted });
    removed = [];
  };
  const expire = () => {
    const oldest = now() - settings.retentionSeconds * 1000;
    for (const message of messages.filter(({ sentAt }) => sentAt < oldest)) remove(message);
  };
  const held = (receiptHandle: string): StoredMessage | undefined =>
    messages.find((message) => message.receiptHandle === receiptHandle);

  const mayReceive = (message: StoredMessage): boolean => {
    if (message.hiddenUntil > now()) return false;
    const { deadLetters } = settings;
    if (!deadLetters || message.receiveCount < deadLetters.maxReceiveCount) return true;
    remove(message);
    needs.moveToDeadLetters(message);
    return false;
  };

  return {
    messages,
    send(outgoing) {
      const deduplicationId = deduplicationIdOf(outgoing, settings);
      const before = accepted[deduplicationId];
      if (settings.isFifo && before && now() - before.at < deduplicationMs) return before.id;
      const id = randomUUID();
      for (const [known, { at }] of Object.entries(accepted)) {
        if (now() - at >= deduplicationMs) delete accepted[known];
      }
      if (settings.isFifo) accepted[deduplicationId] = { at: now(), id };
      const group = settings.isFifo ? (outgoing.group ?? "") : "";
      const { body } = outgoing;
      const message = { id, body, group, deduplicationId, sentAt: now(), receiveCount: 0, hiddenUntil: 0 };
      messages.push(message);
      keep([message], settings.isFifo ? { [deduplicationId]: { at: now(), id } } : {});
      return id;
    },
    receive(max, hiddenSeconds = settings.visibilityTimeoutSeconds) {
      expire();
      const received: StoredMessage[] = [];
      const groups = new Set<string>(); // of each only the first message, where there are groups
      for (const message of [...messages]) {
        if (received.length === max) break;
        if (settings.isFifo && groups.has(message.group)) continue;
        const isFree = mayReceive(message);
        if (removed.at(-1) !== message.id) groups.add(message.group); // or it was set aside, and the next is first
        if (!isFree) continue;
        message.receiveCount++;
        message.firstReceivedAt ??= now();
        message.receivedAt = now();
        message.hiddenUntil = now() + hiddenSeconds * 1000;
        message.isInFlight = true;
        message.receiptHandle = randomUUID();
        received.push({ ...message });
      }
      keep(received);
      return received;
    },
    delete(receiptHandle) {
      const message = held(receiptHandle);
      if (message) remove(message);
      keep([]);
    },
    changeVisibility(receiptHandle, seconds) {
      const message = held(receiptHandle);
      if (!message || message.hiddenUntil <= now()) {
        throw new AwsError(
          400,
          "InvalidParameterValue",
          "The message is not available for a visibility timeout change.",
        );
      }
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
        throw new AwsError(400, "InvalidParameterValue", "VisibilityTimeout must be 0 to 43200.");
      }
      if (now() + seconds * 1000 > (message.receivedAt ?? 0) + maxHiddenMs) {
        const detail = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].";
        throw new AwsError(400, "InvalidParameterValue", detail);
      }
      message.hiddenUntil = now() + seconds * 1000;
      message.isInFlight = false;
      keep([message]);
    },
    showAll() {
      for (const message of messages) message.hiddenUntil = 0;
      keep(messages);
    },
  };
}

function deduplicationIdOf({ body, group, deduplicationId }: OutgoingMessage, settings: TemplateQueue): string {
  if (!settings.isFifo) return randomUUID();
  if (group === undefined || group === "" || group.length > 128) {
    throw new AwsError(400, "MissingParameter", "The request must contain a MessageGroupId of 1 to 128 characters.");
  }
  if (deduplicationId !== undefined) return deduplicationId;
  if (settings.contentBasedDeduplication) return createHash("sha256").update(body).digest("hex");
  const detail = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided.";
  throw new AwsError(400, "InvalidParameterValue", detail);
}
