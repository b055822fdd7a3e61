import type { Export, Warning } from "../../api/export.ts";
import { exportEvents, noticeOf } from "../../lambdas/core/exports/export-event.ts";
import { columnChanges, columnsWarning } from "../../lambdas/core/files/columns.ts";
import { rowComparison } from "../../lambdas/core/files/row-changes.ts";
import type { MetricName } from "../../lambdas/core/telemetry.ts";
import { runLog } from "../../lambdas/run-export/run-log.ts";
import { reportedCases } from "./reported-cases.ts";

const header = ["Project", "Client", "Hours", "Profit (USD)"];

const changed = (name: string, before: readonly string[], after: readonly string[], right: string) => ({
  name,
  before: "nothing was said",
  right,
  now: () => {
    const { added = [], removed = [], moved = [] } = columnChanges(before, after) ?? {};
    return [
      ...added.map((one) => `+${one}`),
      ...removed.map((one) => `-${one}`),
      ...moved.map((one) => `~${one}`),
    ].join(" ");
  },
});

reportedCases("Columns that are not those of the file before", [
  changed("one in front", header, ["No.", ...header], "+No."),
  changed("one at the end", header, [...header, "Rate"], "+Rate"),
  changed("one gone", header, header.slice(1), "-Project"),
  changed("the last one in front", header, ["Profit (USD)", ...header.slice(0, 3)], "~Profit (USD)"),
  changed("the first one at the end", header, [...header.slice(1), "Project"], "~Project"),
  changed("two that change places", header, ["Client", "Project", "Hours", "Profit (USD)"], "~Client"),
  changed("another currency", header, [...header.slice(0, 3), "Profit (EUR)"], "+Profit (EUR) -Profit (USD)"),
  changed(
    "another currency, in another place",
    header,
    ["Profit (EUR)", ...header.slice(0, 3)],
    "+Profit (EUR) -Profit (USD)",
  ),
  changed("a letter of another case", header, ["project", ...header.slice(1)], "+project -Project"),
  changed("one without a name", header, [...header, ""], "+"),
  changed("one loses its name", header, ["Project", "", "Hours", "Profit (USD)"], "+ -Client"),
  changed("the same name once more", header, [...header, "Hours"], "+Hours"),
  changed("one of two of the same name is gone", ["P", "Hours", "C", "Hours"], ["P", "C", "Hours"], "-Hours"),
  changed("one of two of the same name has moved", ["P", "H", "C", "H"], ["P", "C", "H", "H"], "~C"),
  changed("added, removed and moved at once", ["A", "B", "C", "D"], ["D", "A", "X", "B"], "+X -C ~D"),
  changed("all others", header, ["Projekt", "Kunde"], "+Projekt +Kunde -Project -Client -Hours -Profit (USD)"),
  changed("none", header, header, ""),
]);

type Row = readonly string[];
type Table = readonly Row[];

const difference = ([headerBefore = [], ...before]: Table, [headerAfter = [], ...after]: Table): string => {
  const { earlier, later, result } = rowComparison(headerBefore, headerAfter);
  for (const cells of before) earlier(cells);
  for (const cells of after) later(cells);
  const { added, removed, changed } = result().changes;
  return `+${added} -${removed} ~${changed}`;
};

const letter = (at: number) => String.fromCharCode(65 + at);
const rows: Table = Array.from({ length: 40 }, (_, at) => [
  `Project ${letter(at % 8)}${letter(at >> 3)}`,
  `Client ${letter(at % 7)}`,
  `${at}:30`,
  "5.00",
]);
const file: Table = [header, ...rows];

/** The file with each row's cells, the header's too, put together in another way. */
const rowsOf = (edit: (row: Row, at: number) => Row, from: Table = file): Table =>
  from.map((row, at) => edit(row, at - 1));
const renamed = rowsOf(([name = "", ...rest], at) => [at === 7 ? "New name" : name, ...rest]);
const hours = rowsOf(([name = "", client = "", time = "", ...rest], at) => [
  name,
  client,
  at === 7 ? "99:00" : time,
  ...rest,
]);
const column = (name: string, cell: string | ((at: number) => string)) => (at: number) =>
  at < 0 ? name : typeof cell === "string" ? cell : cell(at);

