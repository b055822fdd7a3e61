import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import { type Diagnosis, diagnosisLines } from "../../cli/doctor.ts";
import { historyLines } from "../../cli/export-lines.ts";
import { terminalWidth } from "../../cli/output.ts";
import { aboveFooter, shortLine } from "../../cli/start/short-lines.ts";
import { tableOrBlocks } from "../../cli/table.ts";
import { setVariables } from "./run-words.ts";

const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const common = {
  id,
  workspace_id: 7,
  report: "profitability/projects",
  format: "csv",
  requested_by: "schedule",
  schedule: "monthly-profitability-of-everybody",
  created_at: "2026-11-03T05:00:12Z",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31", currency: "eur" },
} as const;
const file = { bucket: "b", key: "k", bytes: 18_342, rows: 40, sha256: "0".repeat(64), content_type: "text/csv" };
const problem = {
  type: "t",
  title: "t",
  detail: "Spent.",
  instance: "i",
  code: "toggl_quota_exhausted",
  retryable: true,
} as const;
const history: readonly Export[] = [
  { ...common, status: "succeeded", completed_at: "2026-11-03T05:00:14Z", file },
  { ...common, status: "deferred", resumes_at: "2026-11-03T06:00:00Z", problem },
  { ...common, status: "failed", completed_at: "2026-11-03T05:00:14Z", problem },
  { ...common, status: "queued", requested_by: "http", schedule: undefined, parameters: {} },
];

describe("a history", () => {
  it("is a table where there is room for it, and in a pipe: the id first, and the currency", () => {
    const [title, first, second, third, last] = historyLines(history);
    expect(title).toMatch(/^ID {26}STATUS +REPORT +DAYS +CURRENCY +SIZE +ROWS +BY +CREATED \(UTC\)$/);
    expect(first).toMatch(
      new RegExp(`^${id}  succeeded  profitability/projects.csv  2026-10-01 to 2026-10-31  EUR +18.3 kB +40  monthly-`),
    );
    expect(second).toMatch(/until 06:00 UTC$/);
    const [, late] = historyLines([
      {
        ...common,
        status: "deferred",
        created_at: "2026-11-03T23:50:00Z",
        resumes_at: "2026-11-04T00:15:00Z",
        problem,
      },
    ]);
    expect(late).toMatch(/until 2026-11-04 00:15 UTC$/);
    expect(third).toMatch(/toggl_quota_exhausted$/);
    expect(last).toMatch(/open to open +A caller/);
    const asked = (["command-line", "console", "curl", "client"] as const).map((requested_with) =>
      historyLines([
        { ...common, status: "queued", requested_with },
        { ...common, status: "queued", requested_with, schedule: undefined },
      ]),
    );
    const by = asked.flatMap((lines) => lines.slice(1).map((line) => line.split(/ {2,}/).at(-2)));
    expect(by.filter((_, at) => at % 2 === 1)).toEqual(["Command line", "Console", "curl", "Typed client"]);
    expect(by[0]).toBe("monthly-profitability-of-everybody, run by the command line");
    expect(historyLines(history, 300)).toEqual(historyLines(history));
  });

  it.each([120, 100, 80, 60, 40])("leaves nothing out and nothing wider in %d columns", (width) => {
    const lines = historyLines(history, width);
    expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
    expect(lines.filter((line) => line.startsWith(id))).toHaveLength(history.length);
    const text = lines.join(" ");
    for (const said of [
      "EUR",
      "18.3 kB",
      "40 rows",
      "2026-10-01 to 2026-10-31",
      "until 06:00 UTC",
      "created 2026-11-03",
    ])
      expect(text).toContain(said);
    expect(text.match(/toggl_quota_exhausted/g)).toHaveLength(1);
  });

  it("cuts only what is wider than the terminal by itself", () => {
    expect(tableOrBlocks([{ title: "A" }, { title: "B" }], [["one", "a name that is long"]], 12)).toEqual([
      "one",
      "  a name th…",
    ]);
  });
});

