import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import readXlsxFile from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "../../local/listening.ts";
import { bigWorkspace, longName } from "../console/big-workspace.ts";
import { hasBrowser, openPage } from "../console/browser.ts";
import { type ExportAnswer, type Product, startProduct } from "../e2e/product.ts";

const run = promisify(execFile);
const readme = readFileSync("README.md", "utf8");
let product: Product;

beforeAll(async () => {
  await run("npm", ["run", "--silent", "build"]);
  product = await startProduct();
});
afterAll(() => product.close());

/** What the README says at a heading, for the product that runs here. */
function sectionOf(heading: string): string {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  return (section.split("\n## ")[0] ?? "").replaceAll("http://127.0.0.1:3000", product.local.url);
}

const firstBlock = (section: string) => /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? "";

const bash = async (lines: string, env: Record<string, string> = {}) =>
  (await run("bash", ["--norc", "-c", lines], { env: { ...process.env, ...env }, timeout: 60_000 })).stdout;

it("first file in a minute: the line to paste makes a report, and its link leads to the file", async () => {
  const [, curl = ""] = sectionOf("One minute to the first file").match(/```sh\n(curl [\s\S]*?)```/) ?? [];
  const made: ExportAnswer = JSON.parse(await bash(curl));
  expect(made).toMatchObject({ status: "succeeded", file: { rows: 40 } });
  expect(await (await fetch(made.download_url)).text()).toMatch(/^Project,Client,Period/);
});

it("monthly report to the accountant: the command saves last month's workbook", async () => {
  const command = firstBlock(sectionOf("On the command line")).trim();
  expect(command).toMatch(/^npx toggl-insights export .* --out report\.xlsx$/);
  const out = join(mkdtempSync(join(tmpdir(), "journey-")), "report.xlsx");
  const neverRun = mkdtempSync(join(tmpdir(), "npm-cache-"));
  const env = { INSIGHTS_CONFIG: product.local.settings.configFile, npm_config_cache: neverRun };
  const { ino } = statSync("dist/toggl-insights.mjs");
  expect(await bash(`${command.replace("report.xlsx", out)} --api ${product.local.url}`, env)).toContain(
    `Saved ${out}`,
  );
  expect(statSync("dist/toggl-insights.mjs").ino).toBe(ino); // nothing was built for it
  const [{ data = [] } = {}] = (await readXlsxFile(out)) as unknown as { data?: unknown[][] }[];
  expect(data[0]).toEqual(expect.arrayContaining(["Project", "Client", "Period"]));
  expect(data.length).toBeGreaterThan(1);
});

describe("every project over budget hours into my script: the command of the README", () => {
  const script = () => {
    const [, block = ""] =
      /```sh\n(npx toggl-insights trends [^`]*--json \| node[\s\S]*?)```/.exec(sectionOf("On the command line")) ?? [];
    expect(block).not.toBe("");
    return block;
  };
  const lines = (url: string) => {
    const env = { INSIGHTS_CONFIG: product.local.settings.configFile, TOGGL_INSIGHTS_API: url };
    return bash(script(), env).then((text) => text.split("\n").filter(Boolean));
  };

  it("names those of the product that runs here", async () => {
    const found = await lines(product.local.url);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(40);
    const over = found.map((line) => Number(/: ([\d.]+) h$/.exec(line)?.[1]));
    for (const [at, hours] of over.entries())
      expect(hours).toBeGreaterThan(/^Website:/.test(found[at] ?? "") ? 30 : 50);
  });

  it.each([220, 1])("has all of it from %s projects with names of sixty letters", async (projects) => {
    const asked: string[] = [];
    const server = await listenOnLoopback(
      createServer(async (request, response) => {
        const body = await text(request);
        if (body) asked.push(body);
        response.end(await bigWorkspace({ projects }, request.url ?? "", { body }).text());
      }),
      0,
    );
    const found = await lines(server.url).finally(() => server.close());
    const answer = bigWorkspace({ projects }, "/data_trends/projects", { body: asked[0] });
    const trends = (await answer.json()) as { project_id: number; current_period_seconds: number[] }[];
    const hoursOf = (seconds: number[]) => seconds.reduce((sum, one) => sum + one, 0) / 3600;
    const over = trends.filter((one) => hoursOf(one.current_period_seconds) > 50);
    const right = over.map((one) => `${longName(one.project_id)}: ${hoursOf(one.current_period_seconds)} h`);
    expect(found.sort()).toEqual(right.sort());
    if (projects > 1) expect(found.length).toBeGreaterThan(3);
  });
});

it.runIf(hasBrowser)(
  "what changed since last month: the console's address shows totals and each project",
  async () => {
    const [, address = ""] = /<(http[^>]*#\/trends\?period=previous-month)>/.exec(sectionOf("In the browser")) ?? [];
    const { page, faults } = await openPage();
    await page.goto(address);
    await expect.poll(() => page.locator('[data-figure="total"]').innerText()).toMatch(/\d/);
    expect(await page.locator('[data-figure="previous"]').innerText()).toMatch(/\d/);
    expect(await page.getByRole("row").count()).toBeGreaterThan(20); // and “Show all” below them
    expect(faults).toEqual([]);
    await page.context().close();
  },
  60_000,
);
