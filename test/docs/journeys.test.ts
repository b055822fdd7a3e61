import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import readXlsxFile from "read-excel-file/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hasBrowser, launchBrowser, openPage } from "../console/browser.ts";
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
  (await run("bash", ["-c", lines], { env: { ...process.env, ...env }, timeout: 60_000 })).stdout;

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

it.runIf(hasBrowser)(
  "what changed since last month: the console's address shows totals and each project",
  async () => {
    const [, address = ""] = /<(http[^>]*#\/trends\?period=previous-month)>/.exec(sectionOf("In the browser")) ?? [];
    const browser = await launchBrowser();
    const { page, faults } = await openPage(browser);
    await page.goto(address);
    await expect.poll(() => page.locator('[data-figure="total"]').innerText()).toMatch(/\d/);
    expect(await page.locator('[data-figure="previous"]').innerText()).toMatch(/\d/);
    expect(await page.getByRole("row").count()).toBeGreaterThan(20); // and “Show all” below them
    expect(faults).toEqual([]);
    await browser.close();
  },
  60_000,
);
