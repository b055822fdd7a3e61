import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { exportEvents } from "../../../lambdas/core/exports/export-event.ts";
import { isExportId } from "../../../lambdas/core/exports/export-id.ts";
import { jobsOfOrder, orderOf } from "../../../lambdas/core/exports/run-order.ts";
import { scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";

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
  parameters: { billable: true },
};
const occurrence = Date.parse("2026-11-03T05:00:00Z");

describe("a run's exports", () => {
  const exports = scheduledExports(schedule, occurrence);

  it("are one for each period and format, the newest period first", () => {
    expect(exports.map(({ format, parameters, isRefresh }) => [format, parameters.start_date, isRefresh])).toEqual([
      ["csv", "2026-10-01", false],
      ["xlsx", "2026-10-01", false],
      ["csv", "2026-09-01", true],
      ["xlsx", "2026-09-01", true],
    ]);
    expect(exports[0]?.parameters).toEqual({
      billable: true,
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      previous_period_start: "2025-10-01",
    });
  });

  it("make the JSON of each period first, and the other formats of it in the schedule's order", () => {
    const all = scheduledExports({ ...schedule, formats: ["xlsx", "csv", "json"] }, occurrence);
    expect(all.map(({ format }) => format)).toEqual(["json", "xlsx", "csv", "json", "xlsx", "csv"]);
    const [october, september] = all.filter(({ format }) => format === "json").map(({ id }) => id);
    const from = [undefined, october, october, undefined, september, september];
    expect(all.map(({ madeFrom }) => madeFrom)).toEqual(from);
    expect(exports.map(({ madeFrom }) => madeFrom)).toEqual(exports.map(() => undefined));
  });

  it("have the period before of the same kind beside them, if they are to", () => {
    const quarters = { ...schedule, period: "quarter-to-date", previous_period: "previous-period" } as const;
    const starts = scheduledExports(quarters, occurrence).map(({ parameters }) => parameters);
    expect(starts.map((one) => "previous_period_start" in one && one.previous_period_start)).toEqual([
      "2026-07-01",
      "2026-07-01",
      "2026-04-01",
      "2026-04-01",
    ]);
  });

  it("have ids of their own that a second run finds again", () => {
    const ids = exports.map(({ id }) => id);
    expect(ids.every(isExportId)).toBe(true);
    expect(scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence).map(({ id }) => id)).toEqual(
      ids.slice(0, 2),
    );
    const others = [
      ...scheduledExports({ ...schedule, name: "other" }, occurrence),
      ...scheduledExports({ ...schedule, workspace_id: 124 }, occurrence),
      ...scheduledExports(schedule, occurrence + 1000),
    ].map(({ id }) => id);
    expect(new Set([...ids, ...others]).size).toBe(16);
  });

  it("sort in the history by when they were due", () => {
    const [later] = scheduledExports(schedule, occurrence + 1000);
    expect(exports.every(({ id }) => id < (later?.id ?? ""))).toBe(true);
  });

  it("leave out earlier periods if told so", () => {
    const run = { schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" };
    expect(jobsOfOrder(run, orderOf(schedule, run))).toEqual(exports);
    const alone = { ...run, refresh: false } as const;
    expect(jobsOfOrder(alone, orderOf(schedule, alone))).toEqual(exports.slice(0, 2));
  });
});

