import { describe, expect, it } from "vitest";
import { adviceFor } from "../../console/page/advice.ts";
import { type Problem, problemFrom, problemOfError } from "../../console/page/problem.ts";
import { readAnswer } from "../../console/page/read-answer.ts";
import { formatAddress, parseAddress } from "../../console/page/view-address.ts";
import {
  areShown,
  axisHours,
  bytes,
  changeShare,
  dayRange,
  hours,
  moment,
  priceSentence,
} from "../../console/page/wording.ts";

describe("a problem", () => {
  it("is told as far as it can be where the answer is no problem of the API's", () => {
    expect(problemFrom(502, undefined, null)).toMatchObject({
      title: "The answer was 502",
      retryable: true,
    });
    expect(problemFrom(502, { errors: "none" }, null)).not.toHaveProperty("errors");
    expect(problemFrom(403, { message: "Forbidden" }, null)).toMatchObject({ detail: "Forbidden", retryable: false });
    for (const status of [502, 404])
      expect(adviceFor(problemFrom(status, undefined, null))).toContain("npm run doctor");
    expect(problemFrom(429, { code: "toggl_rate_limited" }, "7")).toMatchObject({ retryAfterSeconds: 7 });
  });
});

describe("an answer", () => {
  it.each(["", '[{"project_id":1', "<html>Sign in</html>"])("of 200 that is no JSON is a problem: %s", async (body) => {
    const read = readAnswer(new Response(body)).catch(problemOfError);
    const problem = { code: "answer_unreadable", title: "The answer cannot be read", retryable: true };
    expect(await read).toMatchObject(problem);
    expect(adviceFor((await read) as Problem)).toMatch(/^Try again/);
  });

  it("may be null, and a problem may come without JSON", async () => {
    expect(await readAnswer(new Response("null"))).toBeNull();
    const gateway = new Response("<html>", { status: 502, headers: { "retry-after": "7" } });
    expect(await readAnswer(gateway).catch(problemOfError)).toMatchObject({ code: "unknown", retryAfterSeconds: 7 });
  });
});

describe("figures", () => {
  it("are said as people say them", () => {
    expect(hours(4_712_400)).toBe("1,309.0 h");
    expect([changeShare(110, 100), changeShare(90, 100), changeShare(5, 0), changeShare(0, 0)]).toEqual([
      "+10.0 %",
      "-10.0 %",
      "new",
      "no change",
    ]);
    expect([0, 0.25, 950, 2500, 100_000].map(axisHours)).toEqual(["0 h", "0.25 h", "950 h", "2.5K h", "100K h"]);
    expect([bytes(999), bytes(18_342), bytes(2_500_000)]).toEqual(["999 bytes", "18.3 kB", "2.5 MB"]);
    expect(dayRange("2026-10-01", "2026-10-31")).toMatch(/^1\s*–\s*31 Oct 2026$/);
    expect(moment("2026-11-03T05:00:00Z", "Europe/Berlin")).toBe("3 Nov 2026, 06:00 CET");
  });

  it("are one or many", () => {
    expect([0, 1, 1200].map((value) => areShown(value, "schedule"))).toEqual([
      "0 schedules are shown.",
      "1 schedule is shown.",
      "1,200 schedules are shown.",
    ]);
  });

  it("tell a backfill's price before it is paid", () => {
    const period = { start_date: "", end_date: "", occurrence: "", is_there: false, export_ids: [] };
    const plan = {
      periods: Array(12).fill(period),
      periods_there: 2,
      periods_to_make: 10,
      periods_not_over: 1,
      toggl_requests: 20,
      hours_of_quota: 20 / 600,
      quota_per_hour: 600,
    };
    expect(priceSentence(plan)).toBe(
      "12 periods, 2 of them there already, 1 more is not over yet and is left out. " +
        "The rest costs 20 Toggl requests: 3 % of an hour's quota (600 an hour on Premium and Enterprise).",
    );
    expect(priceSentence({ ...plan, toggl_requests: 1500, hours_of_quota: 2.5 })).toContain("2.5 hours of quota");
    expect(priceSentence({ ...plan, toggl_requests: 0 })).toContain("nothing to make");
    const one = { ...plan, periods: [period], hours_of_quota: 1 / 600 };
    expect(priceSentence({ ...one, periods_not_over: 2, periods_there: 0, toggl_requests: 1 })).toMatch(
      /^1 period, 2 more are not over yet and are left out. The rest costs 1 Toggl request: 1 %/,
    );
    expect(priceSentence({ ...plan, periods: [] })).toBe("No whole period lies between these days.");
  });
});

it("keeps a view's settings in its address, and leaves out what is not set", () => {
  const address = { view: "exports", settings: { workspace: "123", report: "trends/projects", status: "" } } as const;
  expect(formatAddress(address)).toBe("#/exports?workspace=123&report=trends%2Fprojects");
  expect(parseAddress(formatAddress(address))).toEqual({
    view: "exports",
    settings: { workspace: "123", report: "trends/projects" },
  });
});

it("has an address for each export, which keeps the list's filters", () => {
  const item = "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
  const address = { view: "exports", item, settings: { status: "failed" } } as const;
  expect(formatAddress(address)).toBe(`#/exports/${item}?status=failed`);
  expect(parseAddress(formatAddress(address))).toEqual(address);
  for (const path of ["exports/nope", `exports/${item}0`, `exports/${item.toLowerCase()}`, `trends/${item}`]) {
    expect(parseAddress(`#/${path}`)).toMatchObject({ view: "trends", unknownView: path });
  }
});

it("knows which address names no view of its own, and which one names none at all", () => {
  for (const hash of ["", "#", "#/", "#/?workspace=1"]) expect(parseAddress(hash)).not.toHaveProperty("unknownView");
  for (const path of ["nope", "%E0%A4%A", "exports/"]) {
    expect(parseAddress(`#/${path}?workspace=1`)).toEqual({
      view: "trends",
      settings: { workspace: "1" },
      unknownView: path,
    });
  }
});
