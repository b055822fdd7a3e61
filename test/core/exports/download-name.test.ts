import fc from "fast-check";
import { expect, it } from "vitest";
import { exportFormats, exportReports } from "../../../api/reports.ts";
import { safeFileName } from "../../../client/file-name.ts";
import { downloadName, latestName } from "../../../lambdas/core/exports/download-name.ts";
import { newExportId } from "../../../lambdas/core/exports/export-id.ts";
import { fileKey } from "../../../lambdas/core/exports/keys.ts";
import { exportOf } from "../../handlers/answer.ts";

const days = fc.date({ min: new Date("2006-01-01"), max: new Date("2199-12-31"), noInvalidDate: true });
const day = fc.option(
  days.map((date) => date.toISOString().slice(0, 10)),
  { nil: undefined },
);
const order = fc.record({
  report: fc.constantFrom(...exportReports),
  format: fc.constantFrom(...exportFormats),
  workspace_id: fc.integer({ min: 1, max: 1e15 }),
  id: fc.integer({ min: 1, max: 2 ** 47 }).map(newExportId),
  parameters: fc.record({ start_date: day, end_date: day, currency: fc.constantFrom("usd", "EUR", undefined) }),
  schedule: fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), { nil: undefined }),
});

it("is made of plain letters, and one that the command line takes as it is", () => {
  fc.assert(
    fc.property(order, (asked) => {
      const made = exportOf({ ...asked, file: { ...exportOf().file, key: fileKey(asked) } });
      const name = downloadName(made);
      expect(name).toMatch(/^toggl-[a-z0-9_-]+\.(csv|xlsx)$/);
      expect(safeFileName(name, made)).toBe(name);
    }),
  );
});

it("says whose it is, its days, what makes it another file of them, and the end of its id", () => {
  const parameters = { start_date: "2026-10-01", end_date: "2026-10-31" };
  const named = (more: Parameters<typeof exportOf>[0]) => downloadName(exportOf({ parameters, ...more }));
  expect(named({})).toBe("toggl-profitability-projects-123-2026-10-01_2026-10-31-0m6r1t.csv");
  const all = { ...parameters, currency: "USD", resolution: "month" };
  expect(named({ schedule: "accounting", spreadsheet_safe: true, parameters: all })).toBe(
    "toggl-accounting-2026-10-01_2026-10-31-usd-by-month-safe-0m6r1t.csv",
  );
});

it.each([{ project_ids: [1] }, { client_ids: [1] }, { user_ids: [1] }, { group_ids: [1] }, { billable: false }])(
  "says that it is a part of what there is, where it has only %j",
  (filter) => {
    const parameters = { start_date: "2026-10-01", end_date: "2026-10-31", ...filter };
    expect(downloadName(exportOf({ parameters }))).toContain("-2026-10-01_2026-10-31-filtered-");
  },
);

it("of a schedule's newest file says schedule and days, and nothing else", () => {
  const october = { from_date: "2026-10-01", to_date: "2026-10-31" };
  expect(latestName("accounting", october, "xlsx")).toBe("toggl-accounting-2026-10-01_2026-10-31.xlsx");
});
