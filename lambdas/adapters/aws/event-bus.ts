import { setTimeout as sleep } from "node:timers/promises";
import type { Export } from "../../../api/export.ts";
import type { Deadline } from "../../core/deadline.ts";
import { type Deployed, eventSource, exportEvents } from "../../core/exports/export-event.ts";
import { type AwsCall, awsJson } from "./aws-json.ts";

export function eventBus(): AwsCall {
  return awsJson({ name: "events", target: "AWSEvents", version: "1.1", variable: "EVENTBRIDGE", attemptMs: 5000 });
}

interface PutEventsResult {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly { readonly ErrorCode?: string }[];
}

/** So long it is tried: files wait meanwhile. */
const maxMs = 10_000;

/** How often EventBridge is asked again to take events that it did not take. */
const maxTries = 3;

const firstWaitMs = 200;

/**
 * Tells the account's default event bus what became of an export; tries for ten seconds at most.
 * @throws Error if EventBridge did not take it
 */
export async function announceExport(bus: AwsCall, made: Export, where: Deployed, deadline: Deadline): Promise<void> {
  const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(maxMs)]);
  let entries = exportEvents(made, where).map(({ type, detail }) => ({
    Source: eventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  for (let tries = 1; ; tries++) {
    const answer = await bus<PutEventsResult>("PutEvents", { Entries: entries }, signal);
    const { FailedEntryCount = 0, Entries: results = [] } = answer;
    if (FailedEntryCount === 0) return;
    if (tries === maxTries) {
      const reason = results.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
      throw new Error(`EventBridge did not take ${FailedEntryCount} of ${entries.length} events (${reason})`);
    }
    entries = entries.filter((_, at) => results[at]?.ErrorCode !== undefined); // what it took must not come twice
    await sleep(Math.random() * firstWaitMs * 2 ** tries, undefined, { signal });
  }
}
