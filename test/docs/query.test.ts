import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolver } from "../../local/assembly/resolver.ts";
import { resourcesOf, type Template } from "../../local/assembly/template.ts";
import type { Context } from "../../local/aws/conditions.ts";
import { readResourcePolicies } from "../../local/aws/from-template.ts";
import { decide, type Policy } from "../../local/aws/policy.ts";
import { fits } from "../../local/event-bridge/event-pattern.ts";
import { wrongInCurrent } from "../e2e/current-checker.ts";
import { canaryToken, type Product, workspaceId } from "../e2e/product.ts";
import { fireAndSettle, startScheduled } from "../e2e/scheduled.ts";
import { synthesized } from "../lib/synthesized.ts";

const page = readFileSync("docs/query.md", "utf8");

/** The blocks of a language in a chapter of the page, by the title that they stand below. */
function blocksOf(language: string, part: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const section of part.split(/^(?=#+ )/m)) {
    const blocks = section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"));
    const texts = Array.from(blocks, ([, text = ""]) => text.trim());
    if (texts.length > 0) found.set(/^#+ (.*)/.exec(section)?.[1] ?? "", texts);
  }
  return found;
}

const chapterOf = (title: string) => page.split(/^(?=## )/m).find((part) => part.startsWith(`## ${title}\n`)) ?? "";
const duckdb = blocksOf("sql", chapterOf("DuckDB"));
const sql = (title: string, at = 0): string => {
  const text = duckdb.get(title)?.[at];
  if (text === undefined) throw new Error(`The page has no such query: ${title}`);
  return text;
};

const report = "profitability/projects";
const monthly = {
  ...{ name: "monthly-profitability", workspace_id: workspaceId, report, formats: ["csv", "xlsx"] },
  ...{ cron: "0 6 3 * ? *", time_zone: "Europe/Berlin", period: "previous-month", refresh_previous: 1 },
  parameters: { currency: "usd", resolution: "month" },
};
const inEuros = {
  ...monthly,
  name: "in-euros",
  formats: ["csv"],
  refresh_previous: 0,
  parameters: { currency: "eur" },
};
const toDate = { ...inEuros, name: "month-to-date", period: "month-to-date", parameters: { currency: "usd" } };
const trends = {
  ...{ name: "monthly-trends", workspace_id: workspaceId, report: "data_trends/projects", formats: ["json", "csv"] },
  ...{ cron: "0 5 3 * ? *", time_zone: "Europe/Berlin", period: "previous-month", previous_period: "equal-length" },
};

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };
const months = [
  ["2026-07-01", "2026-07-31"],
  ["2026-08-01", "2026-08-31"],
  ["2026-09-01", "2026-09-30"],
  [october.start_date, october.end_date],
] as const;

type Row = Record<string, unknown>;

let product: Product;
let folder: string;
let db: DuckDBConnection;
let instance: DuckDBInstance;
/** By first day of the month and project, as Toggl itself says it in the end. */
const right = new Map<string, Map<string, number>>();
/** By the same, as Toggl said it before it was revised for the last time. */
const before = new Map<string, Map<string, number>>();

/** Asks Toggl (the simulator) itself, past this product. */
function askToggl(path: string, body: object): Promise<Response> {
  return product.simulator.fetch(`https://toggl.example/insights/api/v1/workspace/${workspaceId}/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from(`${canaryToken}:api_token`).toString("base64")}`,
    },
  });
}

async function askProfits(into: typeof right): Promise<void> {
  for (const [start_date, end_date] of months) {
    const answer = await askToggl(`${report}.csv`, { currency: "usd", resolution: "month", start_date, end_date });
    const rows: Record<string, string>[] = parse(await answer.text(), { columns: true });
    into.set(start_date, new Map(rows.map((row) => [row.Project ?? "", cents(row["Profit (USD)"])])));
  }
}

const cents = (money: unknown) => Math.round(Number(money) * 100);
const rightOf = (month: string) => right.get(month) ?? new Map<string, number>();
const sumOf = (month: string) => [...rightOf(month).values()].reduce((sum, one) => sum + one, 0);

async function rowsOf(query: string): Promise<Row[]> {
  return (await db.runAndReadAll(query)).getRowObjectsJson();
}

/** As `aws s3 sync` copies a bucket. */
function sync(objects: ReadonlyMap<string, Buffer>): void {
  for (const [key, bytes] of objects) {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

const manifestPath = "current/schedule=monthly-profitability/manifest.json";

/** Fires a schedule and waits until its run is over, as `Run Completed` says. */
async function run(schedule: string, occurrence: string, count: number): Promise<void> {
  await fireAndSettle(product, schedule, occurrence, count);
  const ends = () =>
    product.events.filter(
      (event) =>
        event["detail-type"] === "Run Completed" &&
        event.detail.schedule === schedule &&
        event.detail.occurrence === occurrence,
    ).length;
  await expect.poll(ends, { timeout: 60_000, interval: 100 }).toBe(1);
}

async function makeFiles(): Promise<void> {
  const { revisions } = product.simulator;
  await run(monthly.name, "2026-09-03T04:00:00Z", 4); // July and August
  revisions.add({ project: "Website", from_date: "2026-08-10", to_date: "2026-08-20", factor: 1.4 });
  await run(monthly.name, "2026-10-03T04:00:00Z", 4); // restates August
  await run(monthly.name, "2026-10-04T04:00:00Z", 4); // finds nothing new
  const seen = (await product.objects()).get(manifestPath) ?? Buffer.alloc(0);
  await askProfits(before);
  revisions.add({ project: "Website", from_date: "2026-09-14", to_date: "2026-09-18", factor: 3 });
  revisions.add({ add_column: "Margin", at: "front" });
  await run(monthly.name, "2026-11-03T05:00:00Z", 4); // restates September, with a column more
  await run(inEuros.name, "2026-11-03T05:00:00Z", 1);
  await run(toDate.name, "2026-10-20T04:00:00Z", 1);
  await run(toDate.name, "2026-10-31T05:00:00Z", 1);
  await run(trends.name, "2026-11-03T04:00:00Z", 2);
  await askProfits(right);
  const [project = 0] = product.simulator.source.company.projects.map(({ id }) => id);
  for (const body of [
    { currency: "usd", ...october },
    { currency: "usd", resolution: "week", ...october },
    { currency: "usd", project_ids: [project], ...october },
    { currency: "eur", resolution: "month", ...october },
  ]) {
    expect((await product.post(`${report}.csv`, body)).status).toBe(201);
  }
  folder = mkdtempSync(join(tmpdir(), "query-"));
  const objects = await product.objects();
  expect(wrongInCurrent(objects)).toEqual([]);
  sync(objects);
  writeFileSync(join(folder, "seen.json"), seen);
  instance = await DuckDBInstance.create(":memory:", { threads: "1", file_search_path: folder });
  db = await instance.connect();
  await db.run(sql("One table of a schedule"));
  await db.run(sql("What the manifest says"));
}

beforeAll(async () => {
  product = await startScheduled([monthly, inEuros, toDate, trends]);
});
afterAll(async () => {
  db?.disconnectSync();
  instance?.closeSync();
  await product?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** What the first one makes, the others read. */
describe("the queries of docs/query.md, over what the product made", { shuffle: false }, () => {
  it("have files that the product makes, run by run, while Toggl changes its past and its columns", makeFiles, 600_000);

  const tried = new Map<string, number>([
    ["DuckDB", 1], // the secret for S3: its extension comes over the network
    ["One table of a schedule", 1],
    ["What the manifest says", 2],
    ["Profit by project and month", 1],
    ["One period", 1],
    ["Two months side by side", 1],
    ["Days and ids", 3],
    ["What has changed since last time", 1],
    ["Which rows a restatement changed", 2],
    ["Are the files whole", 1],
  ]);

  it("are all tried here", () => {
    expect(new Map([...duckdb].map(([title, blocks]) => [title, blocks.length]))).toEqual(tried);
  });

  it("give DuckDB something that it understands, where they cannot run here", async () => {
    expect((await db.extractStatements(sql("DuckDB"))).count).toBe(1);
  });

  it("have restated, drifted, filtered and other currencies' files to go wrong with", async () => {
    const ofOctober = await rowsOf(
      "FROM glob('exports/report=profitability-projects/format=csv/*/period=2026-10-01_2026-10-31/*')",
    );
    expect(ofOctober).toHaveLength(1 + 1 + 1 + 4); // monthly, in euros, to date, and four that callers made
    const ofSeptember = await rowsOf(
      "FROM glob('exports/report=profitability-projects/format=csv/*/period=2026-09-01_2026-09-30/*')",
    );
    expect(ofSeptember).toHaveLength(2);
    const columns = await rowsOf(`SELECT from_date, columns[1] AS first FROM (
      SELECT unnest(entries, max_depth := 2) FROM read_json('${manifestPath}')) WHERE format = 'csv' ORDER BY from_date`);
    expect(columns.map(({ first }) => first)).toEqual(["Project", "Project", "Margin", "Margin"]);
  });

  it("warn of the sum over exports/, which is several times too high, and of the folder in place of a column", async () => {
    const [[wrong = ""] = []] = blocksOf("sql", page.split("## DuckDB")[0] ?? "").values();
    expect(wrong).toMatch(/^-- wrong/);
    const [row] = await rowsOf(wrong);
    expect(cents(row?.profit) / sumOf(october.start_date)).toBeGreaterThan(3);
    const periods = await rowsOf(wrong.replace('sum("Profit (USD)") AS profit', 'DISTINCT "Period" AS period'));
    expect(periods).toEqual([{ period: "2026-10-01_2026-10-31" }]);
  });

  it("read all columns of all files, whatever Toggl added", async () => {
    const described = await rowsOf("DESCRIBE profitability");
    const partitions = ["schedule", "workspace_id", "format", "from_date"];
    expect(described.map(({ column_name }) => column_name)).toEqual(
      expect.arrayContaining(["Project", "Client", "Period", "Profit (USD)", "Margin", ...partitions]),
    );
    expect(described.find(({ column_name }) => column_name === "from_date")).toMatchObject({ column_type: "DATE" });
    const empty = await rowsOf(
      `SELECT from_date, count("Margin") = 0 AS empty FROM profitability GROUP BY ALL ORDER BY ALL`,
    );
    expect(empty.map(({ empty }) => empty)).toEqual([true, true, false, false]);
    const without = sql("One table of a schedule")
      .replace(", union_by_name = true", "")
      .replace(" profitability", " bare");
    await db.run(without);
    expect((await rowsOf("DESCRIBE bare")).map(({ column_name }) => column_name)).not.toContain("Margin");
  });

  it("give profit by project and month, as Toggl has it", async () => {
    const rows = await rowsOf(sql("Profit by project and month"));
    const given = new Map(months.map(([month]) => [month, new Map<string, number>()] as const));
    for (const { from_date, Project, profit } of rows) {
      given.get(from_date as "2026-07-01")?.set(String(Project), cents(profit));
    }
    expect(given).toEqual(right);
    expect(rows.length).toBeGreaterThan(40);
  });

  it("give the profit of one period, and of two side by side", async () => {
    const [one] = await rowsOf(sql("One period"));
    expect(cents(one?.profit)).toBe(sumOf(october.start_date));
    const two = await rowsOf(sql("Two months side by side"));
    const asGiven = (month: string) =>
      new Map(two.flatMap((row) => (row[month] === null ? [] : [[String(row.Project), cents(row[month])]])));
    expect([asGiven("september"), asGiven("october")]).toEqual([rightOf("2026-09-01"), rightOf("2026-10-01")]);
  });

  it("give hours by day, and join them to a plan by project and day", async () => {
    const answer = await askToggl("data_trends/projects", october);
    const items = (await answer.json()) as { project_id: number; current_period_seconds: number[] }[];
    const days = Array.from({ length: 31 }, (_, at) => `2026-10-${String(at + 1).padStart(2, "0")}`);
    const hours = (ofDay: (one: (typeof items)[number]) => number | undefined) =>
      items.reduce((sum, one) => sum + (ofDay(one) ?? 0), 0) / 3600;
    const right = days.map((date, at) => ({ date, hours: hours((one) => one.current_period_seconds[at]) }));
    expect(hours(({ current_period_seconds: [first] }) => first)).toBeGreaterThan(0);
    await db.run(sql("Days and ids"));
    expect(await rowsOf(sql("Days and ids", 1))).toEqual(right);

    const [one] = items;
    const plan = [4, 5, 30].map((at) => ({ project_id: String(one?.project_id), date: days[at], planned: 2.5 }));
    const lines = [...plan, { project_id: "99999999", date: days[0], planned: 1 }];
    const csv = lines.map((line) => `${Object.values(line).join()}\n`).join("");
    writeFileSync(join(folder, "plan.csv"), `project_id,date,hours\n${csv}`);
    const worked = [4, 5, 30].map((at) => (one?.current_period_seconds[at] ?? 0) / 3600);
    expect(await rowsOf(sql("Days and ids", 2))).toEqual(
      lines.map((line, at) => ({ ...line, worked: worked[at] ?? null })),
    );
  });

  it("fail on figures in another notation, in place of adding them up", async () => {
    const other = join(folder, "other.csv");
    const query = sql("One period")
      .replace("profitability", `read_csv('${other}')`)
      .replace(/WHERE .*/, "");
    writeFileSync(other, 'Project,Profit (USD)\nA,"1,234.50"\nB,2.00\n');
    await expect(rowsOf(query)).rejects.toThrow("1,234.50");
    expect(await rowsOf(query.replace("')", "', thousands = ',')"))).toEqual([{ profit: "1236.50" }]);
    writeFileSync(other, "Project;Profit (USD)\nA;1234,50\nB;2,00\n");
    await expect(rowsOf(query)).rejects.toThrow("1234,50");
    expect(await rowsOf(query.replace("')", "', decimal_separator = ',')"))).toEqual([{ profit: "1236.50" }]);
  });

  it("say what the manifest says, and what has changed since", async () => {
    const said = await rowsOf(sql("What the manifest says", 1));
    expect(said.map(({ from_date, to_date }) => [from_date, to_date])).toEqual(months);
    expect(said.map(({ restates }) => restates !== null)).toEqual([false, false, true, false]); // August: nothing new since
    expect(await rowsOf(sql("What has changed since last time"))).toEqual([
      { from_date: "2026-09-01", is_new: false },
      { from_date: "2026-10-01", is_new: true },
    ]);
  });

  it("say which rows a restatement changed", async () => {
    await db.run(sql("Which rows a restatement changed"));
    const rows = await rowsOf(sql("Which rows a restatement changed", 1));
    const changed = [...rightOf("2026-09-01")].filter(([name, now]) => before.get("2026-09-01")?.get(name) !== now);
    expect(changed.length).toBeGreaterThan(0);
    expect(rows.map(({ project, before, now }) => [project, cents(before), cents(now)])).toEqual(
      changed.map(([name, now]) => [name, before.get("2026-09-01")?.get(name), now]),
    );
  });

  it("find every file whole, and one that is cut or gone", async () => {
    expect(await rowsOf(sql("Are the files whole"))).toEqual([]);
    const { entries }: { entries: { key: string }[] } = JSON.parse(readFileSync(join(folder, manifestPath), "utf8"));
    const [cut = "", gone = ""] = entries.map(({ key }) => key);
    const kept = [cut, gone].map((key) => [key, readFileSync(join(folder, key))] as const);
    writeFileSync(join(folder, cut), readFileSync(join(folder, cut)).subarray(0, -1));
    rmSync(join(folder, gone));
    const found = await rowsOf(sql("Are the files whole"));
    sync(new Map(kept));
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set([cut, gone]));
  });

  it("starts what builds on a run with a pattern for its end alone", () => {
    const [[text = ""] = []] = blocksOf("json", chapterOf("Begin when a run is over")).values();
    const pattern = JSON.parse(text);
    const fitting = product.events.filter((event) => fits(event, pattern));
    expect(fitting.map(({ detail }) => detail.occurrence)).toEqual([
      "2026-09-03T04:00:00Z",
      "2026-10-03T04:00:00Z",
      "2026-10-04T04:00:00Z",
      "2026-11-03T05:00:00Z",
    ]);
    expect(new Set(fitting.map((event) => event["detail-type"]))).toEqual(new Set(["Run Completed"]));
    const [{ detail, ...event } = { detail: {} }] = fitting;
    expect(fits({ ...event, detail: { ...detail, status: "failed" } }, pattern)).toBe(false);
    expect(fits({ ...event, detail: { ...detail, schedule: "in-euros" } }, pattern)).toBe(false);
  });
});

describe("the policy of a reader", () => {
  const template = synthesized().toJSON() as Template;
  const names = { stackName: "TogglInsights", region: "eu-central-1", accountId: "111122223333", names: {} };
  const resolve = resolver(template, names);
  const [[bucketId] = []] = resourcesOf(template, "AWS::S3::Bucket");
  const bucketArn = String(resolve({ "Fn::GetAtt": [bucketId, "Arn"] }));
  const ofBucket = readResourcePolicies(template, resolve).get(bucketArn)?.statements ?? [];
  const [[shown = ""] = []] = blocksOf("json", chapterOf("Who may read")).values();
  const { Statement }: Policy = JSON.parse(shown.replaceAll("arn:aws:s3:::toggl-exports", bucketArn));
  const arn = "arn:aws:iam::111122223333:role/bi";
  const signed = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:PrincipalArn": arn };
  const may = (action: string, key: string, context: Context = {}) =>
    decide(
      {
        ...{ action, principal: { arn }, context: { ...signed, "s3:authType": "REST-HEADER", ...context } },
        resource: key === "" ? bucketArn : `${bucketArn}/${key}`,
      },
      Statement,
      ofBucket,
    ).isAllowed;
  const file = "current/schedule=m/workspace_id=123/format=csv/from_date=2026-10-01/m.csv";

  it.each([
    [true, "s3:GetObject", file, {}],
    [true, "s3:GetObject", "current/schedule=m/manifest.json", {}],
    [true, "s3:ListBucket", "", { "s3:prefix": "current/" }],
    [true, "s3:ListBucket", "", { "s3:prefix": "current/schedule=m/" }],
    [false, "s3:ListBucket", "", { "s3:prefix": "" }],
    [false, "s3:ListBucket", "", {}],
    [false, "s3:ListBucket", "", { "s3:prefix": "exports/" }],
    [false, "s3:ListBucketVersions", "", { "s3:prefix": "current/" }],
    [false, "s3:GetObject", "exports/report=profitability-projects/x.csv", {}],
    [false, "s3:GetObject", "records/workspace_id=123/x.json", {}],
    [false, "s3:GetObject", "names/workspace_id=123.json", {}],
    [false, "s3:GetObject", "coordination/runs/m/x.json", {}],
    [false, "s3:GetObject", "currently/x.csv", {}],
    [false, "s3:GetObjectVersion", file, {}],
    [false, "s3:PutObject", file, {}],
    [false, "s3:DeleteObject", file, {}],
    [false, "s3:GetObject", file, { "aws:SecureTransport": "false" }],
    [false, "s3:GetObject", file, { "s3:authType": "REST-QUERY-STRING", "s3:signatureAge": "1000" }],
  ] as const)("allows: %s, %s of %s with %o", (expected, action, key, context) => {
    expect(may(action, key, context)).toBe(expected);
  });
});
