import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { instantHint, isoTime, parseInstant } from "../../api/times.ts";
import { claimObjectKey, idempotencyKey, keyReused, requestHash, sha256 } from "../core/exports/idempotency.ts";
import { runKey } from "../core/exports/keys.ts";
import { pointerTo } from "../core/exports/parameters.ts";
import { jobsOfOrder, orderOf, type Run } from "../core/exports/run-order.ts";
import { Failure, invalidFields } from "../core/failure.ts";
import type { Claim } from "../core/ports/coordination.ts";
import type { Using } from "../core/ports/ports.ts";
import { namedSchedule } from "../core/schedules/named-schedule.ts";
import type { ExportJob } from "../core/schedules/schedule.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { jsonBody } from "../http/json-body.ts";
import { lookAgainSeconds, type QueuePorts } from "./queue-export.ts";
import { callerIn } from "./requested-export.ts";

type SchedulePorts = QueuePorts & Using<{ configuration: "schedules"; coordination: "orders" }>;

/**
 * Queues a run of a schedule: for its period as of now, or as of the `occurrence` in the body. `"refresh": false` leaves
 * out the periods before.
 */
export async function runSchedule(request: HttpRequest, ports: SchedulePorts): Promise<HttpResponse> {
  const workspaceId = configuredWorkspace(request.params.workspace_id, ports.configuration.workspaces);
  const schedule = namedSchedule(workspaceId, request.params.name ?? "", ports.configuration.schedules);
  const asked = runOptions(request, ports.clock.now());
  const key = idempotencyKey(request.soleHeader("idempotency-key"));
  const firstAsked =
    key === undefined ? ports.clock.now() : await claimedTime({ key, schedule, asked }, request, ports);
  const occurrence = Math.floor((asked.occurrence ?? firstAsked) / 1000) * 1000;

  const run: Run = {
    schedule: schedule.name,
    occurrence: isoTime(occurrence),
    ...(asked.refresh === false && { refresh: false }),
  };
  request.note({ ...run });
  const id = sha256(JSON.stringify([run, key ?? ports.clock.now()]));
  const { correlationId: correlation_id, deadline } = request;
  const order = orderOf(schedule, run);
  await ports.queue.send(workspaceId, { ...run, order, correlation_id }, id, deadline);
  const exports: Export[] = [];
  for (const job of jobsOfOrder(run, order)) exports.push(await queuedExport(job, request, ports));
  await ports.coordination.orders.create(runKey(run), order, deadline); // so that it is seen before it is worked on
  const location = request.addressOf(`/workspace/${workspaceId}/exports?schedule=${schedule.name}`);
  return json(202, { ...run, exports }, { location, "retry-after": String(lookAgainSeconds) });
}

/** The export as it stands: queued now, or what became of it before. */
async function queuedExport(job: ExportJob, request: HttpRequest, ports: SchedulePorts): Promise<Export> {
  const { deadline } = request;
  const found = await ports.exports.find(job.workspace_id, job.id, deadline);
  if (found) return found;
  const { id, isRefresh: _, madeFrom: __, ...asked } = job;
  const queued: Export = {
    id,
    status: "queued",
    ...asked,
    ...callerIn(request),
    created_at: isoTime(ports.clock.now()),
  };
  await ports.exports.create(queued, deadline);
  return queued;
}

/** The moment at which the key was first used: the same key means the same run. */
async function claimedTime(
  { key, schedule, asked }: { key: string; schedule: ConfiguredSchedule; asked: RunOptions },
  { deadline }: HttpRequest,
  { coordination: { claims }, clock }: SchedulePorts,
): Promise<number> {
  const { workspace_id, name, report } = schedule;
  const order = { workspace_id, report, format: "csv", parameters: { schedule: name, ...asked } } as const;
  const claim: Claim = { export_id: name, request_sha256: requestHash(order), claimed_at: clock.now() };
  for (;;) {
    const latest = await claims.latest(workspace_id, key, deadline);
    if (latest?.claim?.request_sha256 === claim.request_sha256) return latest.claim.claimed_at;
    if (latest?.claim) throw keyReused(key);
    const objectKey = claimObjectKey(workspace_id, key, (latest?.attempt ?? 0) + 1);
    if (await claims.create(objectKey, claim, deadline)) return claim.claimed_at;
  }
}

/** Toggl's first year: no run means days before it. */
const earliest = Date.parse("2006-01-01T00:00:00Z");

/** What a run may be asked for with; all optional. */
interface RunOptions {
  /** Milliseconds since 1970; now if left out. */
  readonly occurrence?: number;
  /** false leaves out the periods before. */
  readonly refresh?: boolean;
}

/** @throws Failure `invalid_request` */
export function runOptions(request: HttpRequest, now: number): RunOptions {
  if (request.body.length === 0) return {};
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Failure("invalid_request", 'The body must be empty or such as {"occurrence":"2026-11-03T05:00:00Z"}.');
  }
  const errors = Object.entries(body).flatMap(([field, value]) => {
    const detail = optionError(field, value, now);
    return detail === undefined ? [] : [{ field, pointer: pointerTo(field), detail }];
  });
  if (errors.length > 0) throw invalidFields("body", errors);
  const { occurrence, refresh }: { occurrence?: string; refresh?: boolean } = body;
  const time = occurrence === undefined ? undefined : parseInstant(occurrence);
  return {
    ...(time !== undefined && { occurrence: time }),
    ...(refresh === false && { refresh }),
  };
}

function optionError(field: string, value: unknown, now: number): string | undefined {
  if (field === "occurrence") return occurrenceError(value, now);
  if (field !== "refresh") return "is not a field here; there are occurrence and refresh";
  return typeof value === "boolean" ? undefined : "must be true or false, without quotes";
}

function occurrenceError(value: unknown, now: number): string | undefined {
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  if (time === undefined) return instantHint;
  return time > now || time < earliest ? "must be a time that is past, in this century" : undefined;
}
