import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";
import type { ScheduleRun } from "../../../api/schedule.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import type { Delivery } from "../../../lambdas/core/exports/delivery.ts";
import type { Coordination, Lease } from "../../../lambdas/core/ports/coordination.ts";
import type { RunSchedule } from "../../../lambdas/core/ports/ports.ts";
import { completeRun } from "../../../lambdas/core/schedules/complete-run.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { scheduleRun } from "../../../lambdas/core/schedules/schedule-run.ts";
import { withinMs } from "../../adapters/toggl/client.ts";
import { monthly, schedulesOf } from "../../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn } from "../../ports.ts";

const now = Date.parse("2026-12-04T06:00:00Z");
const deadline = withinMs(60_000);
const delivery: Delivery = {
  sentAt: now,
  receipts: 1,
  until: now + 300_000,
  requestId: "7f1c",
  working: deadline,
  recording: deadline,
};
const jobsAt = (occurrence: string) => scheduledExports({ ...monthly, refresh_previous: 0 }, Date.parse(occurrence));
/** A run of two files: as CSV and as a workbook. */
const november = jobsAt("2026-11-03T06:00:00Z");
const december = jobsAt("2026-12-03T06:00:00Z");

const recordOf = ({ isRefresh: _, ...job }: ExportJob, status: ExportStatus) =>
  ({ ...job, status, created_at: job.occurrence }) as Export;

/** What was written down and announced by the runs of one test; `statuses` of their exports, in turn. */
function house(jobs: readonly ExportJob[], ...statuses: (ExportStatus | undefined)[]) {
  const records = new Map<string, Export>();
  const become = (...later: (ExportStatus | undefined)[]) => {
    for (const [at, job] of jobs.entries()) {
      const status = later[at];
      if (status) records.set(job.id, recordOf(job, status));
    }
  };
  become(...statuses);
  const manifests = new Map<string, { manifest: Manifest; version: string }>();
  const leases = new Map<string, Lease[]>();
  const completed = new Map<string, ScheduleRun>();
  const announced: [RunSchedule, ScheduleRun][] = [];
  const ports = {
    configuration: { schedules: schedulesOf(monthly) },
    exports: exportsIn(records),
    current: currentIn({ manifests }),
    coordination: coordinationIn({ leases, completed }),
    events: { announceRun: async (of: RunSchedule, run: ScheduleRun) => void announced.push([of, run]) },
    clock: clockAt(() => now),
  };
  const lastRun = () => manifests.get(monthly.name)?.manifest.last_run;
  const runOf = () => scheduleRun(jobs, [...records.values()]) as ScheduleRun;
  return { ports, become, announced, leases, completed, lastRun, runOf };
}

const settled = { kind: "settled" };

describe("a run whose exports have all come to an end", () => {
  it("stands in the manifest, is announced by an event and noted as announced", async () => {
    const { ports, announced, completed, lastRun, runOf } = house(november, "succeeded", "failed");
    expect(await completeRun(november, delivery, ports)).toEqual(settled);
    const run = runOf();
    expect(run).toMatchObject({ occurrence: "2026-11-03T06:00:00Z", status: "failed", failed: 1 });
    expect(announced).toEqual([[{ name: "monthly", workspace_id: 123, report: "profitability/projects" }, run]]);
    expect(lastRun()).toEqual(run);
    expect([...completed.values()]).toEqual([run]);
  });

  it("is announced once, however often its message comes, and then costs no lease", async () => {
    const { ports, announced, leases } = house(november, "succeeded", "succeeded");
    await completeRun(november, delivery, ports);
    const before = structuredClone([...leases]);
    expect(await completeRun(november, delivery, ports)).toEqual(settled);
    expect(announced).toHaveLength(1);
    expect([...leases]).toEqual(before);
  });

  it("is announced again when it came to something else", async () => {
    const { ports, become, announced, completed, lastRun, runOf } = house(november, "succeeded", "failed");
    await completeRun(november, delivery, ports);
    become("succeeded", "succeeded"); // its failed export was asked for again
    expect(await completeRun(november, delivery, ports)).toEqual(settled);
    expect(announced.map(([, { status }]) => status)).toEqual(["failed", "succeeded"]);
    expect(lastRun()).toEqual(runOf());
    expect([...completed.values()]).toEqual([runOf()]);
  });

  it("is announced twice rather than never where the note of that cannot be written", async () => {
    const { ports, announced, completed } = house(november, "succeeded", "succeeded");
    const write = async () => Promise.reject(new Error("no bucket"));
    const { coordination } = ports;
    const deaf = { ...coordination, completed: { ...coordination.completed, write } };
    await expect(completeRun(november, delivery, { ...ports, coordination: deaf })).rejects.toThrow("no bucket");
    expect(completed.size).toBe(0);
    expect(await completeRun(november, delivery, ports)).toEqual(settled);
    expect(announced).toHaveLength(2);
  });

  it("is neither announced nor noted as announced before it stands in the manifest", async () => {
    const { ports, announced, completed } = house(november, "succeeded", "succeeded");
    const write = async () => Promise.reject(new Error("no bucket"));
    await expect(completeRun(november, delivery, { ...ports, current: { ...ports.current, write } })).rejects.toThrow(
      "no bucket",
    );
    expect([announced.length, completed.size]).toEqual([0, 0]);
  });
});

