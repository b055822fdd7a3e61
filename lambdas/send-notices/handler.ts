import { type NoticedEvent, noticeOf } from "../core/exports/export-event.ts";
import type { Using } from "../core/ports/ports.ts";

interface Invocation {
  readonly awsRequestId: string;
}

/**
 * Sends people what an event says. Nothing is remembered: an event that comes twice is sent twice, and one that could not
 * be sent fails, so that Lambda tries it again.
 */
export function sendNotices({ events, telemetry }: Using<{ events: "notify"; telemetry: "event" }>) {
  return async (event: NoticedEvent & { readonly id?: unknown }, { awsRequestId }: Invocation): Promise<void> => {
    const notice = noticeOf(event);
    await events.notify(notice);
    const { workspace_id, id: export_id } = event.detail ?? {};
    const ids = { request_id: awsRequestId, event_id: event.id, workspace_id, export_id };
    telemetry.event("INFO", "notice sent", { ...ids, subject: notice.subject });
  };
}
