import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { startLocal } from "../cli/start/start-local.ts";

interface Shot {
  readonly file: string;
  readonly hash: string;
  /** What is there once the view is ready. */
  readonly ready: string;
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

const shots: readonly Shot[] = [
  { file: "console-trends", hash: "trends", ready: "figure svg" },
  { file: "console-exports", hash: "exports", ready: "[data-export]" },
  { file: "console-schedules", hash: "schedules", ready: ".quota" },
  { file: "console-trends-dark", hash: "trends", ready: "figure svg", width: 360, colorScheme: "dark" },
];

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find((path) => path && existsSync(path));
if (executablePath === undefined) {
  console.error("No Chromium was found. Install it (apt-get install chromium) or set CHROMIUM_PATH.");
  process.exit(1);
}

const directory = await mkdtemp(join(tmpdir(), "screenshots-"));
const local = await startLocal({ PORT: "0", LOCAL_DATA_DIR: directory }, { onLog: () => {} });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  await makeHistory(`${local.url}/workspace/${local.workspaceId}`);
  for (const shot of shots) {
    await take(browser, shot);
    console.log(`docs/images/${shot.file}.png`);
  }
} finally {
  await browser.close();
  await local.close();
  await rm(directory, { recursive: true, force: true });
}

async function take(browser: Browser, { file, hash, ready, width = 1280, colorScheme = "light" }: Shot): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  await page.goto(`${local.url}/#/${hash}`);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `docs/images/${file}.png`, animations: "disabled" });
  await page.close();
}

/** Something to look at: a few exports of callers, and a run of a schedule. */
async function makeHistory(workspace: string): Promise<void> {
  const month = { start_date: "2026-10-01", end_date: "2026-10-31" };
  const money = { ...month, currency: "usd" };
  const post = (path: string, body: object) =>
    fetch(`${workspace}/${path}`, { method: "POST", body: JSON.stringify(body) });
  await post("profitability/employees.csv", money);
  await post("trends/projects.csv", month);
  await post("profitability/projects.xlsx", { ...money, resolution: "week" });
  const [schedule] = local.schedules;
  if (!schedule) return;
  await post(`schedules/${schedule.name}/runs`, { occurrence: "2026-11-03T05:00:00Z", refresh: false });
  for (;;) {
    const answer = await fetch(`${workspace}/exports?schedule=${schedule.name}&status=succeeded`);
    const { exports } = (await answer.json()) as { exports: readonly unknown[] };
    if (exports.length >= schedule.formats.length) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
