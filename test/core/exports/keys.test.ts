import fc from "fast-check";
import { expect, it } from "vitest";
import { fileFormats, scheduledReports } from "../../../api/reports.ts";
import { isExportId, newExportId, newestFirst } from "../../../lambdas/core/exports/export-id.ts";
import { afterCursor, historyCursor } from "../../../lambdas/core/exports/history.ts";
import { fileKey, fileName, idOf, recordKey } from "../../../lambdas/core/exports/keys.ts";

const order = {
  id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  workspace_id: 123,
  report: "profitability/projects",
  format: "csv",
  parameters: { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" },
} as const;

it("lays a file where Athena finds it by report, format, workspace and period", () => {
  expect(fileKey(order)).toBe(
    "exports/report=profitability-projects/format=csv/workspace_id=123/period=2026-10-01_2026-10-31/01KAT4XJ5Q8Z3V7C2B9N0M6R1T.csv",
  );
  expect(fileName(order)).toBe("toggl-profitability-projects-123-2026-10-01_2026-10-31.csv");
  expect(fileKey({ ...order, report: "data_trends/projects", format: "json" })).toBe(
    "exports/report=data_trends-projects/format=json/workspace_id=123/period=2026-10-01_2026-10-31/01KAT4XJ5Q8Z3V7C2B9N0M6R1T.json",
  );
});

it("names every file with plain letters, so that a header or a shell makes nothing else of it", () => {
  const days = fc.date({ min: new Date("2006-01-01"), max: new Date("2199-12-31"), noInvalidDate: true });
  const day = fc.option(
    days.map((date) => date.toISOString().slice(0, 10)),
    { nil: undefined },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...scheduledReports),
      fc.constantFrom(...fileFormats),
      fc.integer({ min: 1, max: 1e15 }),
      day,
      day,
      (report, format, workspace_id, start_date, end_date) => {
        const parameters = { ...(start_date && { start_date }), ...(end_date && { end_date }) };
        expect(fileName({ ...order, report, format, workspace_id, parameters })).toMatch(
          /^toggl-[a-z0-9._-]+\.(csv|xlsx|json)$/,
        );
      },
    ),
  );
});

it("lays a record below its workspace", () => {
  expect(recordKey(123, order.id)).toBe(`records/workspace_id=123/${newestFirst(order.id)}.json`);
});

it("names a period that is open at an end", () => {
  expect(fileName({ ...order, parameters: { start_date: "2026-10-01" } })).toMatch(/-2026-10-01_open\.csv$/);
  expect(fileName({ ...order, parameters: { end_date: "2026-10-31" } })).toMatch(/-open_2026-10-31\.csv$/);
});

const time = fc.integer({ min: 1, max: 2 ** 47 });

it("makes ids whose records sort newest first, and finds the id in the key again", () => {
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one !== other);
      const [older, newer] = [newExportId(Math.min(one, other)), newExportId(Math.max(one, other))];
      expect(isExportId(older) && isExportId(newer)).toBe(true);
      expect(recordKey(1, newer) < recordKey(1, older)).toBe(true);
      expect(idOf(recordKey(1, newer))).toBe(newer);
      expect(newestFirst(newestFirst(older))).toBe(older);
    }),
  );
});

it.each([
  `0${order.id}`,
  `${order.id}0`,
  "",
  "01KAT4",
  "01kat4xj5q8z3v7c2b9n0m6r1t",
  "81KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  "../../../../etc/passwd......",
])("knows that %j is no id", (id) => {
  expect(isExportId(id)).toBe(false);
});

it("takes back the cursor that a list handed out, and no other", () => {
  const cursor = historyCursor("list", order.id);
  expect(cursor).toMatch(/^[0-9A-Z]{26}[0-9a-f]{12}$/);
  expect(afterCursor("list", cursor)).toBe(order.id);
  expect(() => afterCursor("another list", cursor)).toThrow(/not a next_cursor of this list/);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(..."0123456789ABCDEFabcdef-"), (at, digit) => {
      fc.pre(cursor[at] !== digit);
      expect(() => afterCursor("list", cursor.slice(0, at) + digit + cursor.slice(at + 1))).toThrow(/next_cursor/);
    }),
  );
});
