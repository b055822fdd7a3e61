import { describe, expect, it } from "vitest";
import { askedBy } from "../../api/callers.ts";
import type { Export, ExportFields } from "../../api/export.ts";
import { exportStatuses, statusMeanings, statusName } from "../../api/statuses.ts";
import {
  inOrder,
  inTurn,
  knownExport,
  nextQuestion,
  takeExports,
  takeQueued,
} from "../../console/page/exports/known-exports.ts";
import { orderWords } from "../../console/page/exports/order-words.ts";
import { newestQuota, quotaSentence } from "../../console/page/exports/quota.ts";
import { countdown, moment, onOwnClock } from "../../console/page/wording.ts";
import { exportOf } from "../handlers/answer.ts";

const idOf = (digit: number) => `01KAT4XJ5Q8Z3V7C2B9N0M6R1${digit}`;
const made = (digit: number, completed_at: string, more: ExportFields = {}): Export =>
  exportOf({ id: idOf(digit), completed_at, ...more });
const underWay = (digit: number, status: Export["status"], created_at: string): Export =>
  ({ ...exportOf({ id: idOf(digit), created_at }), status, completed_at: undefined, file: undefined }) as never;

describe("the history", () => {
  it("has what is under way on top, and then goes by the time at which it was made, not by id", () => {
    const old = made(9, "2026-11-03T05:00:00Z"); // the newest id
    const backfilled = made(1, "2026-11-20T05:00:00Z"); // the oldest id, made last
    const failed = made(2, "2026-11-10T05:00:00Z", { status: "failed" } as ExportFields);
    const running = underWay(3, "running", "2026-11-01T05:00:00Z");
    const queued = underWay(4, "queued", "2026-11-20T06:00:00Z");
    const deferred = underWay(5, "deferred", "2026-11-20T05:30:00Z");
    const ordered = inOrder([old, deferred, failed, queued, backfilled, running]);
    expect(ordered).toEqual([running, queued, deferred, backfilled, failed, old]);
  });

  it("gives each export under way its turn, however many there are", () => {
    const ids = Array.from({ length: 20 }, (_, at) => `id${at}`);
    const seen = new Set([0, 1, 2, 3].flatMap((turn) => inTurn(ids, turn)));
    expect(seen.size).toBe(20);
    expect(inTurn(ids, 7).length).toBe(6);
    expect(inTurn(["one", "two"], 99)).toEqual(["one", "two"]);
    expect(inTurn([], 3)).toEqual([]);
  });

  it("takes the answer to the later question, whichever comes first", () => {
    const [before, after] = [nextQuestion(), nextQuestion()];
    const done = made(6, "2026-11-20T05:00:00Z");
    takeExports(77, [done], after);
    takeExports(77, [underWay(6, "running", "2026-11-20T04:00:00Z")], before);
    expect(knownExport(77, idOf(6))?.status).toBe("succeeded");
    takeQueued(77, [underWay(6, "queued", "2026-11-20T06:00:00Z")]);
    expect(knownExport(77, idOf(6))?.status).toBe("queued");
    expect(knownExport(78, idOf(6))).toBeUndefined();
  });
});

describe("a row", () => {
  it("says the currency, the resolution and the filters", () => {
    const parameters = {
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      currency: "eur",
      resolution: "week",
      project_ids: [7, 8],
      client_ids: [5, null],
      user_ids: [1, 2, 3],
      group_ids: [71, 9],
      billable: false,
      rounding: 1,
      rounding_minutes: 15,
      previous_period_start: "2026-09-01",
      more: ["a", "b"],
    };
    const names = { projects: { 7: "Website" }, clients: { 5: "Acme" }, groups: { 71: "Design" } };
    expect(orderWords({ parameters, spreadsheet_safe: true }, names)).toEqual([
      "EUR",
      "by week",
      "Website and project 8",
      "Acme and no client",
      "3 people",
      "Design and group 9",
      "not billable only",
      "compared from 1 Sept 2026",
      "more: a, b",
      "rounded up to 15 min",
      "safe for spreadsheets",
    ]);
    expect(orderWords({ parameters: {} }, {})).toEqual([]);
    const rounded = (more: Export["parameters"]) => orderWords({ parameters: more }, {});
    expect([rounded({ rounding: -1 }), rounded({ rounding: 0 }), rounded({ rounding_minutes: 6 })]).toEqual([
      ["rounded down"],
      ["rounded"],
      ["rounded to 6 min"],
    ]);
  });

  it("says who asked: a schedule, or one of the programs that say who they are", () => {
    const said = (
      ["console", "command-line", "client", "curl", undefined, "constructor"] as ExportFields["requested_with"][]
    ).map((requested_with) => askedBy({ requested_with }));
    expect(said).toEqual(["Console", "Command line", "Typed client", "curl", "A caller", "A caller"]);
    expect(askedBy({ schedule: "monthly" })).toBe("monthly");
    expect(askedBy({ schedule: "monthly", requested_with: "console" })).toBe("monthly, run by the console");
    expect(askedBy({ schedule: "monthly", requested_with: "curl" })).toBe("monthly, run by curl");
  });

  it("calls a status what the API and the command line call it", () => {
    for (const status of exportStatuses) {
      expect(statusName(status).toLowerCase()).toBe(status);
      expect(statusMeanings[status]).toMatch(/\.$/);
    }
  });
});

