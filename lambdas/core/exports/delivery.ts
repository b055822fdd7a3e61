import type { Deadline } from "../deadline.ts";

/** SQS keeps a message at most this long: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const keptMessageDays = 14;

/** The highest `maxReceiveCount` that SQS takes: after this many receipts it moves a message to the dead letters itself. */
export const maxReceipts = 1000;

/** Kept back, so that an export is settled before SQS ends its message: time for all that wait behind it, too. */
const keptBackMs = 24 * 3600_000;

/** Kept back for receipts that find another run at work. */
const keptBackReceipts = 20;

/** One delivery of a message. */
export interface Delivery {
  /** When the message was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** How often it was received, this time included. */
  readonly receipts: number;
  /** When this run ends, come what may, in milliseconds since 1970. */
  readonly until: number;
  readonly requestId: string;
  /** For asking Toggl and moving files. */
  readonly working: Deadline;
  /** For saying what came of it; longer. */
  readonly recording: Deadline;
}

/**
 * Whether the message may wait until then. If not, this delivery is its last, and what it asks for has to be settled.
 * @param at milliseconds since 1970
 */
export function mayWaitUntil(at: number, { sentAt, receipts }: Pick<Delivery, "sentAt" | "receipts">): boolean {
  return at <= sentAt + keptMessageDays * 24 * 3600_000 - keptBackMs && receipts < maxReceipts - keptBackReceipts;
}
