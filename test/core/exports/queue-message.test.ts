import { beforeEach, describe, expect, it } from "vitest";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { orderedExports } from "../../../lambdas/core/exports/fired-run.ts";
import { jobsOfOrder, orderOf, type Run, type RunOrder, readMessage } from "../../../lambdas/core/exports/run-order.ts";
import { scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { coordinationIn } from "../../ports.ts";

const schedule: ConfiguredSchedule = {
  name: "monthly",
  workspace_id: 123,
  report: "trends/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "Europe/Berlin",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "same-last-year",
  refresh_previous: 1,
  spreadsheet_safe: true,
  parameters: { billable: true, project_ids: [1, 2] },
};
const run: Run = { schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" };
const jobs = scheduledExports(schedule, Date.parse(run.occurrence));
const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 60_000 };
const id = "01KAT400000000000000000000";

/** Columns of a format, accepted. */
const acceptedAs = (format: string) => ({ workspace_id: 123, format, columns: ["Project", "Profit"] });

describe("a message", () => {
  it("of a run carries all that was promised, whatever the configuration says by then", () => {
    const body = JSON.stringify({ ...run, order: orderOf(schedule, run), correlation_id: "c" });
    expect(readMessage(body)).toEqual({ correlation_id: "c", kind: "exports", jobs });
    // Restatements compare parameters as text, so their order counts.
    const [asked] = [readMessage(body)].flatMap((one) => (one.kind === "exports" ? one.jobs : []));
    expect(JSON.stringify(asked?.parameters)).toBe(JSON.stringify(jobs[0]?.parameters));
  });

  it("of a run says what all its exports share once", () => {
    const project_ids = Array.from({ length: 1000 }, (_, at) => at + 1);
    const large = { ...schedule, refresh_previous: 24, parameters: { project_ids } };
    const body = JSON.stringify({ ...run, order: orderOf(large, run) });
    expect(body.length).toBeLessThan(20_000);
    expect(jobsOfOrder(run, orderOf(large, run))).toEqual(scheduledExports(large, Date.parse(run.occurrence)));
  });

  it.each([
    ["EventBridge's own", run],
    ["an older one of a caller's", { ...run, correlation_id: "c" }],
    ["one whose order is damaged", { ...run, order: { exports: "none" } }],
    ["one whose order holds no exports", { ...run, order: { ...orderOf(schedule, run), exports: [null] } }],
  ])("without an order names schedule and moment: %s", (_, message) => {
    expect(readMessage(JSON.stringify(message))).toMatchObject({ kind: "run", run });
  });

  it("without earlier periods says so", () => {
    expect(readMessage(JSON.stringify({ ...run, refresh: false }))).toMatchObject({ run: { ...run, refresh: false } });
    expect(readMessage(JSON.stringify({ ...run, refresh: true }))).toMatchObject({ run });
  });

  it("names the moment to the second", () => {
    const message = { ...run, occurrence: "2026-11-03T05:00:00.900Z" };
    expect(readMessage(JSON.stringify(message))).toMatchObject({ run });
  });

  it("of one export holds it whole", () => {
    const order = { id, workspace_id: 1, report: "trends/projects", format: "csv", parameters: {}, created_at: "t" };
    const asked = readMessage(JSON.stringify({ export: order }));
    expect(asked).toMatchObject({ kind: "exports", jobs: [{ ...order, requested_by: "http", isRefresh: false }] });
  });

  it("of an event names its export", () => {
    const of = { workspace_id: 1, id };
    expect(readMessage(JSON.stringify({ event_of: of }))).toMatchObject({ kind: "event", of });
  });

  it.each([
    ["from its records", { schedule: "monthly" }],
    ["with nothing accepted", { schedule: "monthly", accepted: [] }],
    [
      "with columns that are accepted from now on",
      { schedule: "monthly", accepted: [acceptedAs("csv"), acceptedAs("xlsx")] },
    ],
  ])("asks for a schedule's part of current/ to be made again, %s", (_, rebuild) => {
    expect(readMessage(JSON.stringify({ rebuild, correlation_id: "c" }))).toEqual({
      correlation_id: "c",
      kind: "rebuild",
      rebuild,
    });
  });

  it.each([
    ["no object", "monthly"],
    ["no schedule", {}],
    ["a schedule that is no name", { schedule: 5, accepted: [acceptedAs("csv")] }],
    ["accepted columns that are no list", { schedule: "monthly", accepted: "all" }],
    ["nothing where columns should be", { schedule: "monthly", accepted: [null] }],
    ["one of its accepted columns without names", { schedule: "monthly", accepted: [acceptedAs("csv"), {}] }],
  ])("that asks for it with %s asks for nothing, and is refused", (_, rebuild) => {
    expect(() => readMessage(JSON.stringify({ rebuild }))).toThrow("neither schedule and occurrence nor an export");
  });

  it.each(["no json", "null", "5", "[]", "{}", '{"export":{"id":"x"}}', '{"event_of":{"id":"x"}}', '{"schedule":"a"}'])(
    "that nothing can be made of is refused: %s",
    (body) => {
      expect(() => readMessage(body)).toThrow();
    },
  );

  it("of no moment is refused by name", () => {
    expect(() => readMessage('{"schedule":"monthly","occurrence":"soon"}')).toThrow("The occurrence soon is no time");
  });
});

describe("a run that EventBridge asks for", () => {
  let written: Map<string, RunOrder>;
  const ports = (...configured: ConfiguredSchedule[]) => ({
    configuration: { schedules: new Map(configured.map((one) => [one.name, one])) },
    coordination: coordinationIn({ orders: written }),
  });
  beforeEach(() => {
    written = new Map();
  });

  it.each<[string, ConfiguredSchedule[]]>([
    ["is removed", []],
    ["is renamed", [{ ...schedule, name: "accounting" }]],
    ["moves to another workspace", [{ ...schedule, workspace_id: 456 }]],
    ["drops a format", [{ ...schedule, formats: ["csv"] }]],
    ["gets another period", [{ ...schedule, period: "previous-week" }]],
    ["gets other parameters", [{ ...schedule, parameters: { billable: false } }]],
    ["makes no earlier periods any more", [{ ...schedule, refresh_previous: 0 }]],
  ])("makes what it began to make, though its schedule %s meanwhile", async (_, later) => {
    expect(await orderedExports(run, deadline, ports(schedule))).toEqual(jobs);
    expect(await orderedExports(run, deadline, ports(...later))).toEqual(jobs);
  });

  it("makes nothing where the schedule was gone before it came", async () => {
    expect(await orderedExports(run, deadline, ports())).toBeUndefined();
    expect(written.size).toBe(0);
  });

  it("keeps runs of other moments, schedules and extents apart", async () => {
    await orderedExports(run, deadline, ports(schedule));
    const alone = { ...run, refresh: false } as const;
    expect(await orderedExports(alone, deadline, ports(schedule))).toEqual(jobs.slice(0, 2));
    const other = { ...run, occurrence: "2026-12-03T05:00:00Z" };
    expect((await orderedExports(other, deadline, ports(schedule)))?.[0]?.parameters.start_date).toBe("2026-11-01");
    expect(written.size).toBe(3);
  });

  it("makes what another worker wrote down a moment before", async () => {
    const theirs = orderOf({ ...schedule, formats: ["csv"] }, run);
    const { configuration, coordination } = ports(schedule);
    const create = async (key: string) => {
      written.set(key, theirs);
      return false;
    };
    const found = await orderedExports(run, deadline, {
      configuration,
      coordination: { orders: { ...coordination.orders, create } },
    });
    expect(found).toEqual(jobs.filter(({ format }) => format === "csv"));
  });

  it("is made as configured where nobody can read what was written down", async () => {
    const orders = { ...coordinationIn().orders, read: async () => undefined, create: async () => false };
    expect(await orderedExports(run, deadline, { ...ports(schedule), coordination: { orders } })).toEqual(jobs);
  });
});

describe("what nothing can be made of", () => {
  const neither = "The message has neither schedule and occurrence nor an export";
  it.each([
    ["null", "The message is no JSON object"],
    ["5", "The message is no JSON object"],
    ['"monthly"', "The message is no JSON object"],
    ["{}", neither],
    ['{"schedule":"monthly"}', neither],
    ['{"occurrence":"2026-11-03T05:00:00Z"}', neither],
    ['{"schedule":"monthly","occurrence":1793682000}', neither],
    ['{"schedule":null,"occurrence":"2026-11-03T05:00:00Z"}', neither],
    ['{"export":null}', neither],
    ['{"event_of":null}', neither],
    ['{"export":{"id":"latest"}}', neither],
    ['{"schedule":"monthly","occurrence":"today"}', "The occurrence today is no time"],
  ])("is %s, and the log can say why", (body, reason) => {
    expect(() => readMessage(body)).toThrow(reason);
  });

  it("is not all of a message: a correlation id that is no text, or no order, is passed over", () => {
    const body = JSON.stringify({ ...run, correlation_id: 7, order: null, refresh: true });
    expect(readMessage(body)).toEqual({ correlation_id: undefined, kind: "run", run });
  });
});