const compared = (name: string, before: string, right: string, earlier: Table, later: Table) => ({
  name,
  before,
  right,
  now: () => difference(earlier, later),
});

const [number, rate, blank] = [column("No.", (at) => String(at + 1)), column("Rate", "50"), column("", "x")];
const total = column("Hours", (at) => String(at * 3));

reportedCases("Rows of files whose columns differ, 40 in each", [
  compared(
    "one project renamed, a new column at the end",
    "+0 -0 ~1",
    "+0 -0 ~1",
    file,
    rowsOf((row, at) => [...row, rate(at)], renamed),
  ),
  compared(
    "one project renamed, a new column in front",
    "+0 -0 ~1",
    "+0 -0 ~1",
    file,
    rowsOf((row, at) => [number(at), ...row], renamed),
  ),
  compared(
    "one project renamed, a column gone",
    "+0 -0 ~1",
    "+0 -0 ~1",
    file,
    rowsOf(([name = "", _, ...rest]) => [name, ...rest], renamed),
  ),
  compared(
    "one figure, and figures moved in front",
    "+0 -0 ~1",
    "+0 -0 ~1",
    file,
    rowsOf(([name = "", client = "", ...figures]) => [...figures, name, client], hours),
  ),
  compared(
    "one figure, and the only column of figures moved back behind the names",
    "+1 -1 ~0",
    "+0 -0 ~1",
    rowsOf(([name = "", client = "", time = ""]) => [time, name, client]),
    rowsOf((row) => row.slice(0, 3), hours),
  ),
  compared(
    "another currency, one project renamed",
    "+0 -0 ~1",
    "+0 -0 ~1",
    file,
    rowsOf(
      ([name = "", client = "", time = ""], at) => [name, client, time, at < 0 ? "Profit (EUR)" : "4.30"],
      renamed,
    ),
  ),
  compared(
    "a column without a name at the end",
    "+0 -0 ~40",
    "+0 -0 ~0",
    file,
    rowsOf((row, at) => [...row, blank(at)]),
  ),
  compared(
    "one figure under the last name, which is blank, and a new column in front",
    "+0 -0 ~0",
    "+0 -0 ~1",
    rowsOf((row, at) => [...row, column("", (one) => String(one))(at)]),
    rowsOf((row, at) => [number(at), ...row, column("", (one) => (one === 7 ? "99" : String(one)))(at)]),
  ),
  compared(
    "a column of a name that occurs, put before it",
    "+0 -0 ~40",
    "+0 -0 ~0",
    rowsOf((row, at) => [...row, total(at)]),
    rowsOf(([name = "", client = "", _, profit = ""], at) => [name, client, profit, total(at)]),
  ),
  compared(
    "the first figure of a row, and a new column",
    "+1 -1 ~0",
    "+0 -0 ~1",
    rowsOf(([name = "", client = ""], at) => [name, client, ...(at < 0 ? header.slice(2) : ["", ""])]),
    rowsOf(([name = "", client = ""], at) => [
      name,
      client,
      ...(at < 0 ? header.slice(2) : ["", at === 7 ? "5" : ""]),
      rate(at),
    ]),
  ),
  compared(
    "all names in another language but a blank one, one figure",
    "+0 -0 ~1",
    "+0 -0 ~1",
    rowsOf((row, at) => [...row, blank(at)]),
    rowsOf((row, at) => [...(at < 0 ? ["Projekt", "Kunde", "Zeit", "Gewinn"] : row), blank(at)], hours),
  ),
  compared("the same columns, one figure", "+0 -0 ~1", "+0 -0 ~1", file, hours),
]);

const made = (more: object): Export =>
  ({
    id: "01KAT400000000000000000000",
    status: "succeeded",
    workspace_id: 1,
    report: "profitability/projects",
    format: "csv",
    parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
    requested_by: "schedule",
    schedule: "monthly",
    created_at: "2026-11-03T05:00:00Z",
    ...more,
  }) as unknown as Export;

