import type { Deadline } from "../core/deadline.ts";
import type { Export } from "../core/export.ts";
import { eventSource, exportEvents } from "../core/export-event.ts";
import { type AwsCall, awsJson } from "./aws-json.ts";

export function eventBus(): AwsCall {
  return awsJson({ name: "events", target: "AWSEvents", version: "1.1", variable: "EVENTBRIDGE", attemptMs: 5000 });
}

interface PutEventsResult {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly { readonly ErrorCode?: string }[];
}

/**
 * Tells the account's default event bus what became of an export.
 * @throws Error if EventBridge did not take it
 */
export async function announceExport(bus: AwsCall, made: Export, apiUrl: string, { signal }: Deadline): Promise<void> {
  const Entries = exportEvents(made, apiUrl).map(({ type, detail }) => ({
    Source: eventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  const { FailedEntryCount = 0, Entries: results } = await bus<PutEventsResult>("PutEvents", { Entries }, signal);
  if (FailedEntryCount === 0) return;
  const reason = results?.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
  throw new Error(`EventBridge did not take ${FailedEntryCount} of ${Entries.length} events (${reason})`);
}
