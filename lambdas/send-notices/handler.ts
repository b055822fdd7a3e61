import { type Notice, type NoticedEvent, noticeOf } from "../core/exports/export-event.ts";
import type { Telemetry } from "../core/telemetry.ts";

interface SendNoticesNeeds {
  /** Sends it to everybody who is to have it; throws if it could not. */
  readonly publish: (notice: Notice) => Promise<void>;
  readonly telemetry: Telemetry;
}

interface Invocation {
  readonly awsRequestId: string;
}

/**
 * Sends people what an event says. Nothing is remembered: an event that comes twice is sent twice, and one that could not
 * be sent fails, so that Lambda tries it again.
 */
export function sendNotices({ publish, telemetry }: SendNoticesNeeds) {
  return async (event: NoticedEvent & { readonly id?: unknown }, { awsRequestId }: Invocation): Promise<void> => {
    const notice = noticeOf(event);
    await publish(notice);
    const { workspace_id, id: export_id } = event.detail ?? {};
    const ids = { request_id: awsRequestId, event_id: event.id, workspace_id, export_id };
    telemetry.event("INFO", "notice sent", { ...ids, subject: notice.subject });
  };
}
