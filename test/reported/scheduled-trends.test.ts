import { expect } from "vitest";
import type { ExportFields } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill, priceBackfill } from "../../client/backfill-plan.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { readConfig } from "../../lib/config/config.ts";
import { configFile } from "../lib/synthesized.ts";
import { reportedCases } from "./reported-cases.ts";
import { type Surroundings, startWorker } from "./worker.ts";

const workspace = { id: 1, name: "Acme", token_secret: "toggl/acme" };
const written = {
  name: "trends",
  workspace_id: 1,
  report: "data_trends/projects",
  formats: ["csv", "json"],
  cron: "0 4 * * ? *",
  period: "previous-day",
};

const configured = (more: object): ConfiguredSchedule => {
  const [schedule] = readConfig(
    configFile({ workspaces: [workspace], schedules: [{ ...written, ...more }] }),
  ).schedules;
  if (!schedule) throw new Error("There is no schedule.");
  return schedule;
};

/** What the configuration says to such a schedule; nothing if it takes it. */
const errorOf = (more: object): string => {
  try {
    configured(more);
    return "";
  } catch (error) {
    return String(error).replace(/^[\s\S]*?\(schedule "trends"\): /, "");
  }
};

const noReport = "refused: no such report";

reportedCases("A schedule of trends takes the formats that there are of them", [
  { name: "JSON and CSV", before: noReport, right: "", now: () => errorOf({}) },
  { name: "JSON alone", before: noReport, right: "", now: () => errorOf({ formats: ["json"] }) },
  { name: "no format named", before: noReport, right: "", now: () => errorOf({ formats: undefined }) },
  {
    name: "XLSX",
    before: noReport,
    right: "is xlsx, but data_trends/projects comes as json or csv",
    now: () => errorOf({ formats: ["json", "xlsx"] }),
  },
  {
    name: "JSON of a report that Toggl makes files of",
    before: "refused: no such format",
    right: "is json, but trends/projects comes as csv or xlsx",
    now: () => errorOf({ report: "trends/projects", formats: ["json"] }),
  },
  {
    name: "compared with a period before",
    before: noReport,
    right: "",
    now: () => errorOf({ previous_period: "same-last-year" }),
  },
  {
    name: "a currency, which trends do not have",
    before: noReport,
    right: expect.stringMatching(/^is not a field of data_trends\/projects; it takes start_date/),
    now: () => errorOf({ parameters: { currency: "usd" } }),
  },
  {
    name: "safe for spreadsheets, without CSV",
    before: noReport,
    right: "is for csv, which is none of the formats; nothing else runs text",
    now: () => errorOf({ formats: ["json"], spreadsheet_safe: true }),
  },
]);

type Toggl = Surroundings["toggl"];
const failing =
  (...failure: ConstructorParameters<typeof Failure>): Toggl =>
  async () => {
    throw new Failure(...failure);
  };

/** A run of such a schedule, while Toggl answers like this for ten seconds, and well from then on. */
async function ranWith(toggl: Toggl, more: object = {}, redrives = 0) {
  const schedule = configured(more);
  const around: Surroundings = { schedules: [schedule], workspaces: [1], toggl, takesEvents: true };
  const worker = startWorker(around);
  worker.send({ message: { schedule: "trends", occurrence: "2026-11-03T04:00:00Z" }, group: "toggl/acme" });
  await worker.goOn(10);
  const first = statusesIn(worker.records);
  if (redrives === 0) around.toggl = async () => ({});
  await worker.goOn();
  const dead = worker.dead.length;
  for (let times = 0; times < redrives; times++) {
    around.toggl = async () => ({});
    worker.redrive();
    await worker.goOn();
  }
  const [requests, converted] = [worker.asked.length, worker.converted.length];
  return { first, last: statusesIn(worker.records), requests, converted, dead };
}

function statusesIn(records: ReturnType<typeof startWorker>["records"]): string {
  return [...records.values()]
    .map((record) => {
      const { problem }: ExportFields = record;
      return `${record.format} ${record.status}${problem ? ` (${problem.code})` : ""}`;
    })
    .join(", ");
}

const made = "json succeeded, csv succeeded";
const down = failing("toggl_unavailable", "Toggl is down.");

reportedCases("A run of trends asks Toggl once for both formats", [
  {
    name: "JSON and CSV, whatever their order in the configuration",
    before: noReport,
    right: { first: made, last: made, requests: 1, converted: 1, dead: 0 },
    now: () => ranWith(async () => ({})),
  },
  {
    name: "two periods before, too",
    before: noReport,
    right: {
      first: Array(3).fill(made).join(", "),
      last: Array(3).fill(made).join(", "),
      requests: 3,
      converted: 3,
      dead: 0,
    },
    now: () => ranWith(async () => ({}), { refresh_previous: 2 }),
  },
  {
    name: "CSV alone",
    before: noReport,
    right: { first: "csv succeeded", last: "csv succeeded", requests: 1, converted: 0, dead: 0 },
    now: () => ranWith(async () => ({}), { formats: ["csv"] }),
  },
  {
    name: "Toggl takes no such request: both fail for that reason",
    before: noReport,
    right: {
      first: "json failed (toggl_rejected), csv failed (toggl_rejected)",
      last: "json failed (toggl_rejected), csv failed (toggl_rejected)",
      requests: 1,
      converted: 0,
      dead: 0,
    },
    now: () => ranWith(failing("toggl_rejected", "Invalid parameters")),
  },
  {
    name: "Toggl is down for a moment: CSV waits for JSON",
    before: noReport,
    right: { first: "json queued (toggl_unavailable)", last: made, requests: 2, converted: 1, dead: 0 },
    now: () => ranWith(down),
  },
  {
    name: "Toggl's quota is spent: CSV waits for JSON",
    before: noReport,
    right: { first: "json deferred (toggl_quota_exhausted)", last: made, requests: 2, converted: 1, dead: 0 },
    now: () => ranWith(failing("toggl_quota_exhausted", "Spent.", { retryAfterSeconds: 60 })),
  },
  {
    name: "Toggl is down for good, and the message is moved back from the dead letters",
    before: noReport,
    right: { first: "json queued (toggl_unavailable)", last: made, requests: 6, converted: 1, dead: 1 },
    now: () => ranWith(down, {}, 1),
  },
]);

/** Toggl requests that a backfill of three days would cost, with these exports there already. */
async function backfillCost(more: object, there: (id: string) => boolean = () => false): Promise<number> {
  const now = Date.parse("2026-11-10T00:00:00Z");
  const plan = planBackfill(configured(more), { from: "2026-11-01", to: "2026-11-03" }, now);
  const find = async (id: string) => (there(id) ? { status: "succeeded" } : undefined);
  return (await priceBackfill(plan, find, 600)).toggl_requests;
}

reportedCases("A backfill of trends is priced as it is asked for", [
  { name: "JSON and CSV of three days", before: noReport, right: 3, now: () => backfillCost({}) },
  { name: "CSV alone", before: noReport, right: 3, now: () => backfillCost({ formats: ["csv"] }) },
  { name: "all there", before: noReport, right: 0, now: () => backfillCost({}, () => true) },
  {
    name: "two formats of another report",
    before: "6",
    right: 6,
    now: () => backfillCost({ report: "trends/projects", formats: ["csv", "xlsx"] }),
  },
]);
