import type { AcceptedColumns, Rebuild } from "../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { sha256 } from "../core/exports/idempotency.ts";
import { Failure } from "../core/failure.ts";
import type { Using } from "../core/ports/ports.ts";
import { namedSchedule } from "../core/schedules/named-schedule.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";

type RebuildPorts = Using<{
  configuration: "workspaces" | "schedules";
  current: "read";
  queue: "send";
  clock: "now";
}>;

/** Has what is current of a schedule made again from its records, soon. */
export async function rebuildSchedule(request: HttpRequest, ports: RebuildPorts): Promise<HttpResponse> {
  return queued(request, scheduleOf(request, ports), undefined, ports);
}

/** Has the files of a schedule become current whose columns are held; from then on other files with these columns do, too. */
export async function acceptColumns(request: HttpRequest, ports: RebuildPorts): Promise<HttpResponse> {
  const schedule = scheduleOf(request, ports);
  const { manifest } = await ports.current.read(schedule.name, request.deadline);
  const accepted = (manifest?.held ?? []).map(({ workspace_id, format, columns }) => ({
    workspace_id,
    format,
    columns,
  }));
  if (accepted.length === 0) throw new Failure("no_columns_held", `Schedule ${schedule.name} holds no file back.`);
  return queued(request, schedule, accepted, ports);
}

function scheduleOf({ params }: HttpRequest, { configuration }: RebuildPorts): ConfiguredSchedule {
  const workspaceId = configuredWorkspace(params.workspace_id, configuration.workspaces);
  return namedSchedule(workspaceId, params.name ?? "", configuration.schedules);
}

async function queued(
  { correlationId: correlation_id, deadline }: HttpRequest,
  { name: schedule, workspace_id }: ConfiguredSchedule,
  accepted: readonly AcceptedColumns[] | undefined,
  { queue, clock }: RebuildPorts,
): Promise<HttpResponse> {
  const rebuild: Rebuild = { schedule, ...(accepted && { accepted }) };
  const id = sha256(JSON.stringify([rebuild, clock.now()]));
  await queue.send(workspace_id, { rebuild, correlation_id }, id, deadline);
  return json(202, rebuild);
}
