import { expect, it } from "vitest";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { parseInstant } from "../../api/times.ts";
import { daysOf, momentOf } from "../../cli/period.ts";
import { planBackfill } from "../../client/backfill-plan.ts";
import { parseParameters } from "../../lambdas/core/exports/parameters.ts";
import { readMessage } from "../../lambdas/core/exports/run-order.ts";
import { runOptions } from "../../lambdas/create-export/run-schedule.ts";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { startControl } from "../../local/control.ts";
import { faultOf } from "../../local/toggl-simulator/validation.ts";
import { reportedCases } from "./reported-cases.ts";

const now = Date.parse("2026-11-15T12:00:00Z");
const schedule: ConfiguredSchedule = {
  name: "daily",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv"],
  cron: "0 6 * * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-day",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 0,
  parameters: { currency: "usd" },
};

/** What comes of it, or the sentences that it is refused with. */
function outcome(tried: () => unknown): unknown {
  try {
    return tried();
  } catch (error) {
    const { message, errors } = error as Error & { errors?: { field: string; detail: string }[] };
    return errors?.map(({ field, detail }) => `${field} ${detail}`) ?? message;
  }
}

const body = (occurrence: unknown) =>
  outcome(() => runOptions({ body: Buffer.from(JSON.stringify({ occurrence })) } as HttpRequest, now));
const refused = ["occurrence must be a time of the calendar, with its zone (ISO 8601), such as 2026-11-03T05:00:00Z"];
const message = (occurrence: string) =>
  outcome(() => readMessage(JSON.stringify({ schedule: "daily", occurrence })).kind);
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

async function control(at: string): Promise<unknown> {
  const fired: string[] = [];
  const { url, close } = await startControl({ fire: (_, time) => fired.push(time.toISOString()) > 0 });
  const { status } = await fetch(url, { method: "POST", body: JSON.stringify({ schedule: "daily", at }) });
  await close();
  return [status, ...fired];
}

reportedCases("a moment or a day that no calendar has is refused, wherever somebody names it", [
  ...[
    ["2026-02-30T05:00:00Z", "ran as 2 March"],
    ["2026-02-29T05:00:00Z", "ran as 1 March"],
    ["2026-04-31T05:00:00+02:00", "ran as 1 May"],
    ["2026-11-03T24:00:00Z", "ran as the 4th"],
    ["2026-13-01T00:00:00Z", "refused"],
    ["2026-11-03T05:60:00Z", "refused"],
    ["2026-11-03T05:00:00", "refused"],
    ["2026-11-03T05:00:00+24:00", "refused"],
    ["2026-11-03", "refused"],
    ["2026-11-03 05:00:00Z", "refused"],
    ["Tue, 03 Nov 2026 05:00:00 GMT", "refused"],
    ["2026-11-03T05Z", "refused"],
    [1_762_146_000, "refused"],
  ].map(([occurrence, before]) => ({
    name: `body of a run: ${occurrence}`,
    before: String(before),
    right: refused,
    now: () => body(occurrence),
  })),
  {
    name: "body of a run: leap day, offset, fraction, without seconds",
    before: "the moments",
    right: ["2024-02-29T05:00:00.000Z", "2026-11-03T04:00:00.250Z", "2026-11-02T23:15:00.000Z"],
    now: () =>
      ["2024-02-29T05:00:00Z", "2026-11-03T05:00:00.250+01:00", "2026-11-03T05:00+05:45"].map((text) =>
        iso((body(text) as { occurrence: number }).occurrence),
      ),
  },
  {
    name: "message on the queue: 2026-02-30T05:00:00Z",
    before: "1 export, of 2 March's period",
    right: "The occurrence 2026-02-30T05:00:00Z is no time",
    now: () => message("2026-02-30T05:00:00Z"),
  },
  {
    name: "message on the queue: Nov 3, 2026",
    before: "1 export, in this machine's zone",
    right: "The occurrence Nov 3, 2026 is no time",
    now: () => message("Nov 3, 2026"),
  },
  {
    name: "run --at and tick --at: 2026-02-30T05:00:00Z",
    before: "2026-03-02T05:00:00.000Z",
    right:
      "--at must be a time of the calendar, with its zone (ISO 8601), such as 2026-11-03T05:00:00Z; it is 2026-02-30T05:00:00Z.",
    now: () => outcome(() => iso(momentOf("--at", "2026-02-30T05:00:00Z"))),
  },
  {
    name: "npm start's control: 2026-02-30T05:00:00Z",
    before: "fired for 2 March",
    right: [400],
    now: () => control("2026-02-30T05:00:00Z"),
  },
  {
    name: "npm start's control: soon",
    before: "fired for no time at all, a 500",
    right: [400],
    now: () => control("soon"),
  },
  {
    name: "export --from 2026-02-30",
    before: "refused",
    right: "--from must be a day, such as 2026-10-01; it is 2026-02-30.",
    now: () => outcome(() => daysOf({ from: "2026-02-30", to: "2026-03-01" }, now)),
  },
  ...["2026-02-30", "2026-00", "2026-13", "26-01", "2026-1", "2026-02-3"].map((from) => ({
    name: `backfill --from ${from}`,
    before: "refused",
    right: `--from must be a year, month or day, such as 2025, 2025-01 or 2025-01-31; it is ${from}.`,
    now: () => outcome(() => planBackfill(schedule, { from, to: "2026" }, now)),
  })),
  {
    name: "body of an export: start_date 2026-02-30",
    before: "refused",
    right: ["start_date must be a day of the calendar as YYYY-MM-DD, such as 2026-10-31"],
    now: () => outcome(() => parseParameters("trends/projects", { start_date: "2026-02-30", end_date: "2026-03-01" })),
  },
  {
    name: "the simulator's own check: start_date 2026-02-30",
    before: "taken, and answered for 2 March",
    right: "wrong format date",
    now: () => faultOf("trends/projects", { start_date: "2026-02-30", end_date: "2026-03-01" }),
  },
  {
    name: "years that four digits do not hold",
    before: "+010000-01-01T00:00:00Z was refused by the pattern alone",
    right: [undefined, undefined],
    now: () => ["+010000-01-01T00:00:00Z", "-000001-01-01T00:00:00Z"].map(parseInstant),
  },
]);

it("points into the body of a run whatever a field is called", () => {
  const run = () => runOptions({ body: Buffer.from('{"a/b~c":1}') } as HttpRequest, now);
  expect(run).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ pointer: "#/a~1b~0c" })] }));
});
