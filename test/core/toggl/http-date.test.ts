import { describe, expect, it } from "vitest";
import { httpDate } from "../../../lambdas/core/toggl/toggl-answer.ts";

const now = Date.parse("2026-11-02T06:00:00Z");
const iso = (text: string) => {
  const moment = httpDate(text, now);
  return moment === undefined ? undefined : new Date(moment).toISOString();
};

describe("a date of HTTP", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
    ["Sun Nov 6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
    ["Wed Nov 16 08:49:37 1994", "1994-11-16T08:49:37.000Z"],
    ["Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"],
    ["Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31T23:59:59.000Z"],
    ["Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00.000Z"],
    ["Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00.000Z"],
    ["Saturday, 31-Oct-76 00:00:00 GMT", "2076-10-31T00:00:00.000Z"],
    ["Monday, 31-Oct-77 00:00:00 GMT", "1977-10-31T00:00:00.000Z"],
    ["Tuesday, 05-May-26 00:00:00 GMT", "2026-05-05T00:00:00.000Z"],
    ["Wednesday, 05-Aug-26 00:00:00 GMT", "2026-08-05T00:00:00.000Z"],
    ["Thursday, 05-Mar-26 00:00:00 GMT", "2026-03-05T00:00:00.000Z"],
    ["Sun, 05 Apr 2026 00:00:00 GMT", "2026-04-05T00:00:00.000Z"],
    ["Sun, 05 Jul 2026 00:00:00 GMT", "2026-07-05T00:00:00.000Z"],
    ["Sat, 05 Sep 2026 00:00:00 GMT", "2026-09-05T00:00:00.000Z"],
    ["Friday, 05-Jun-26 00:00:00 GMT", "2026-06-05T00:00:00.000Z"],
  ])("%s", (text, moment) => {
    expect(iso(text)).toBe(moment);
  });

  it.each([
    "",
    "soon",
    "12/31/9999",
    "2026-11-02",
    "2026-11-02T06:00:09Z",
    "Mon, 2 Nov 2026 06:00:09 GMT",
    "Mon, 02 Nov 26 06:00:09 GMT",
    "Mon, 02 Nov 2026 06:00:09",
    "Mon, 02 Nov 2026 06:00:09 UTC",
    "Mon, 02 Nov 2026 06:00:09 +0000",
    "mon, 02 nov 2026 06:00:09 gmt",
    "Mon, 02 Nov 2026 24:00:00 GMT",
    "Mon, 02 Nov 2026 06:60:00 GMT",
    "Mon, 02 Nov 2026 06:00:61 GMT",
    "Sun, 29 Feb 2026 06:00:00 GMT",
    "Mon, 31 Jun 2026 06:00:00 GMT",
    "Mon, 00 Nov 2026 06:00:00 GMT",
    "Mon, 32 Dec 2026 06:00:00 GMT",
    "Monday, 02-Nov-2026 06:00:09 GMT",
    "Mon Nov  2 06:00:09 2026 GMT",
    "Mon, 02 Nov 2026 06:00:09 GMT, Mon, 02 Nov 2026 06:00:09 GMT",
    "at Mon, 02 Nov 2026 06:00:09 GMT",
  ])("is not %j", (text) => {
    expect(iso(text)).toBeUndefined();
  });
});
