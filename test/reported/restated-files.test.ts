import type { SucceededExport } from "../../api/export.ts";
import type { Manifest } from "../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { makeFile } from "../../lambdas/core/exports/make-file.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { rowComparison } from "../../lambdas/core/files/row-changes.ts";
import type { Exports } from "../../lambdas/core/ports/exports.ts";
import { definitionHash } from "../../lambdas/core/schedules/current.ts";
import type { ExportJob } from "../../lambdas/core/schedules/schedule.ts";
import { monthly } from "../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, reportOf } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

type Table = readonly (readonly string[])[];

const difference = ([headerBefore = [], ...before]: Table, [headerAfter = [], ...after]: Table): string => {
  const { earlier, later, result } = rowComparison(headerBefore, headerAfter);
  for (const cells of before) earlier(cells);
  for (const cells of after) later(cells);
  const { added, removed, changed } = result().changes;
  return `+${added} -${removed} ~${changed}`;
};

const header = ["Project", "Client", "Time", "Amount", "Share"];
const row = (time: string, amount: string, share: string) => [header, ["A", "Acme", time, amount, share]];
const rows = Array.from({ length: 40 }, (_, index) => [`Project ${index}`, "Acme", "1:00", String(index + 1), "5"]);
const one = (name: string, before: string, right: string, earlier: Table, later: Table) => ({
  name,
  before,
  right,
  now: () => difference(earlier, later),
});

reportedCases("Rows of a file that was made again", [
  one("another duration", "+1 -1 ~0", "+0 -0 ~1", row("01:30:00", "5", "1"), row("01:45:00", "6", "1")),
  one("another amount in dollars", "+1 -1 ~0", "+0 -0 ~1", row("", "$1,200.50", "1"), row("", "-$12.00", "1")),
  one("another amount in EUR", "+1 -1 ~0", "+0 -0 ~1", row("", "12,50 EUR", "1"), row("", "13,00 EUR", "1")),
  one("another time in hours and minutes", "+1 -1 ~0", "+0 -0 ~1", row("1h 30m", "5", "1"), row("2h", "6", "1")),
  one("another amount in crowns", "+1 -1 ~0", "+0 -0 ~1", row("5 kr", "5", "1"), row("6 kr", "6", "1")),
  one("another amount in zloty", "+1 -1 ~0", "+0 -0 ~1", row("5,00 zł", "5", "1"), row("6,00 zł", "6", "1")),
  one("another rate by the hour", "+1 -1 ~0", "+0 -0 ~1", row("$12.50/h", "5", "1"), row("$13.50/h", "6", "1")),
  one("no figure, then one", "+1 -1 ~0", "+0 -0 ~1", row("n/a", "5", "1"), row("5", "6", "1")),
  one("an empty cell before a figure", "+1 -1 ~0", "+0 -0 ~1", row("", "5", "1"), row("1:00", "5", "1")),
  one(
    "a column of another name",
    "+0 -0 ~1",
    "+0 -0 ~0",
    [header, ...rows],
    [["Project", "Customer", ...header.slice(2)], ...rows],
  ),
  one(
    "a new column",
    "+0 -0 ~41",
    "+0 -0 ~0",
    [header, ...rows],
    [[...header, "Rate"], ...rows.map((cells) => [...cells, "50"])],
  ),
  one(
    "a new column, and one project renamed",
    "+1 -1 ~40",
    "+0 -0 ~1",
    [header, ...rows],
    [[...header, "Rate"], ...rows.map(([name = "", ...cells], index) => [index === 3 ? "New" : name, ...cells, "50"])],
  ),
]);

const job: ExportJob = {
  id: "01KAT400000000000000000000",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  requested_by: "schedule",
  schedule: "monthly",
  occurrence: "2026-12-03T06:00:00Z",
  isRefresh: true,
};
const file = { bucket: "bucket", key: "key", bytes: 1, sha256: "earlier", content_type: "text/csv" };
const created_at = "2026-11-03T06:00:00Z";
const earlier: SucceededExport = {
  ...job,
  id: "01KAS200000000000000000000",
  status: "succeeded",
  created_at,
  completed_at: created_at,
  file,
};
const schedule: ConfiguredSchedule = { ...monthly, workspace_id: 1, report: job.report, parameters: {} };
const manifest = {
  schedule: schedule.name,
  definition_sha256: definitionHash(schedule),
  entries: [
    {
      ...{ workspace_id: 1, format: "csv", from_date: "2026-10-01", to_date: "2026-10-31" },
      ...{ export_id: earlier.id, asked_at: created_at, parameters: job.parameters },
    },
  ],
} as unknown as Manifest;
const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 60_000 };

const madeWith = async (broken: Partial<Exports>): Promise<string> => {
  const ports = {
    configuration: { schedules: new Map([[schedule.name, schedule]]) },
    exports: exportsIn(new Map([[earlier.id, earlier]]), broken),
    current: currentIn({ manifests: new Map([[schedule.name, { manifest, version: "1" }]]) }),
    toggl: { report: async () => reportOf({ sha256: "later" }) },
    coordination: coordinationIn(),
    clock: clockAt(() => Date.parse("2026-12-03T06:00:00Z")),
  };
  const made = await makeFile(job, { isFirst: true }, deadline, ports);
  const { restates, restatement, unchanged, warnings = [] } = made;
  const codes = warnings.map(({ code, detail }) => `${code} (${detail.replace(/^.*: /, "")})`);
  const counts = restatement && `${restatement.added} ${restatement.removed} ${restatement.changed}`;
  return [made.file?.sha256, restates && "restates", counts, unchanged && "unchanged", ...codes]
    .filter(Boolean)
    .join(", ");
};
const throwing = (error: Error) => async () => {
  throw error;
};
const gone = new Failure("storage_unavailable", "The earlier file is gone.");

reportedCases("A file that cannot be compared with the one before", [
  {
    name: "its rows cannot be read",
    before: "withheld: internal_error after five requests",
    right: "later, restates, not_compared (Unexpected close tag)",
    now: () => madeWith({ compare: throwing(new Error("Unexpected close tag")) }),
  },
  {
    name: "the earlier file is gone",
    before: "withheld: storage_unavailable after five requests",
    right: "later, restates, not_compared (The earlier file is gone.)",
    now: () => madeWith({ download: throwing(gone) }),
  },
  {
    name: "the same rows under other columns",
    before: "unchanged, or a header counted as a row",
    right: "later, restates, 0 0 0",
    now: () => madeWith({ compare: async () => ({ isSame: false, changes: { added: 0, removed: 0, changed: 0 } }) }),
  },
  { name: "the same content", before: "unchanged", right: "earlier, unchanged", now: () => madeWith({}) },
]);
