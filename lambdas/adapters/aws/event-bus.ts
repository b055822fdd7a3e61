import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Export } from "../../../api/export.ts";
import type { Deadline } from "../../core/deadline.ts";
import { type Deployed, eventSource, exportEvents } from "../../core/exports/export-event.ts";
import { answerOf, clientSettings, within } from "./aws-clients.ts";

export function eventBus(): EventBridgeClient {
  return new EventBridgeClient(clientSettings(5000));
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
export async function announceExport(
  bus: EventBridgeClient,
  record: Export,
  deployed: Deployed,
  deadline: Deadline,
): Promise<void> {
  const signal = within(maxMs, deadline.signal);
  let entries = exportEvents(record, deployed).map(({ type, detail }) => ({
    Source: eventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  for (let tries = 1; ; tries++) {
    const sent = bus.send(new PutEventsCommand({ Entries: entries }), { abortSignal: signal });
    const { FailedEntryCount = 0, Entries: results = [] } = await answerOf(sent);
    if (FailedEntryCount === 0) return;
    if (tries === maxTries) {
      const reason = results.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
      throw new Error(`EventBridge did not take ${FailedEntryCount} of ${entries.length} events (${reason})`);
    }
    entries = entries.filter((_, at) => results[at]?.ErrorCode !== undefined); // what it took must not come twice
    await sleep(Math.random() * firstWaitMs * 2 ** tries, undefined, { signal });
  }
}
