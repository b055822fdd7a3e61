import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { ExportFields, SucceededExport } from "../../api/export.ts";
import type { Manifest, ManifestEntry } from "../../api/manifest.ts";
import { exportTable } from "../../console/export-table.ts";
import {
  besideFiles,
  currentFiles,
  filesOf,
  firstFile,
  offeredFiles,
} from "../../console/page/profitability/comparable.ts";
import { pairedRows } from "../../console/page/profitability/paired-rows.ts";
import { sideBySide } from "../../console/page/profitability/side-by-side.ts";
import { cellTexts, type FileTable, figureIn, shownRows, totalsOf } from "../../console/page/tables/file-table.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { exportOf } from "../handlers/answer.ts";

const table = (columns: string[], ...rows: string[][]): FileTable => {
  const figures = columns.flatMap((_, at) => (rows.some((row) => figureIn(row[at] ?? "")) ? [at] : []));
  return { columns, rows, figures };
};

describe("a file's rows, for the page", () => {
  let served: Listening | undefined;
  afterEach(() => served?.close());

  /** @param file what S3 sends, and after how many bytes it hangs up */
  async function asked(file: string | Buffer, made: Partial<Record<string, unknown>> = {}, cutAt?: number) {
    served = await listenOnLoopback(
      createServer((_, response) => {
        const bytes = Buffer.from(file);
        response.writeHead(200, { "content-length": bytes.length });
        response.write(bytes.subarray(0, cutAt));
        if (cutAt === undefined) response.end();
        else response.destroy();
      }),
      0,
    );
    const found = { ...exportOf(), download_url: `${served.url}/file`, ...made };
    const paths: string[] = [];
    const callApi = async (method: string, path: string) => {
      paths.push(`${method} ${path}`);
      return Response.json(found);
    };
    const request = new Request(
      "http://127.0.0.1:3001/console/export-table?workspace_id=123&id=01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
    );
    const answer = await exportTable(request, callApi, fetch);
    return {
      status: answer.status,
      body: (await answer.json()) as FileTable & { code: string; detail: string },
      paths,
    };
  }

  it("are as they stand in it, whatever the cells hold, with the columns that hold figures", async () => {
    const csv =
      '\uFEFFProject,"Cli""ent",Hours,Rate\r\n"Web, site",é🚀,1.5,$12\r\n\r\n=A1,"two\nlines",-,n/a\r\nshort\r\n';
    const { status, body, paths } = await asked(csv);
    expect(status).toBe(200);
    expect(body).toEqual({
      columns: ["Project", 'Cli"ent', "Hours", "Rate"],
      rows: [["Web, site", "é🚀", "1.5", "$12"], ["=A1", "two\nlines", "-", "n/a"], ["short"]],
      figures: [2, 3],
    });
    expect(paths).toEqual(["GET /workspace/123/exports/01KAT4XJ5Q8Z3V7C2B9N0M6R1T"]); // nothing of Toggl's
  });

  it.each([
    ["a workbook", { format: "xlsx" }, "no_table_here", /workbook/],
    ["one that failed", { status: "failed", file: undefined }, "no_table_here", /no file/],
    ["a very large one", { file: { bytes: 16_000_001 } }, "no_table_here", /above 16 MB/],
    ["one whose link leads nowhere", { download_url: "http://127.0.0.1:1/file" }, "file_unreachable", /S3/],
  ])("are not shown of %s, and it is said why", async (_, made, code, detail) => {
    const { status, body } = await asked("a,b\n1,2\n", made);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it("are not half a file that was cut short", async () => {
    const { status, body } = await asked("a,b\n1,2\n".repeat(1000), {}, 400);
    expect({ status, code: body.code }).toEqual({ status: 502, code: "file_unreachable" });
  });

  it("are not those of a link that leads on elsewhere", async () => {
    const server = await listenOnLoopback(
      createServer((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()),
      0,
    );
    const { body } = await asked("", { download_url: `${server.url}/file` });
    await server.close();
    expect(body.code).toBe("file_unreachable");
  });
});

describe("a table of a file", () => {
  const money = table(
    ["Project", "Hours", "Share", "Rate"],
    ["Website 10", "1.5", "12 %", "$1,200.50"],
    ["website 9", "-0.25", "7 %", "$80"],
    ["Über", "", "100 %", ""],
  );
  const sharing = { ...money, figures: [1, 2, 3] };
  const namesOf = (rows: FileTable["rows"]) => rows.map(([name]) => name);

  it("adds up what is plain decimal numbers, and nothing else", () => {
    expect(totalsOf(sharing)).toEqual([undefined, "1.25", undefined, undefined]);
    expect(totalsOf(table(["a"], ["0.1"], ["0.2"]))).toEqual(["0.30"]);
    expect(totalsOf(table(["a"], ["1200"], ["-"], ["−200"]))).toEqual(["1,000"]);
    const figures = ["12", "-1.50", "+3", "−5", "1,200", "12:30", "12 %", "1e3", "", "Infinity", "1".repeat(16)].map(
      (cell) => figureIn(cell)?.value,
    );
    expect(figures).toEqual([12, -1.5, 3, -5, ...Array(7).fill(undefined)]);
  });

  it("shows as many decimals in all cells of a column, and leaves whole numbers and other texts as they stand", () => {
    const shown = ({ columns, rows, figures }: FileTable) => {
      const textOf = cellTexts({ columns, rows, figures });
      return rows.map((row) => columns.map((_, at) => textOf(row[at] ?? "", at)));
    };
    const amounts = table(
      ["Id", "Revenue"],
      ["100234", "4567.5"],
      ["7", "1548"],
      ["8", "-0.25"],
      ["9", "−1000"],
      ["1", "-"],
      ["2"],
    );
    expect(shown(amounts)).toEqual([
      ["100234", "4,567.50"],
      ["7", "1,548.00"],
      ["8", "-0.25"],
      ["9", "-1,000.00"],
      ["1", "-"],
      ["2", ""],
    ]);
    expect(shown(sharing)).toEqual([
      ["Website 10", "1.50", "12 %", "$1,200.50"],
      ["website 9", "-0.25", "7 %", "$80"],
      ["Über", "", "100 %", ""],
    ]);
    expect(shown(table(["a", "b"], ["1.5", "2"], ["1:30", "2"]))).toEqual([
      ["1.5", "2"],
      ["1:30", "2"],
    ]);
  });

  it("finds rows by all words, in any column, in any case", () => {
    const found = (text: string) => namesOf(shownRows(sharing, { text, sort: undefined }));
    expect([found(""), found("WEB"), found("web 80"), found("über"), found("<b>")]).toEqual([
      ["Website 10", "website 9", "Über"],
      ["Website 10", "website 9"],
      ["website 9"],
      ["Über"],
      [],
    ]);
  });

  it("sorts figures as numbers and names as people count, blanks last either way", () => {
    const sorted = (column: number, isDescending: boolean) =>
      namesOf(shownRows(sharing, { text: "", sort: { column, isDescending } }));
    expect(sorted(0, false)).toEqual(["Über", "website 9", "Website 10"]);
    expect(sorted(1, true)).toEqual(["Website 10", "website 9", "Über"]);
    expect(sorted(1, false)).toEqual(["website 9", "Website 10", "Über"]);
    expect(sorted(2, true)).toEqual(["Über", "Website 10", "website 9"]);
    expect(sorted(3, true)).toEqual(["Website 10", "website 9", "Über"]);
    expect(namesOf(sharing.rows)[0]).toBe("Website 10"); // the file's own order is kept
  });

  it("of 220 projects is sorted in under 50 ms", () => {
    const many = table(
      ["Project", "Profit"],
      ...Array.from({ length: 220 }, (_, at) => [`Project ${(at * 37) % 220}`, String((at * 7919) % 1000)]),
    );
    const times = Array.from({ length: 5 }, () => {
      const before = performance.now();
      shownRows(many, { text: "project", sort: { column: 1, isDescending: true } });
      shownRows(many, { text: "", sort: { column: 0, isDescending: false } });
      return performance.now() - before;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe("two periods side by side", () => {
  const columns = ["Project", "Client", "Period", "Hours", "Profit"];
  const october = table(
    columns,
    ["Website", "Acme", "2026-10", "10.5", "100"],
    ["App", "Acme", "2026-10", "5", "-20.5"],
    ["New", "Nord", "2026-10", "1", "9"],
  );
  const september = table(
    columns,
    ["App", "Acme", "2026-09", "4", "10"],
    ["Website", "Acme", "2026-09", "10.5", "80"],
    ["Old", "Nord", "2026-09", "2", "7"],
  );

  it("belong together by their names and not by the period, and what is in one alone is shown as such", () => {
    const pairs = sideBySide(october, september);
    expect(pairs?.nameColumns).toEqual(["Project", "Client"]);
    expect(pairs?.figureColumns).toEqual(["Hours", "Profit"]);
    expect(pairs?.rows.map(({ names, figures }) => [names[0], figures[1]?.here, figures[1]?.there])).toEqual([
      ["Website", 100, 80],
      ["App", -20.5, 10],
      ["New", 9, undefined],
      ["Old", undefined, 7],
    ]);
    expect(pairs?.totals).toEqual([
      { here: 16.5, there: 16.5 },
      { here: 88.5, there: 97 },
    ]);
  });

  it("adds up weeks of a row, and takes a period that is written in words for one", () => {
    const weeks = table(
      columns,
      ["Website", "Acme", "2026-10-05", "1", "2"],
      ["Website", "Acme", "2026-10-12", "3", "4"],
    );
    expect(sideBySide(weeks, september)?.rows[0]?.figures).toEqual([
      { here: 4, there: 10.5 },
      { here: 6, there: 80 },
    ]);
    const inWords = (file: FileTable, period: string): FileTable => ({
      ...file,
      rows: file.rows.map(([project = "", client = "", , ...rest]) => [project, client, period, ...rest]),
    });
    const pairs = sideBySide(inWords(october, "October 2026"), inWords(september, "September 2026"));
    expect(pairs?.nameColumns).toEqual(["Project", "Client"]);
    expect(pairs?.rows.length).toBe(4);
  });

  it("keeps a name where there is one row alone, and a column that only one file has is left out", () => {
    const one = table(["Employee", "Period", "Hours", "More"], ["Ada", "2026-10", "1", "5"]);
    const other = table(["Employee", "Period", "Hours"], ["Björn", "2026-09", "2"]);
    const pairs = sideBySide(one, other);
    expect(pairs).toMatchObject({ nameColumns: ["Employee"], figureColumns: ["Hours"] });
    expect(pairs?.rows.map(({ names }) => names[0])).toEqual(["Ada", "Björn"]);
    expect(sideBySide(one, table(["Employee", "Revenue"], ["Ada", "1"]))).toBeUndefined();
    expect(sideBySide(one, table(["Employee", "Hours"], ["Ada", "1:30"]))).toBeUndefined();
  });

  it("are sorted by a figure or by how much it changed", () => {
    const pairs = sideBySide(october, september);
    if (!pairs) throw new Error("There is nothing side by side");
    const sorted = (by: "figure" | "change", isDescending: boolean) =>
      pairedRows(pairs, { text: "", sort: { column: 3, isDescending }, by }).map(({ names }) => names[0]);
    expect(sorted("figure", true)).toEqual(["Website", "New", "App", "Old"]);
    expect(sorted("change", true)).toEqual(["Website", "New", "Old", "App"]);
    expect(sorted("change", false)).toEqual(["App", "Old", "New", "Website"]);
    const found = pairedRows(pairs, { text: "acme", sort: { column: 0, isDescending: false }, by: "figure" });
    expect(found.map(({ names }) => names[0])).toEqual(["App", "Website"]);
  });
});

describe("the files that are offered", () => {
  const file = (id: number, end: string, more: ExportFields = {}, currency = "usd"): SucceededExport =>
    exportOf({
      id: `01KAT4XJ5Q8Z3V7C2B9N0M6R1${id}`,
      parameters: { start_date: `${end.slice(0, 7)}-01`, end_date: end, currency },
      completed_at: `2026-11-2${id}T00:00:00Z`,
      ...more,
    });
  const monthly = { schedule: "monthly" };
  const exports = [
    file(1, "2026-10-31", monthly),
    file(2, "2026-09-30", monthly),
    file(3, "2026-10-31", monthly), // made again, later
    file(4, "2026-11-20"),
    file(5, "2026-09-30", {}, "EUR"),
    file(6, "2026-08-31", { format: "xlsx" }),
    file(7, "2026-07-31", { report: "trends/projects" }),
  ];
  const ids = (files: readonly ({ readonly id: string } | undefined)[]) =>
    files.map((made) => Number(made?.id.slice(-1)));

  it("are each period's newest CSV of the report, the latest period first; a schedule's is shown", () => {
    const files = offeredFiles([], filesOf(exports, "profitability/projects"));
    expect(ids(files)).toEqual([4, 3, 5, 2]);
    expect(ids([firstFile(files)])).toEqual([3]);
    expect(ids([firstFile(files.slice(0, 1))])).toEqual([4]);
    expect(firstFile([])).toBeUndefined();
  });

  it("have what is current of a schedule before all else, also what no history goes back to", () => {
    const entry = (id: number, from_date: string, to_date: string, more: Partial<ManifestEntry> = {}) =>
      ({
        workspace_id: 123,
        format: "csv",
        from_date,
        to_date,
        export_id: `01KAT4XJ5Q8Z3V7C2B9N0M6R1${id}`,
        completed_at: "2026-10-03T06:00:00Z",
        parameters: { start_date: from_date, end_date: to_date, currency: "usd" },
        ...more,
      }) as ManifestEntry;
    const entries = [
      entry(3, "2026-10-01", "2026-10-31"),
      entry(9, "2026-09-01", "2026-09-30"), // the history has another of September, made later by a run since replaced
      entry(8, "2025-01-01", "2025-01-31"),
      entry(7, "2025-01-01", "2025-01-31", { format: "xlsx" }),
      entry(6, "2025-02-01", "2025-02-28", { workspace_id: 5 }),
    ];
    const current = currentFiles({ schedule: "monthly", entries } as unknown as Manifest, 123);
    const files = offeredFiles(current, filesOf(exports, "profitability/projects"));
    expect(ids(files)).toEqual([4, 3, 5, 9, 8]);
    expect(ids([firstFile(files)])).toEqual([3]);
    expect(ids(besideFiles(files, current[0] as (typeof current)[number]))).toEqual([4, 9, 8]);
  });

  it("stand beside another if they were asked for in the same way and are of other days", () => {
    const files = offeredFiles([], filesOf(exports, "profitability/projects"));
    expect(ids(besideFiles(files, exports[2] as SucceededExport))).toEqual([4, 2]);
    expect(ids(besideFiles(files, file(9, "2026-08-31", {}, "eur")))).toEqual([5]);
    const byWeek = file(8, "2026-10-31", { parameters: { ...exports[0]?.parameters, resolution: "week" } });
    expect(ids(besideFiles(files, byWeek))).toEqual([4, 2]);
  });
});
