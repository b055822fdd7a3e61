import type { Export, ExportFields, SucceededExport } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import type { HttpHandler } from "../../lambdas/http/http.ts";
import { apiEvent } from "../http/api-event.ts";
import { keptTelemetry } from "../ports.ts";

export interface Asked extends Readonly<Parameters<typeof apiEvent>[0]> {
  /** How long the request was under way before the function had it: a minute leaves it one second. */
  readonly msUnderWay?: number;
}

/** What a function answers to a request behind the gateway, and what it logs. Its address has the stage `v1`. */
export async function answer(handler: HttpHandler, asked: Asked, readsQuery: readonly string[] = []) {
  const logged: Record<string, unknown>[] = [];
  const event = apiEvent(asked);
  event.requestContext.requestTimeEpoch -= asked.msUnderWay ?? 0;
  const { statusCode, headers, body } = await behindApiGateway(handler, keptTelemetry(logged), readsQuery)(event);
  return { status: statusCode, headers, text: body, body: body === "" ? undefined : JSON.parse(body), logged };
}

/** An export that was made, as its record says. */
export function exportOf(more: ExportFields & { readonly status?: Export["status"] } = {}): SucceededExport {
  const id = more.id ?? "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
  return {
    id,
    status: "succeeded",
    workspace_id: 123,
    report: "profitability/projects",
    format: "csv",
    parameters: { currency: "usd" },
    requested_by: "http",
    created_at: "2026-11-03T05:00:00Z",
    completed_at: "2026-11-03T05:00:04Z",
    file: { bucket: "bucket", key: `exports/${id}.csv`, bytes: 7, sha256: "aa", content_type: "text/csv" },
    ...more,
  } as SucceededExport;
}

export const monthly: ConfiguredSchedule = {
  name: "monthly",
  workspace_id: 123,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 1,
  parameters: { currency: "usd" },
};

export const schedulesOf = (...schedules: ConfiguredSchedule[]): ReadonlyMap<string, ConfiguredSchedule> =>
  new Map(schedules.map((one) => [one.name, one]));
