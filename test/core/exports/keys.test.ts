import fc from "fast-check";
import { expect, it } from "vitest";
import { isExportId, newExportId, newestFirst } from "../../../lambdas/core/exports/export-id.ts";
import { afterCursor, historyCursor } from "../../../lambdas/core/exports/history.ts";
import { completedRunKey, fileKey, idOf, occurrenceOf, recordKey, runKey } from "../../../lambdas/core/exports/keys.ts";

const order = {
  id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  workspace_id: 123,
  report: "profitability/projects",
  format: "csv",
  parameters: { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" },
} as const;

it("lays a file in a folder of its report, format, workspace and period", () => {
  expect(fileKey(order)).toBe(
    "exports/report=profitability-projects/format=csv/workspace_id=123/period=2026-10-01_2026-10-31/01KAT4XJ5Q8Z3V7C2B9N0M6R1T.csv",
  );
  expect(fileKey({ ...order, report: "data_trends/projects", format: "json" })).toBe(
    "exports/report=data_trends-projects/format=json/workspace_id=123/period=2026-10-01_2026-10-31/01KAT4XJ5Q8Z3V7C2B9N0M6R1T.json",
  );
});

it("lays a record below its workspace", () => {
  expect(recordKey(123, order.id)).toBe(`records/workspace_id=123/${newestFirst(order.id)}.json`);
});

it("lays a file of a period that is open at an end where that is said", () => {
  expect(fileKey({ ...order, parameters: { start_date: "2026-10-01" } })).toContain("/period=2026-10-01_open/");
  expect(fileKey({ ...order, parameters: { end_date: "2026-10-31" } })).toContain("/period=open_2026-10-31/");
});

it("keeps a run, the same without the periods before, and how it ended apart, each below its schedule", () => {
  const run = { schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" };
  expect(runKey(run)).toBe("coordination/runs/monthly/2026-11-03T05:00:00Z.json");
  expect(runKey({ ...run, refresh: false })).toBe("coordination/runs/monthly/2026-11-03T05:00:00Z-alone.json");
  expect([runKey(run), runKey({ ...run, refresh: false })].map(occurrenceOf)).toEqual([run.occurrence, run.occurrence]);
  const ended = completedRunKey(run.schedule, run.occurrence);
  expect(ended).toBe("coordination/completed/monthly/2026-11-03T05:00:00Z.json");
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
