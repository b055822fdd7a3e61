import { describe, expect, it, vi } from "vitest";
import type { Problem } from "../../api/problem.ts";
import { exitCodeOf, UsageError } from "../../cli/exit-codes.ts";
import { failureSentence } from "../../cli/failure-sentence.ts";
import { comparison, daysOf } from "../../cli/period.ts";
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
  ])("are missed in %j", (options, message) => {
    expect(() => daysOf(options, noon)).toThrow(message);
  });

  it("are compared with as many before, the same a year ago, or nothing", () => {
    const days = { start_date: "2026-10-01", end_date: "2026-10-31" };
    expect(comparison(days, "equal-length")).toEqual({ previous_period_start: "2026-08-31" });
    expect(comparison(days, "same-last-year")).toEqual({ previous_period_start: "2025-10-01" });
    expect(comparison(days, "none")).toEqual({});
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
