import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../aws/account.ts";
import type { LocalQueue } from "../sqs/fifo-queue.ts";
import type { TemplateFunction } from "./from-template.ts";
import type { InvocationResult } from "./invocation.ts";

interface AsynchronousNeeds {
  readonly invoke: (functionId: string, event: unknown) => Promise<InvocationResult>;
  readonly account: Pick<Account, "roleCaller">;
  readonly queues: ReadonlyMap<string, Pick<LocalQueue, "send">>;
  /** How long Lambda waits before each retry, in milliseconds. */
  readonly retryWaitsMs: readonly number[];
  readonly onLog: (line: string) => void;
}

/** Lambda waits a minute, and then two (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
export const retryWaitsMs: readonly number[] = [60_000, 120_000];

/** Calls functions for whom nobody waits: again if they fail, and what failed each time goes where the template says. */
export function asynchronousCalls({ invoke, account, queues, retryWaitsMs, onLog }: AsynchronousNeeds) {
  const closed = new AbortController();

  const work = async (called: TemplateFunction, event: unknown): Promise<void> => {
    const { maxRetries, failuresArn = "" } = called.asynchronous;
    for (let tries = 1; ; tries++) {
      const result = await invoke(called.logicalId, event);
      if (closed.signal.aborted || !result.failed) return;
      if (tries <= maxRetries) {
        await sleep(retryWaitsMs[tries - 1] ?? 0, undefined, { signal: closed.signal, ref: false });
        continue;
      }
      const denial = account.roleCaller(called.roleArn).denial("sqs:SendMessage", failuresArn);
      if (denial) return onLog(`Not delivered: ${denial}`);
      queues.get(failuresArn)?.send({ body: JSON.stringify(recordOf(called, event, tries, result)) });
      return;
    }
  };
  return {
    call(called: TemplateFunction, event: unknown): void {
      work(called, event).catch(() => {}); // ended in the middle of it
    },
    async close() {
      closed.abort();
    },
  };
}

/** As Lambda describes to a destination what failed (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html). */
function recordOf(
  { arn }: TemplateFunction,
  requestPayload: unknown,
  approximateInvokeCount: number,
  { errorType, errorMessage }: Extract<InvocationResult, { failed: true }>,
): object {
  const functionArn = `${arn}:$LATEST`;
  const condition = "RetriesExhausted";
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorType, errorMessage },
  };
}