describe("the quota", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  const toggl = (quota_remaining: number) => ({
    requests: 1,
    quota_remaining,
    quota_resets_at: "2026-11-20T12:12:05Z",
  });
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  it("is told by the newest answer of Toggl's, whatever days that was about", () => {
    const backfilled = made(1, "2026-11-20T11:59:00Z", { toggl: toggl(12) });
    const older = made(9, "2026-11-20T11:00:00Z", { toggl: toggl(400) });
    const unasked = made(8, "2026-11-20T11:59:30Z");
    expect(newestQuota([older, unasked, backfilled], now)).toEqual({
      remaining: 12,
      resetsAt: "2026-11-20T12:12:05Z",
      saidAt: "2026-11-20T11:59:00Z",
    });
    expect(newestQuota([unasked], now)).toBeUndefined();
  });

  it("is used up while an export waits for it, and only then", () => {
    const problem = { code: "toggl_quota_exhausted" };
    const waiting = { ...underWay(2, "deferred", "2026-11-20T11:00:00Z"), problem, resumes_at: "2026-11-20T12:30:00Z" };
    const older = made(1, "2026-11-20T11:59:00Z", { toggl: toggl(12) });
    const quotas = [
      newestQuota([older, waiting as Export], now),
      newestQuota([older, { ...waiting, problem: { code: "token_not_set" } } as Export], now),
      newestQuota([older, { ...waiting, resumes_at: "2026-11-20T11:59:59Z" } as Export], now),
    ];
    expect(quotas.map((quota) => quota?.remaining)).toEqual([0, 12, 12]);
    expect(quotas[0] && quotaSentence(quotas[0], now)).toMatch(
      /^Toggl's hourly requests are used up; the quota is filled up in 30 min 00 s, at /,
    );
  });

  it("counts down, and says when it has been filled up", () => {
    const quota = { remaining: 12, resetsAt: "2026-11-20T12:12:05Z", saidAt: "2026-11-20T11:59:00Z" };
    expect(quotaSentence(quota, now)).toBe(
      `12 of Toggl's hourly requests were left at ${moment(quota.saidAt)}; the quota is filled up in 12 min 05 s, at ${moment(quota.resetsAt, zone).split(", ")[1]}.`,
    );
    expect(quotaSentence(quota, now + 3_600_000)).toContain("has been filled up since, at");
    expect(quotaSentence({ ...quota, resetsAt: undefined }, now)).toMatch(/left at .*[^;]\.$/);
    expect([0, -5, 1, 45_000, 59_001, 60_000, 725_000, 3_599_001, 3_720_000].map(countdown)).toEqual([
      "0 s",
      "0 s",
      "1 s",
      "45 s",
      "1 min 00 s",
      "1 min 00 s",
      "12 min 05 s",
      "1 h 00 min",
      "1 h 02 min",
    ]);
  });
});

describe("a moment", () => {
  it.each([
    ["Europe/Berlin", "3 Nov 2026, 06:00 CET"],
    ["America/New_York", "3 Nov 2026, 00:00 GMT-5"],
    ["Asia/Kolkata", "3 Nov 2026, 10:30 GMT+5:30"],
    ["UTC", "3 Nov 2026, 05:00 UTC"],
  ])("has its zone: %s", (zone, shown) => {
    expect(moment("2026-11-03T05:00:00Z", zone)).toBe(shown);
  });

  it("in a sentence of the API's is on the viewer's clock; what is none stays", () => {
    const own = moment("2026-11-03T05:00:00Z");
    expect(onOwnClock("Spent until 2026-11-03T05:00:00Z. Wait.")).toBe(`Spent until ${own}. Wait.`);
    expect(onOwnClock("At 2026-11-03T05:00Z and 2026-11-03T05:00:00.123Z!")).toBe(`At ${own} and ${own}!`);
    for (const text of ["2026-11-03", "2026-13-45T99:00:00Z", "x2026-11-03T05:00:00Z", "2026-11-03T05:00:00+01:00"]) {
      expect(onOwnClock(text)).toBe(text);
    }
  });
});
