import { setTimeout as sleep } from "node:timers/promises";
import { type RedriveQueues, redrive } from "../redrive.ts";
import { asExpected, type Finding, type Question } from "./question.ts";
import type { TemporaryQueue, TemporaryQueues } from "./temporary-queues.ts";

export interface QueueQuestionsNeeds {
  /** The stack's own queues: what lies there is counted, never moved. */
  readonly stackQueues: () => Promise<Pick<RedriveQueues, "count">>;
  readonly temporary: TemporaryQueues;
  /** Two queues of ours, as `toggl-insights redrive` works with the stack's. */
  readonly redriveQueues: (queues: { queueUrl: string; deadLetterQueueUrl: string }) => Promise<RedriveQueues>;
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
}

interface Pair {
  readonly deadLetters: TemporaryQueue;
  readonly queue: TemporaryQueue;
}

const fifo = { FifoQueue: "true" };
const sent = [
  { group: "toggl/a", body: "1" },
  { group: "toggl/b", body: "2" },
  { group: "toggl/a", body: "3" },
];
const reference = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference";
const made = "two FIFO queues of its own";

/** Whether dead letters can be moved back: on queues that are made for it, since the stack's hold somebody's runs. */
export function queueQuestions(needs: QueueQuestionsNeeds): Question[] {
  const { stackQueues, temporary, redriveQueues, everyMs = 3000 } = needs;
  return [
    {
      name: "the dead-letter queue can be seen",
      expected: "a number of messages",
      source: `${reference}/API_GetQueueAttributes.html`,
      maxMs: 60_000,
      async ask() {
        const count = await (await stackQueues()).count();
        return asExpected(Number.isSafeInteger(count), `${count} lie there`);
      },
    },
    {
      name: "toggl-insights redrive",
      expected: "all are moved, with their groups, in order",
      source: "docs/runbook.md#dead-letters",
      makes: made,
      maxMs: 120_000,
      ask: (signal) =>
        withPair(async ({ deadLetters, queue }) => {
          for (const message of sent) await temporary.send(deadLetters, message);
          const queues = await redriveQueues({ queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url });
          // SQS's clock may be behind or before ours: what was sent just now counts as old.
          const now = () => Date.now() + 60_000;
          for (let left = sent.length; left > 0 && !signal.aborted; ) {
            const bounds = { max: left, until: now() + 30_000, now };
            left -= (await redrive(queues, bounds, () => {})).moved.length;
            if (left > 0) await sleep(everyMs, undefined, { signal });
          }
          const arrived = await takeAll(queue, signal);
          return asExpected(isInOrder(arrived), told(arrived));
        }),
    },
    {
      name: "SQS's own redrive without a destination",
      expected: "FAILED, CouldNotDetermineMessageSource",
      source: `${reference}/API_StartMessageMoveTask.html`,
      makes: made,
      isSlow: true,
      maxMs: 240_000,
      ask: (signal) =>
        withPair(async (pair) => {
          await temporary.send(pair.deadLetters, { group: "toggl/a", body: "1" });
          const state = await moved(pair.deadLetters, undefined, signal);
          return asExpected(/CouldNotDetermineMessageSource/.test(state), state);
        }),
    },
    {
      name: "SQS's own redrive with a destination",
      expected: "COMPLETED, and all arrive with their groups",
      source: `${reference}/API_StartMessageMoveTask.html`,
      makes: made,
      isSlow: true,
      maxMs: 240_000,
      ask: (signal) =>
        withPair(async ({ deadLetters, queue }): Promise<Finding> => {
          for (const message of sent) await temporary.send(deadLetters, message);
          const state = await moved(deadLetters, queue, signal);
          if (state !== "COMPLETED") return asExpected(false, state);
          const arrived = await takeAll(queue, signal);
          return asExpected(isInOrder(arrived), `${state}; ${told(arrived)}`);
        }),
    },
  ];

  /** A queue and its dead-letter queue, as the stack has them. */
  function withPair<T>(use: (pair: Pair) => Promise<T>): Promise<T> {
    return temporary.withQueue(fifo, (deadLetters) => {
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 });
      return temporary.withQueue({ ...fifo, RedrivePolicy }, (queue) => use({ deadLetters, queue }));
    });
  }

  async function takeAll(queue: TemporaryQueue, signal: AbortSignal) {
    const taken: { body: string; group: string | undefined }[] = [];
    while (taken.length < sent.length && !signal.aborted) {
      taken.push(...(await temporary.take(queue)));
      if (taken.length < sent.length) await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
    return taken;
  }

  /** How SQS's move ended. For a minute SQS may not know yet that a new queue is a dead-letter queue, so it is begun again. */
  async function moved(from: TemporaryQueue, to: TemporaryQueue | undefined, signal: AbortSignal): Promise<string> {
    const until = performance.now() + 75_000;
    for (;;) {
      const error = await temporary.startMove(from, to).then(
        () => undefined,
        (error: Error) => error,
      );
      if (!error) break;
      if (/CouldNotDetermineMessageSource/.test(`${error.name} ${error.message}`)) return error.message;
      if (!isNotYetDeadLetterQueue(error) || performance.now() > until) throw error;
      await sleep(everyMs, undefined, { signal });
    }
    for (;;) {
      const { status, reason } = await temporary.moveState(from);
      if (status !== "RUNNING") return [status, reason].filter(Boolean).join(", ");
      await sleep(everyMs, undefined, { signal });
    }
  }
}

function isNotYetDeadLetterQueue({ name, message }: Error): boolean {
  return /dead.?letter/i.test(message) && !/AccessDenied/.test(name);
}

interface Arrived {
  readonly body: string;
  readonly group: string | undefined;
}

/** Of each group in its order; groups overtake each other. */
function isInOrder(arrived: readonly Arrived[]): boolean {
  const ofGroup = (messages: readonly Arrived[], group: string) =>
    messages.filter((one) => one.group === group).map(({ body }) => body);
  const isRight = ({ group }: { group: string }) => String(ofGroup(arrived, group)) === String(ofGroup(sent, group));
  return arrived.length === sent.length && sent.every(isRight);
}

function told(arrived: readonly Arrived[]): string {
  const each = arrived.map(({ body, group = "no group" }) => `${body} of ${group}`);
  return `${arrived.length} of ${sent.length} arrived${each.length > 0 ? `: ${each.join(", ")}` : ""}`;
}
