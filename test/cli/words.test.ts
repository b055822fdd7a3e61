import { describe, expect, it, vi } from "vitest";
import type { Problem } from "../../api/problem.ts";
import { exitCodeOf, UsageError } from "../../cli/exit-codes.ts";
import { failureSentence } from "../../cli/failure-sentence.ts";
import { commonPeriods, comparedWith, daysOf, previousStart } from "../../cli/period.ts";
import { reportFields, reportFlags } from "../../cli/report-flags.ts";
import { ApiProblem, foreignAnswer, NoAnswer, RegionMissing } from "../../client/api-problem.ts";

const noon = Date.parse("2026-11-15T12:00:00Z");

const problem = (code: Problem["code"], status: number, more: Partial<Problem> = {}, retryAfter?: number) =>
  new ApiProblem(
    status,
    { type: "t", title: "t", detail: "It is so.", instance: "i", code, retryable: false, ...more },
    retryAfter,
  );

describe("days", () => {
  it("are named by a period or by themselves", () => {
    expect(daysOf({ period: "previous-month" }, noon)).toEqual({ start_date: "2026-10-01", end_date: "2026-10-31" });
    expect(daysOf({ from: "2026-10-02", to: "2026-10-05" }, noon)).toEqual({
      start_date: "2026-10-02",
      end_date: "2026-10-05",
    });
  });

  it.each([
    [{}, /--period previous-month, or --from 2026-10-01 --to/],
    [{ from: "2026-10-01" }, /--from 2026-10-01 --to/],
    [{ period: "previous-month", to: "2026-10-31" }, /either --period or --from and --to/],
    [{ period: "last-month" }, /--period must be previous-day.*it is last-month/],
    [{ period: "previous-mnoth" }, /it is previous-mnoth\. Did you mean previous-month\?$/],
    [{ period: "last-30-day" }, /Did you mean last-30-days\?$/],
    [{ period: "year" }, /Did you mean year-to-date\?$/],
    [{ period: "x" }, /it is x\.$/],
  ])("are missed in %j", (options, message) => {
    expect(() => daysOf(options, noon)).toThrow(message);
  });

  const october = { from: "2026-10-01", to: "2026-10-31" };

  it.each([
    ["previous-period", october, { start_date: "2026-09-01", end_date: "2026-09-30" }],
    ["previous-period", { period: "month-to-date" }, { start_date: "2026-10-01", end_date: "2026-10-15" }],
    ["previous-period", { period: "last-7-days" }, { start_date: "2026-11-01", end_date: "2026-11-07" }],
    ["previous-period", { period: "previous-quarter" }, { start_date: "2026-04-01", end_date: "2026-06-30" }],
    ["equal-length", october, { start_date: "2026-08-31", end_date: "2026-09-30" }],
    ["same-last-year", october, { start_date: "2025-10-01", end_date: "2025-10-31" }],
    ["2026-03-01", october, { start_date: "2026-03-01", end_date: "2026-03-31" }],
    ["2024-02-01", october, { start_date: "2024-02-01", end_date: "2024-03-02" }],
    ["none", october, undefined],
  ])("are compared by %s of %j with %j", (compare, options, before) => {
    const found = comparedWith(compare, options, daysOf(options, noon), noon);
    expect(found).toEqual(before);
    expect(previousStart(found)).toEqual(before ? { previous_period_start: before.start_date } : {});
  });

  it.each([
    ["last-year", /^--compare must be none, previous-period, .*, or a day such as 2025-10-01; it is last-year\.$/],
    ["same-last-yaer", /Did you mean same-last-year\?$/],
    ["previous", /Did you mean previous-period\?$/],
    ["2026-02-30", /it is 2026-02-30\.$/],
    ["", /it is nothing\.$/],
  ])("are not compared by %j", (compare, message) => {
    expect(() => comparedWith(compare, october, daysOf(october, noon), noon)).toThrow(message);
  });

  it("have a few that shells offer, each of which is one", () => {
    for (const period of commonPeriods) expect(daysOf({ period }, noon).start_date).toMatch(/^20\d\d-/);
    expect(commonPeriods).toEqual(expect.arrayContaining(["previous-day", "year-to-date", "last-12-months"]));
  });
});

describe("a report's flags", () => {
  it("are those of all reports' fields, with every choice that some report has", () => {
    expect(Object.keys(reportFlags)).toContain("client-ids");
    expect(reportFlags.resolution?.choices).toEqual(expect.arrayContaining(["day", "week", "month", "quarter"]));
    expect(reportFlags["start-date"]).toBeUndefined();
  });

  it("become the fields that the API takes", () => {
    const flags = { "client-ids": "7, null", "rounding-minutes": "15", billable: false, currency: "eur", json: true };
    expect(reportFields(flags)).toEqual({
      client_ids: [7, null],
      rounding_minutes: 15,
      billable: false,
      currency: "eur",
    });
  });

  it.each(["1,x", "", "1,,2", "-1", "1.5"])("refuse %j as ids", (ids) => {
    expect(() => reportFields({ "project-ids": ids })).toThrow(/--project-ids must be ids with commas between/);
  });

  it("take null for projects without a client only", () => {
    expect(() => reportFields({ "user-ids": "null" })).toThrow(UsageError);
  });
});

describe("a failure", () => {
  it.each([
    [new UsageError("x"), 2],
    [problem("invalid_request", 400), 2],
    [problem("export_not_found", 404), 3],
    [problem("workspace_not_configured", 403), 4],
    [problem("toggl_feature_required", 402), 4],
    [problem("toggl_credentials_rejected", 502), 4],
    [problem("toggl_quota_exhausted", 429), 5],
    [problem("toggl_unavailable", 502), 6],
    [problem("toggl_timeout", 504), 6],
    [foreignAnswer(404), 6],
    [foreignAnswer(403), 4],
    [foreignAnswer(501), 6],
    [new RegionMissing("x"), 2],
    [Object.assign(new Error("x"), { name: "CredentialsProviderError" }), 4],
    [Object.assign(new Error("x"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } }), 4],
    [new NoAnswer("x"), 7],
    [new Error("x"), 1],
  ])("%s ends with status %d", (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it("says how long to wait where that is known, and only there", () => {
    expect(failureSentence(problem("toggl_quota_exhausted", 429, { retryable: true }, 133))).toBe(
      "It is so. Wait 133 s first.",
    );
    expect(failureSentence(problem("toggl_unavailable", 502, { retryable: true }))).toBe("It is so.");
    expect(failureSentence(problem("invalid_request", 400))).toBe("It is so.");
    expect(failureSentence(new NoAnswer("No."))).toMatch(
      /^No\. Start the product with npm start, or name .* --api URL/,
    );
  });
});

it.each([
  ["Pacific/Kiritimati", "2026-11-15"],
  ["UTC", "2026-11-14"],
  ["Pacific/Pago_Pago", "2026-11-14"],
])("takes yesterday in %s for %s, as whoever types sees it", (zone, day) => {
  vi.stubEnv("TZ", zone);
  const days = daysOf({ period: "previous-day" }, Date.parse("2026-11-15T12:00:00Z"));
  vi.unstubAllEnvs();
  expect(days).toEqual({ start_date: day, end_date: day });
});
