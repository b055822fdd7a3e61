import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Deadline } from "../core/deadline.ts";
import type { Export } from "../core/export.ts";
import { eventSource, exportEvents } from "../core/export-event.ts";

export function eventBusClient(): EventBridgeClient {
  return new EventBridgeClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

/**
 * Tells the account's default event bus what became of an export.
 * @throws Error if EventBridge did not take it
 */
export async function announceExport(
  client: EventBridgeClient,
  made: Export,
  apiUrl: string,
  { signal }: Deadline,
): Promise<void> {
  const Entries = exportEvents(made, apiUrl).map(({ type, detail }) => ({
    Source: eventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  const command = new PutEventsCommand({ Entries });
  const { FailedEntryCount = 0, Entries: results } = await client.send(command, { abortSignal: signal });
  if (FailedEntryCount === 0) return;
  const reason = results?.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
  throw new Error(`EventBridge did not take ${FailedEntryCount} of ${Entries.length} events (${reason})`);
}