describe("a run that is not over", () => {
  it.each(["queued", "running", "deferred", undefined] as const)("says nothing yet: one export is %s", async (open) => {
    const { ports, announced, leases, completed, lastRun } = house(november, "succeeded", open);
    expect(await completeRun(november, delivery, ports)).toEqual(settled);
    expect([announced, leases.size, completed.size, lastRun()]).toEqual([[], 0, 0, undefined]);
  });
});

describe("two deliveries of one run at the same time", () => {
  it("are announced by one; the other comes again, while another run of the schedule waits for neither", async () => {
    const { ports, announced } = house([...november, ...december], "succeeded", "succeeded", "succeeded", "failed");
    let goOn = () => {};
    let arrive = () => {};
    const isTelling = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const announceRun = async (of: RunSchedule, run: ScheduleRun) => {
      arrive();
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await ports.events.announceRun(of, run);
    };
    const first = completeRun(november, delivery, { ...ports, events: { announceRun } });
    await Promise.race([isTelling, first]);
    expect(await completeRun(november, delivery, ports)).toEqual({ kind: "again", afterSeconds: 300, wait: true });
    expect(await completeRun(december, delivery, ports)).toEqual(settled);
    goOn();
    expect(await first).toEqual(settled);
    expect(announced.map(([, { occurrence }]) => occurrence)).toEqual(["2026-12-03T06:00:00Z", "2026-11-03T06:00:00Z"]);
  });

  it("are announced once where the other was done between the look at the note and the lease", async () => {
    const { ports, announced } = house(november, "succeeded", "succeeded");
    const { coordination } = ports;
    const create: Coordination["leases"]["create"] = async (...args) => {
      await completeRun(november, delivery, ports);
      const [id, , lease, within] = args;
      return coordination.leases.create(id, 2, lease, within);
    };
    const late = { ...coordination, leases: { ...coordination.leases, create } };
    expect(await completeRun(november, delivery, { ...ports, coordination: late })).toEqual(settled);
    expect(announced).toHaveLength(1);
  });
});

it("reads and says nothing of what is no run of a schedule", async () => {
  const { ports, announced, leases } = house(november, "succeeded", "succeeded");
  const find = async () => Promise.reject(new Error("read"));
  const [{ schedule, occurrence, ...byHand }] = november as [ExportJob];
  const none: ExportJob[][] = [[], [byHand], [{ ...byHand, schedule }], [{ ...byHand, occurrence }]].map((jobs) =>
    jobs.map((job) => job as ExportJob),
  );
  for (const jobs of none) {
    expect(await completeRun(jobs, delivery, { ...ports, exports: { find } })).toEqual(settled);
  }
  expect([announced, leases.size]).toEqual([[], 0]);
});
