import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { startLocal } from "../cli/start/start-local.ts";

interface Shot {
  readonly file: string;
  readonly hash: string;
  /** What is there once the view is ready. */
  readonly ready: string;
  /** What somebody does before it is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const looks = [
  { suffix: "", width: 1280, height: 720, colorScheme: "light" },
  { suffix: "-dark", width: 1280, height: 720, colorScheme: "dark" },
  { suffix: "-360", width: 360, height: 640, colorScheme: "light" },
  { suffix: "-360-dark", width: 360, height: 640, colorScheme: "dark" },
] as const;

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(
  (path) => path && existsSync(path),
);
if (executablePath === undefined) {
  console.error("No Chromium was found. Install it (apt-get install chromium) or set CHROMIUM_PATH.");
  process.exit(1);
}

const directory = await mkdtemp(join(tmpdir(), "screenshots-"));
const local = await startLocal({ PORT: "0", LOCAL_DATA_DIR: directory }, { onLog: () => {} });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  for (const shot of shotsOf(await makeHistory(`${local.url}/workspace/${local.workspaceId}`))) {
    for (const look of looks) {
      await take(browser, shot, look);
      console.log(`docs/images/${shot.file}${look.suffix}.png`);
    }
  }
} finally {
  await browser.close();
  await local.close();
  await rm(directory, { recursive: true, force: true });
}

async function take(browser: Browser, shot: Shot, { suffix, width, height, colorScheme }: (typeof looks)[number]) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${local.url}/#/${shot.hash}`);
  await page.locator(shot.ready).first().waitFor();
  await page.waitForLoadState("networkidle");
  await shot.act?.(page);
  await page.screenshot({ path: `docs/images/${shot.file}${suffix}.png`, animations: "disabled" });
  await page.close();
}

function shotsOf({ september, october }: MadeHistory): readonly Shot[] {
  return [
    { file: "console-trends", hash: "trends?period=previous-month", ready: "figure svg" },
    {
      file: "console-profitability",
      hash: `profitability?file=${october}&beside=${september}`,
      ready: ".data tfoot",
    },
    { file: "console-exports", hash: "exports", ready: "[data-export]" },
    { file: "console-export", hash: `exports/${october}`, ready: ".data tfoot" },
    {
      file: "console-form",
      hash: "exports",
      ready: "[data-export]",
      act: async (page) => {
        await page.getByRole("button", { name: "Make an export" }).click();
        await page.getByLabel("Currency").waitFor();
      },
    },
    { file: "console-schedules", hash: "schedules", ready: ".quota" },
  ];
}

/** Ids of exports that pictures are of. */
interface MadeHistory {
  readonly september: string;
  readonly october: string;
}

/** Something to look at: a few exports of callers, and a run of a schedule. */
async function makeHistory(workspace: string): Promise<MadeHistory> {
  const month = { start_date: "2026-10-01", end_date: "2026-10-31" };
  const money = { ...month, currency: "eur" };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${workspace}/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  };
  const september = await post("profitability/projects.csv", {
    ...money,
    start_date: "2026-09-01",
    end_date: "2026-09-30",
  });
  const october = await post("profitability/projects.csv", money);
  await post("profitability/employees.csv", money);
  await post("trends/projects.csv", month);
  await post("profitability/projects.xlsx", { ...money, resolution: "week" });
  const [schedule] = local.schedules;
  if (schedule) {
    await post(`schedules/${schedule.name}/runs`, { occurrence: "2026-11-03T05:00:00Z", refresh: false });
    for (;;) {
      const answer = await fetch(`${workspace}/exports?schedule=${schedule.name}&status=succeeded`);
      const { exports } = (await answer.json()) as { exports: readonly unknown[] };
      if (exports.length >= schedule.formats.length) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  return { september, october };
}
