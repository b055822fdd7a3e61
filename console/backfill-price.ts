import { type PlannedRun, planBackfill } from "../bin/backfill-plan.ts";
import type { Schedule } from "../lambdas/core/schedule.ts";
import { isoTime } from "../lambdas/core/times.ts";
import type { CallApi } from "./call-api.ts";
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
  const answer = await callApi("GET", `/workspace/${Number(workspaceId)}/schedules`, { headers: {} });
  if (!answer.ok) return answer;
  const { schedules } = (await answer.json()) as { schedules: Schedule[] };
  const schedule = schedules.find((one) => one.name === name);
  if (!schedule) return invalid("schedule", "There is no such schedule.");
  const plan = planned(schedule, { from, to }, now);
  if ("problem" in plan) return plan.problem;
  const open = await withoutDone(plan.runs, workspaceId, callApi);
  return Response.json({
    periods: plan.runs.length,
    not_over: plan.notOver,
    there_already: plan.runs.length - open.length,
    requests: open.reduce((sum, { exports }) => sum + exports.length, 0),
    occurrences: open.map(({ occurrence, days, exports }) => ({
      occurrence: isoTime(occurrence),
      ...days,
      export_ids: exports.map(({ id }) => id),
    })),
  });
}

function planned(schedule: Schedule, span: { from: string; to: string }, now: number) {
  try {
    return planBackfill(schedule, span, now);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const field = error.message.startsWith("--to") ? "to" : "from";
    return { problem: invalid(field, error.message.replace(/--(from|to)/g, "“$1”")) }; // said as on the command line
  }
}

/** The runs that have a file to make, asked for one after the other: the API is small, and so is the need. */
async function withoutDone(runs: readonly PlannedRun[], workspaceId: number, callApi: CallApi): Promise<PlannedRun[]> {
  const isDone = async (id: string) => {
    const found = await callApi("GET", `/workspace/${workspaceId}/exports/${id}`, { headers: {} });
    return found.ok && ((await found.json()) as { status: string }).status === "succeeded";
  };
  const open: PlannedRun[] = [];
  for (const run of runs) {
    const done = await Promise.all(run.exports.map(({ id }) => isDone(id)));
    const exports = run.exports.filter((_, index) => !done[index]);
    if (exports.length > 0) open.push({ ...run, exports });
  }
  return open;
}

function invalid(field: string, detail: string): Response {
  const errors = [{ field, detail }];
  return problemAnswer({ status: 400, code: "invalid_request", title: "The request does not fit", detail, errors });
}
