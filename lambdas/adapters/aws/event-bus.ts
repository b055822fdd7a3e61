import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Deadline } from "../../core/deadline.ts";
import { type Deployed, eventSource, exportEvents, type InsightsEvent } from "../../core/exports/export-event.ts";
import type { Events } from "../../core/ports/ports.ts";
import { runEvent } from "../../core/schedules/run-event.ts";
import { answerOf, clientSettings, within } from "./aws-clients.ts";

/** So long it is tried: files wait meanwhile. */
const maxMs = 10_000;

/** How often EventBridge is asked again to take events that it did not take. */
const maxTries = 3;

const firstWaitMs = 200;

/** The account's default event bus. It is tried for ten seconds at most; throws if EventBridge did not take an event. */
export function eventBus(deployed: Deployed): Pick<Events, "announce" | "announceRun"> {
  const bus = new EventBridgeClient(clientSettings(5000));
  return {
    announce: (record, deadline) => put(bus, exportEvents(record, deployed), deadline),
    announceRun: (schedule, run, deadline) => put(bus, [runEvent(schedule, run, deployed)], deadline),
  };
}

async function put(bus: EventBridgeClient, events: readonly InsightsEvent[], deadline: Deadline): Promise<void> {
  const signal = within(maxMs, deadline.signal);
  let entries = events.map(({ type, detail }) => ({
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
