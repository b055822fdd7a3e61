import { type Asked, readMessage } from "../lambdas/core/exports/run-order.ts";

/** A message that was given up on. */
export interface DeadLetter {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Messages of one group are worked on one after the other: the name of the token's secret. */
  readonly group: string;
  /** When it was given up on, in milliseconds since 1970. */
  readonly sentAt: number;
}

/** The dead-letter queue, and the one that its messages go back to. */
export interface RedriveQueues {
  /** Ten at most, hidden from others for two minutes; none if nothing lies there. */
  receive(): Promise<readonly DeadLetter[]>;
  /** Puts it on the queue again; twice within five minutes is once. */
  sendBack(letter: DeadLetter): Promise<void>;
  remove(letter: DeadLetter): Promise<void>;
  /** Shows it to others at once. */
  release(letter: DeadLetter): Promise<void>;
  /** How many lie there, about. */
  count(): Promise<number>;
}

interface Bounds {
  /** How many are taken. */
  readonly max: number;
  /** No more are taken from then on, in milliseconds since 1970. */
  readonly until: number;
  readonly now: () => number;
}

/** What lies there, as far as SQS shows it: of each group not more than the first ten. */
export async function deadLetters(queues: RedriveQueues, { max, until, now }: Bounds): Promise<DeadLetter[]> {
  const seen: DeadLetter[] = [];
  try {
    while (seen.length < max && now() < until) {
      const letters = await queues.receive();
      if (letters.length === 0) break;
      seen.push(...letters);
    }
  } finally {
    await releaseAll(seen, queues);
  }
  return seen.slice(0, max);
}

interface Redriven {
  readonly moved: readonly DeadLetter[];
  /** That were given up on again, or since the command began: they stay where they are. */
  readonly again: readonly DeadLetter[];
}

/**
 * Moves dead letters back in order, each with its group, and removes each only once it is sent.
 * @param onMoved sees each that was moved, also when a later one fails
 */
export async function redrive(
  queues: RedriveQueues,
  { max, until, now }: Bounds,
  onMoved: (letter: DeadLetter) => void,
): Promise<Redriven> {
  const from = now();
  const moved: DeadLetter[] = [];
  const again: DeadLetter[] = [];
  const held = new Set<DeadLetter>();
  // By its text too, since SQS's clock may be another than ours.
  const isNew = ({ sentAt, group, body }: DeadLetter) =>
    sentAt > from || moved.some((one) => one.group === group && one.body === body);
  try {
    while (moved.length < max && now() < until) {
      const letters = await queues.receive();
      if (letters.length === 0) break;
      const before = moved.length;
      for (const letter of letters) held.add(letter);
      for (const letter of letters) {
        if (isNew(letter)) again.push(letter);
        else if (moved.length < max) {
          await queues.sendBack(letter);
          await queues.remove(letter);
          held.delete(letter);
          moved.push(letter);
          onMoved(letter);
        }
      }
      if (moved.length === before) break;
    }
  } finally {
    await releaseAll(held, queues);
  }
  return { moved, again };
}

/** In two minutes they show by themselves. */
async function releaseAll(letters: Iterable<DeadLetter>, queues: RedriveQueues): Promise<void> {
  await Promise.all([...letters].map((letter) => queues.release(letter).catch(() => {})));
}

/** What a dead letter asks for, in a few words. */
export function contentOf({ body }: Pick<DeadLetter, "body">): string {
  let asked: Asked;
  try {
    asked = readMessage(body);
  } catch {
    return `not understood, and will come back: ${body.slice(0, 80)}`;
  }
  if (asked.kind === "event") return `the event about export ${asked.of.id}`;
  if (asked.kind === "rebuild") return `what is current of ${asked.rebuild.schedule}, to be made again`;
  if (asked.kind === "run") return `${asked.run.schedule} for ${asked.run.occurrence}`;
  const [first] = asked.jobs;
  if (first?.schedule !== undefined) return `${first.schedule} for ${first.occurrence}`;
  return `${first?.report} as ${first?.format}, export ${first?.id}`;
}