it("has the doctor's columns beside each other only where there is room", () => {
  const found = ["Acme", "Brinkmann", "Cafe"].map(
    (workspace, at): Diagnosis => ({
      workspaceId: at,
      workspace: `${workspace} (1234567)`,
      answered: true,
      finding: undefined,
    }),
  );
  expect(diagnosisLines(found)).toHaveLength(12);
  for (const width of [80, 60, 44]) {
    const lines = diagnosisLines(found, width).map((line) => (typeof line === "string" ? line : line.text));
    expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
    expect(lines.join("\n").match(/^link readable/gm)).toHaveLength(width === 80 ? 1 : width === 60 ? 2 : 3);
  }
});

it.each([
  ["2026-11-03T23:50:00Z", "600 until 2026-11-04 00:15 UTC"],
  ["2026-11-04T00:05:00Z", "600 until 00:15 UTC"],
])("has the doctor say until when a quota is, with its day where that is another one: at %s", (quotaSaidAt, said) => {
  const quota = { quotaRemaining: 600, quotaResetsAt: "2026-11-04T00:15:00Z", quotaSaidAt };
  const found: Diagnosis = { workspaceId: 7, workspace: "Acme", answered: true, finding: undefined, ...quota };
  const shown = diagnosisLines([found]).map((line) => (typeof line === "string" ? line : line.text));
  expect(shown.map((line) => line.replaceAll(/ +/g, " "))).toContain(`quota left ${said}`);
});

it.each([
  ["120", 80, 120],
  ["", 80, 80],
  ["0", 80, 80],
  ["wide", 80, 80],
  ["90", undefined, 90],
  [undefined, undefined, undefined],
  [undefined, 0, undefined],
])("takes COLUMNS=%j on a terminal of %j columns for %j", (set, columns, width) => {
  const { COLUMNS } = process.env;
  setVariables({ COLUMNS: set });
  expect(terminalWidth(columns === undefined ? {} : { columns })).toBe(width);
  setVariables({ COLUMNS });
});

describe("what npm start logs at a terminal", () => {
  const line = (message: string, fields: object = {}, level = "INFO") => JSON.stringify({ level, message, ...fields });

  it.each([
    [
      line("POST /workspace/{workspace_id}/profitability/projects.csv 201", {
        ...{ path: "/workspace/7/profitability/projects.csv", duration_ms: 340.4 },
      }),
      "201  POST /workspace/7/profitability/projects.csv  340 ms",
    ],
    [
      line("GET /workspace/{workspace_id}/exports/{export_id} 404", {
        ...{ path: `/workspace/7/exports/${id}`, code: "export_not_found" },
        detail: "There is no such export.\nAt all.",
      }),
      `404  GET /workspace/7/exports/${id}  export_not_found: There is no such export.`,
    ],
    [
      line("GET /openapi.json 503", { code: "storage_unavailable" }, "ERROR"),
      { text: "503  GET /openapi.json  storage_unavailable", style: "red" },
    ],
    [
      line("export succeeded", { schedule: "monthly", report: "trends/projects", format: "csv", export_id: id }),
      `export succeeded  monthly  trends/projects.csv  ${id}`,
    ],
    [
      line("export failed", { report: "trends/projects", format: "csv", export_id: id, code: "toggl_gone" }, "ERROR"),
      { text: `export failed  trends/projects.csv  ${id}  toggl_gone`, style: "red" },
    ],
    [line("Toggl warns", { warning: "It goes." }, "WARN"), "Toggl warns  It goes."],
    ['{"_aws":{"Timestamp":1},"ExportsSucceeded":1}', undefined],
    ["The disk is full.", "The disk is full."],
    ['{"no":"log"}', '{"no":"log"}'],
    ["{ broken", "{ broken"],
  ])("is short: %s", (logged, shown) => {
    expect(shortLine(logged)).toEqual(shown);
  });

  it("stands above a line that stays in sight, and is no wider than the terminal", () => {
    let written = "";
    const screen = { columns: 20, write: (text: string) => (written += text) };
    const { print, end } = aboveFooter(screen, "Toggl Insights is at http://127.0.0.1:3000.");
    print(() => {});
    print(() => screen.write("200  GET /\n"));
    end();
    const erase = "\r\u001b[2K";
    const footer = "Toggl Insights is …";
    expect(written).toBe(`${erase}${footer}${erase}200  GET /\n${footer}${erase}`);
  });
});
