import type { ConfiguredSchedule } from "../api/schedule.ts";
import { defaultQuota } from "../client/backfill.ts";
import { planBackfillGently, priceBackfill, SpanError } from "../client/backfill-plan.ts";
import type { CallApi } from "../client/call-api.ts";
import { problemAnswer } from "./problem-answer.ts";

interface Asked {
  readonly workspace_id: number;
  readonly schedule: string;
  readonly from: string;
  readonly to: string;
}

/** What a backfill would do and cost, before it is started. Asks the API for what is there, and changes nothing. */
export async function backfillPrice(request: Request, callApi: CallApi, now: number): Promise<Response> {
  const asked = (await request.json().catch(() => ({}))) as Partial<Asked>;
  const { workspace_id: workspaceId = 0, schedule: name, from = "", to = "" } = asked;
  const answer = await callApi("GET", `/workspace/${Number(workspaceId)}/schedules`);
  if (!answer.ok) return answer;
  const { schedules } = (await answer.json()) as { schedules: ConfiguredSchedule[] };
  const schedule = schedules.find((one) => one.name === name);
  if (!schedule) return invalid("schedule", "There is no such schedule.");
  const plan = await planned(schedule, { from: String(from), to: String(to) }, now);
  if ("problem" in plan) return plan.problem;
  return Response.json(await priceBackfill(plan, (id) => findExport(workspaceId, id, callApi), defaultQuota));
}

async function planned(schedule: ConfiguredSchedule, span: { from: string; to: string }, now: number) {
  try {
    return await planBackfillGently(schedule, span, now);
  } catch (error) {
    if (!(error instanceof SpanError)) throw error;
    return {
      problem: invalid(
        error.field,
        error.sentence((field) => `“${field}”`),
      ),
    };
  }
}

/** Undefined where there is no such export, or it cannot be looked at: then it is made, and found again if it was there. */
async function findExport(workspaceId: number, id: string, callApi: CallApi) {
  const found = await callApi("GET", `/workspace/${workspaceId}/exports/${id}`);
  return found.ok ? ((await found.json()) as { status: string }) : undefined;
}

function invalid(field: string, detail: string): Response {
  const errors = [{ field, detail }];
  return problemAnswer({ status: 400, code: "invalid_request", title: "The request does not fit", detail, errors });
}