const eventsOf = (record: Export) => exportEvents(record, { apiUrl: "https://api", stackName: "TogglInsights" });
const rowsFell: Warning = { code: "rows_fell", detail: "It has 1 rows; the run before had 4." };
const drifted = (before: readonly string[], after: readonly string[], more: object = {}) =>
  made({ warnings: [columnsWarning(before, after)], ...more });

const told = (name: string, record: Export, before: string, right: string) => ({
  name,
  before,
  right,
  now: () => {
    const metrics: MetricName[] = [];
    const measure = (measured: Partial<Record<MetricName, number>>) =>
      metrics.push(...(Object.keys(measured) as MetricName[]));
    runLog({ event: () => {}, measure }, {}).settled(record, {});
    const types = eventsOf(record).map(({ type }) => type.replace("Export ", ""));
    return `${types.join(", ")}; ${metrics.join(", ")}`;
  },
});

reportedCases("Who hears of columns that changed", [
  told(
    "a file with other columns",
    drifted(["A"], ["A", "B"]),
    "Succeeded; ExportsSucceeded",
    "Succeeded, Columns Changed; ExportsSucceeded, ColumnsChanged",
  ),
  told(
    "one that is restated, too, and shorter",
    drifted(["A"], ["B"], {
      restates: "01KAS200000000000000000000",
      warnings: [rowsFell, columnsWarning(["A"], ["B"])],
    }),
    "Succeeded, Restated, Rows Fell; ExportsSucceeded",
    "Succeeded, Restated, Rows Fell, Columns Changed; ExportsSucceeded, ColumnsChanged",
  ),
  told(
    "a file with the same columns and another warning",
    made({ warnings: [rowsFell] }),
    "Succeeded, Rows Fell; ExportsSucceeded",
    "Succeeded, Rows Fell; ExportsSucceeded",
  ),
  told(
    "one that failed",
    made({ status: "failed", problem: { code: "toggl_unavailable", detail: "Down." } }),
    "Failed; ExportsFailed",
    "Failed; ExportsFailed",
  ),
]);

const mail = (name: string, record: Export, right: unknown, read: (text: string, subject: string) => unknown) => ({
  name,
  before: "no mail",
  right,
  now: () => {
    const event = eventsOf(record).find(({ type }) => type === "Export Columns Changed");
    const { subject, message } = noticeOf({ "detail-type": event?.type, detail: event?.detail ?? {} });
    return read(message, subject);
  },
});
const wide = Array.from({ length: 2000 }, (_, at) => `Column ${at} ${"x".repeat(30)}`);

reportedCases("The mail about columns that changed", [
  mail(
    "its subject",
    drifted(["A"], ["B"]),
    "Toggl Insights: export columns changed, monthly",
    (_, subject) => subject,
  ),
  mail(
    "what it says",
    drifted(["P", "Profit (USD)", "C"], ["C", "P", "Profit (EUR)"]),
    'Export Columns Changed: profitability/projects as csv for 2026-10-01 to 2026-10-31, workspace 1, schedule monthly. The columns are not those of the file before. Added: "Profit (EUR)". Removed: "Profit (USD)". Moved: "C".',
    (text) => text.replace(/ To get the file.*/, ""),
  ),
  mail("a column without a name", drifted(["A"], ["A", ""]), true, (text) =>
    text.includes("Added: a column without a name."),
  ),
  mail("two thousand columns with long names", drifted(["A"], wide), true, (text) => text.length < 1500),
  mail("names that a terminal would obey", drifted(["A"], ["A", "\u001b[31mB\u202e\n"]), true, (text) =>
    text.includes('Added: "[31mB".'),
  ),
  {
    name: "the event of two thousand columns, bytes below 10,000",
    before: "no event",
    right: true,
    now: () => eventsOf(drifted(["A"], wide)).every(({ detail }) => JSON.stringify(detail).length < 10_000),
  },
]);