describe("what is announced of an export", () => {
  const made: Export = {
    id: "01KAT400000000000000000000",
    status: "succeeded",
    workspace_id: 123,
    report: "trends/projects",
    format: "csv",
    parameters: { start_date: "2026-10-01", end_date: "2026-10-31", project_ids: [1, 2] },
    requested_by: "schedule",
    schedule: "monthly",
    occurrence: "2026-11-03T05:00:00Z",
    created_at: "2026-11-03T05:00:01Z",
    completed_at: "2026-11-03T05:00:02Z",
    attempts: 1,
    file: { bucket: "b", key: "k", bytes: 3, rows: 1, columns: ["A"], sha256: "aa", content_type: "text/csv" },
    warnings: [{ code: "blank_lines", detail: "" }],
  };

  const where = { apiUrl: "https://api.example/v1", stackName: "Acme" };

  it("says to people no address that their browser cannot open, but how to get the file", () => {
    const [succeeded] = exportEvents(made, where);
    expect(succeeded?.detail.summary).not.toMatch(/https?:/);
  });

  it("is short, and has the address that stays instead of a link that dies", () => {
    expect(exportEvents(made, where)).toEqual([
      {
        type: "Export Succeeded",
        detail: {
          id: made.id,
          status: "succeeded",
          workspace_id: 123,
          report: "trends/projects",
          format: "csv",
          parameters: { start_date: "2026-10-01", end_date: "2026-10-31", project_ids: [1, 2] },
          start_date: "2026-10-01",
          end_date: "2026-10-31",
          requested_by: "schedule",
          schedule: "monthly",
          occurrence: "2026-11-03T05:00:00Z",
          created_at: "2026-11-03T05:00:01Z",
          completed_at: "2026-11-03T05:00:02Z",
          attempts: 1,
          file: { bucket: "b", key: "k", bytes: 3, rows: 1, sha256: "aa", content_type: "text/csv" },
          file_url: "https://api.example/v1/workspace/123/exports/01KAT400000000000000000000/file",
          summary:
            "Export Succeeded: trends/projects as csv for 2026-10-01 to 2026-10-31, workspace 123, schedule monthly. To get the file: npx toggl-insights download 01KAT400000000000000000000 --workspace 123 --stack Acme (or in the console, under Exports).",
        },
      },
    ]);
  });

  it("says why it failed, until when it waits, and what changed", () => {
    const { file: _, ...without } = made;
    const problem = {
      type: "",
      title: "",
      status: 402,
      detail: "The plan lacks it.",
      instance: "",
      code: "toggl_feature_required",
      retryable: false,
    } as const;
    const summaryOf = (one: Export) => exportEvents(one, where).map(({ detail }) => detail.summary);
    expect(summaryOf({ ...without, status: "failed", problem })).toEqual([
      "Export Failed: trends/projects as csv for 2026-10-01 to 2026-10-31, workspace 123, schedule monthly. The plan lacks it.",
    ]);
    const resumes_at = "2026-11-03T06:00:00Z";
    expect(summaryOf({ ...without, status: "deferred", problem, resumes_at })[0]).toMatch(
      /^Export Deferred: .* It goes on at 2026-11-03T06:00:00Z\.$/,
    );
    const restatement = { added: 1, removed: 2, changed: 3 };
    const restated = { ...made, restates: "x", restatement };
    expect(summaryOf(restated)[1]).toMatch(
      /^Export Restated: .*monthly\. Rows: 3 changed, 1 added, 2 removed\. To get the file: npx toggl-insights download /,
    );
    const { schedule: __, parameters: ___, ...asked } = without;
    expect(summaryOf({ ...asked, parameters: {} } as Export)).toEqual([
      "Export Succeeded: trends/projects as csv for the beginning to today, workspace 123.",
    ]);
  });
});

describe("an option of a schedule's files", () => {
  it("is with its CSV files, which a spreadsheet would run, and not with workbooks", () => {
    const safe = scheduledExports({ ...schedule, spreadsheet_safe: true }, occurrence);
    expect(safe.map((job) => [job.format, job.spreadsheet_safe])).toEqual([
      ["csv", true],
      ["xlsx", undefined],
      ["csv", true],
      ["xlsx", undefined],
    ]);
    expect(safe[1]).not.toHaveProperty("spreadsheet_safe");
    const plain = scheduledExports({ ...schedule, spreadsheet_safe: false }, occurrence);
    expect(plain.some((job) => "spreadsheet_safe" in job)).toBe(false);
  });
});
