import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { summarize, type TrendItem, trendItems } from "../../client/trend-summary.ts";
import { hours } from "../../console/page/wording.ts";
import { type ExportAnswer, type Product, startProduct, workspaceId } from "../e2e/product.ts";
import { configFile } from "../lib/synthesized.ts";
import { axeViolations, hasBrowser, openPage, type WatchedPage } from "./browser.ts";

const monthly = {
  name: "monthly-profitability",
  workspace_id: workspaceId,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "America/New_York",
  period: "previous-month",
  parameters: { currency: "usd" },
};
const paused = { ...monthly, name: "paused-one", formats: ["csv"], enabled: false };

const startsWith = (text: string) => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

/** Of the many rows that are alike, the first ones stand for all. */
const exclude = [".trend-table tbody tr:nth-of-type(n+5)"];
/** Colours are all that the dark changes, at whatever width, and all that axe needs to look at again there. */
const looks = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 360, rules: ["color-contrast", "link-in-text-block"] },
] as const;
/** Choices that a closed list has no room for. Currencies and files have names of any length, and end in an ellipsis. */
const cutChoices = `[...document.querySelectorAll("select")].filter((one) => one.checkVisibility()).flatMap((select) => {
  const alone = [...select.options].map((option) => {
    const one = select.cloneNode(false);
    one.append(option.cloneNode(true));
    one.style.cssText = "position: absolute; visibility: hidden; width: max-content; max-width: none";
    return one;
  });
  select.after(...alone); // all at once: the page is laid out once for all of them
  const isMarked = ({ text }) => / [–·] /.test(text) && getComputedStyle(select).textOverflow === "ellipsis";
  const isCut = (option, at) => alone[at].offsetWidth > select.offsetWidth && !isMarked(option);
  const cut = [...select.options].filter(isCut).map(({ text }) => text);
  for (const one of alone) one.remove();
  return cut;
})`;

/** Times of exports that take more than one line. */
const brokenTimes = `[...document.querySelectorAll("[data-export] time")].flatMap((time) =>
  time.getBoundingClientRect().height < 30 ? [] : [time.innerText],
)`;

/** One story on one product: names are asked for once an hour, and what was made before is there. */
describe.runIf(hasBrowser)("the console, in a browser", { shuffle: false }, () => {
  let product: Product;
  let watched: WatchedPage;
  let page: Page;

  const open = (hash: string) => page.goto(`${product.local.url}/#/${hash}`);
  /** As the page shows a project, which knows its name from the product. */
  const nameOf = (id: number | undefined) =>
    product.simulator.source.company.projects.find((project) => project.id === id)?.name ?? "";
  const newest = async () => {
    const { exports } = (await (await product.get("exports?limit=1")).json()) as { exports: ExportAnswer[] };
    return exports[0];
  };

  beforeAll(async () => {
    const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
    const config = configFile({ workspaces, schedules: [monthly, paused] });
    product = await startProduct({ INSIGHTS_CONFIG: config });
    await product.post("profitability/projects.csv", { currency: "usd", start_date: "2026-10-01" });
  });
  afterAll(() => product.close());
  beforeEach(async () => {
    watched = await openPage();
    page = watched.page;
  });
  afterEach(async () => {
    const { origin } = new URL(product.local.url);
    expect(watched.faults).toEqual([]);
    expect(watched.requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("blob:"))).toEqual([]);
    await page.context().close();
  });

  it("is there after less than 200 KB, all from the product itself", async () => {
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    expect(watched.transferred()).toBeGreaterThan(20_000);
    expect(watched.transferred()).toBeLessThan(200_000);
    console.log(`Opening the console transfers ${Math.round(watched.transferred() / 1024)} KB.`);
  });

  it("has its first content within a second of the processor's time", async () => {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await open("trends");
    const paint = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime';
    await expect.poll(() => page.evaluate(paint)).toBeGreaterThan(0);
    const { metrics } = await session.send("Performance.getMetrics");
    const spent = 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
    const shown = Math.round(Number(await page.evaluate(paint)));
    console.log(`First content after ${shown} ms, of which ${Math.round(spent)} ms of processor time.`);
    expect(spent).toBeLessThan(1000);
  });

  it.each([1280, 360])("has nothing move while schedules, exports and files come, at %s pixels", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(`
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          shifts.push(value.toFixed(4) + " " + sources.map(({ node }) => node?.outerHTML?.slice(0, 60)).join(" "));
        }
      }).observe({ type: "layout-shift", buffered: true });
    `);
    const drawn = () =>
      page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const shiftsIn = async (view: string, ready: string, last: string) => {
      await page.goto("about:blank");
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/exports?*", async (route) => {
        await held;
        await route.continue();
      });
      await open(view);
      await page.locator(ready).first().waitFor();
      await drawn();
      release();
      await page.locator(last).first().waitFor();
      await drawn();
      await page.unroute("**/exports?*");
      return page.evaluate("shifts");
    };
    expect(await shiftsIn("schedules", "article.schedule", ".quota")).toEqual([]);
    expect(await shiftsIn("exports", "h1", "[data-export]")).toEqual([]);
    expect(await shiftsIn("profitability", "h1", ".data tfoot")).toEqual([]);
  });

  it("makes an export, shows how it goes, and downloads the very file", async () => {
    await open("exports");
    await page.getByRole("button", { name: "Make an export" }).click();
    const dialog = page.getByRole("dialog", { name: "Make an export" });
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("field-Report");
    await dialog.getByLabel("Period").selectOption("custom");
    await dialog.getByLabel("From").fill("2026-10-01");
    await dialog.getByLabel("To").fill("2026-10-31");
    await dialog.getByLabel("Currency").selectOption("eur");
    await dialog.getByText("Only some of it").click();
    for (const id of [1001, 1002]) {
      await dialog.getByLabel("Find projects by name or id").fill(String(id));
      await dialog.getByRole("checkbox", { name: nameOf(id), exact: true }).check();
    }
    await dialog.getByRole("button", { name: "Make it" }).click();
    await dialog.getByText("Succeeded", { exact: true }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Download the file");
    const made = await newest();
    expect(made?.parameters).toEqual({
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      currency: "eur",
      project_ids: [1001, 1002],
    });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Download the file" }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(made?.file.sha256);
    const version = made?.id.slice(-6).toLowerCase();
    expect(download.suggestedFilename()).toBe(
      `toggl-profitability-projects-${workspaceId}-2026-10-01_2026-10-31-eur-filtered-${version}.csv`,
    );
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(`[data-export="${made?.id}"]`).innerText()).toContain("2 rows");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Make an export");
  });

  it("says at the fields what the API says of them", async () => {
    await page.route("**/names", (route) => route.fulfill({ json: { projects: {}, users: {} } })); // groups are typed
    await open("exports");
    await page.getByRole("button", { name: "Make an export" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Report").selectOption("profitability/employees");
    await dialog.getByLabel("Period").selectOption("custom");
    await dialog.getByLabel("From").fill("2026-10-31");
    await dialog.getByLabel("To").fill("");
    const more = dialog.getByText("Only some of it");
    await more.click();
    await dialog.getByLabel("Group ids").fill("managers");
    await more.click(); // folded away again
    await dialog.getByRole("button", { name: "Make it" }).click();
    await expect
      .poll(() => dialog.getByRole("alert").last().innerText())
      .toContain("Correct the fields that are marked");
    expect(await dialog.locator("#period-note").innerText()).toMatch(/^To .*is required/);
    await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("end_date");
    expect(await dialog.locator("#group_ids-error").innerText()).toMatch(/must be a list of ids/);
    expect(await dialog.getByLabel("Group ids").inputValue()).toBe("managers");
    expect(await dialog.getByLabel("Report").inputValue()).toBe("profitability/employees");
  });

  it("pages through the history and narrows it", async () => {
    const body = { start_date: "2026-10-01", end_date: "2026-10-31" };
    for (let at = 0; at < 22; at++) await product.post("trends/projects.csv", body);
    await open("exports");
    const rows = page.locator("[data-export]");
    await expect.poll(() => rows.count()).toBe(20);
    await page.getByRole("button", { name: "Show older ones" }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(21);
    await page.getByLabel("Status").selectOption("deferred");
    await page.getByText("No export fits these filters").waitFor();
    await page.goBack();
    await page.getByLabel("Report").selectOption("profitability/employees");
    const made = (await (await product.get("exports?report=profitability/employees&limit=20")).json()) as {
      exports: { id: string }[];
    };
    const shown = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-export")));
    await expect.poll(shown).toEqual(made.exports.map(({ id }) => id));
    expect(page.url()).toContain("report=profitability%2Femployees");
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(20);
  });

  it("shows the API's own numbers, and days without data as such", async () => {
    await open("trends?period=custom&from=2026-10-01&to=2026-10-31&compare=equal-length&rows=all");
    const period = {
      current: { first: "2026-10-01", last: "2026-10-31" },
      previous: { first: "2026-08-31", last: "2026-09-30" },
    };
    const body = { start_date: "2026-10-01", end_date: "2026-10-31", previous_period_start: "2026-08-31" };
    const answer = trendItems(await (await product.post("data_trends/projects", body)).json());
    const { overall } = summarize(answer, period, String);
    await expect.poll(() => page.locator('[data-figure="total"]').innerText()).toBe(hours(overall.total));
    expect(await page.locator('[data-figure="previous"]').innerText()).toBe(hours(overall.previousTotal));
    const rowOf = (id: number | undefined) =>
      page.getByRole("row").filter({ has: page.getByTitle(nameOf(id), { exact: true }) });
    const row = rowOf(1001);
    const [first] = answer.filter(({ project_id }) => project_id === 1001);
    expect(await row.locator('[data-column="hours"]').innerText()).toBe(hours(sum(first)));
    const short = answer.find(({ previous_period_seconds }) => (previous_period_seconds?.length ?? 0) < 31);
    await rowOf(short?.project_id).getByRole("button").click();
    const chart = page.getByRole("img", { name: startsWith(`${nameOf(short?.project_id)}.`) });
    expect(await chart.getAttribute("aria-label")).toMatch(/days of the period before have no data/);
    await expect.poll(() => chart.locator("svg").count()).toBe(1); // it is drawn once more when names have come
    const figure = page.locator("figure", { has: chart });
    await figure.getByText("Table and picture").click();
    expect(await figure.getByRole("table").innerText()).toContain("no data");
  });

  it("names projects where there are names, and gives away what it shows as CSV, SVG and PNG", async () => {
    await page.route("**/names", (route) =>
      route.fulfill({ json: { projects: { 1001: '=SUM(A1) "Ünï"' }, users: {} } }),
    );
    await open("trends?period=last-7-days");
    await page.getByRole("button", { name: '=SUM(A1) "Ünï"' }).waitFor({ state: "attached" });
    const saved = async (button: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: button }).first().click(),
      ]);
      return readFileSync(await download.path());
    };
    expect((await saved("Download totals")).toString()).toMatch(
      /^\uFEFFproject_id,[\s\S]*\n1001,"'=SUM\(A1\) ""Ünï""",/,
    );
    expect((await saved("Download days")).toString().split("\r\n").length).toBe(1 + 40 * 7 + 1);
    await page.getByText("Table and picture of All projects by day").click();
    const svg = (await saved("Save as SVG")).toString();
    expect(svg).toMatch(
      /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*<title[^>]*>All projects by day<\/title>/,
    );
    expect(svg).not.toMatch(/var\(--|<style|class=/);
    const png = await saved("Save as PNG");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThan(600);
    expect(png.length).toBeGreaterThan(5000);
  });

  it("says what it does not understand of its address, and shows nobody else's figures", async () => {
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/api/workspace/") && asked.push(request.url()));
    await open("trends?workspace=99");
    await page.getByText("There is no such workspace here.").waitFor();
    expect(asked).toEqual([]);
    expect(await page.getByLabel("Workspace").inputValue()).toBe("");
    await page.getByLabel("Workspace").selectOption("Demo");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    await open("nope?period=nonsense");
    await page.getByText("It has no view “nope”; Trends is shown instead.").waitFor();
    await page.getByText("It has no period “nonsense”; the last 28 days are shown.").waitFor();
  });

  it("keeps very large figures and very long names in their place on a narrow screen, and shows no data as such", async () => {
    const seconds = (value: number) => Array.from({ length: 28 }, () => value);
    const json = [
      { project_id: 1001, current_period_seconds: seconds(3e8), previous_period_seconds: seconds(2e5) },
      { project_id: 1002, current_period_seconds: [], previous_period_seconds: seconds(2e8) },
    ];
    await page.route("**/data_trends/projects", (route) => route.fulfill({ json }));
    await page.route("**/names", (route) => route.fulfill({ json: { projects: { 1001: "W".repeat(300) } } }));
    await page.setViewportSize({ width: 360, height: 800 });
    await open("trends");
    await page.getByRole("button", { name: "WWW" }).click();
    const name = page.locator(`[title="${"W".repeat(300)}"]`);
    expect(await name.count()).toBe(2); // its row and its chart
    for (const place of await name.all()) expect((await place.boundingBox())?.height).toBeLessThan(90);
    const wide = (of: string) =>
      `[...document.querySelectorAll("${of}")].filter((one) => one.scrollWidth > one.clientWidth)`;
    expect(await page.evaluate(`${wide(".figures dd, .figures > div")}.length`)).toBe(0);
    const changes = page.getByRole("img", { name: "Biggest changes" });
    const frame = await changes.boundingBox();
    for (const label of await changes.locator("text").all()) {
      const box = await label.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(frame?.x ?? 0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((frame?.x ?? 0) + (frame?.width ?? 0));
    }
    const cells = page.getByRole("row", { name: startsWith("Project 1002") }).locator("[data-column]");
    const before = "1,555,555.6 h";
    expect(await cells.allInnerTexts()).toEqual(["no data", before, "–", "–", "no data", "–", "0"]);
  });

  it("runs a schedule and follows it to the end", async () => {
    await open("schedules");
    const card = page.getByRole("article", { name: "monthly-profitability" });
    await card.getByRole("button", { name: "Run now monthly-profitability" }).click();
    await card.getByText("2 files succeeded.").waitFor();
    expect(await card.innerText()).toMatch(/Next run[\s\S]*America\/New_York[\s\S]*cron\(0 6 3 \* \? \*\)/);
    expect(await newest()).toMatchObject({ schedule: "monthly-profitability", status: "succeeded" });
    expect(await page.getByRole("article", { name: "paused-one" }).innerText()).toContain("Paused");
    expect(await page.locator(".quota").innerText()).toMatch(/hourly requests were left/);
  });

  it("shows a backfill's price, pays it once, and knows afterwards what is there", async () => {
    await open("schedules");
    const fill = async () => {
      await page.getByRole("button", { name: "Backfill… monthly-profitability" }).click();
      await page.getByLabel("From").fill("2026-07-01");
      await page.getByLabel("To").fill("2026-09-30");
      await page.getByRole("button", { name: "Show the price" }).click();
    };
    await fill();
    await page.getByText(/^3 periods. The rest costs 6 Toggl requests: 1 % of an hour's quota/).waitFor();
    const before = product.simulator.requests.length;
    const runs: unknown[] = [];
    page.on("request", (request) => request.url().endsWith("/runs") && runs.push(request.postDataJSON()));
    await page.getByRole("button", { name: "Start, for 6 requests" }).click();
    await page.getByText("6 of 6 files done").waitFor();
    const alone = { occurrence: expect.any(String), refresh: false }; // the periods before are none of its price
    expect(runs).toEqual([alone, alone, alone]);
    expect(product.simulator.requests.length - before).toBe(6);
    await page.getByRole("button", { name: "Close" }).click();
    await fill();
    await page.getByText("3 periods, 3 of them there already. There is nothing to make.").waitFor();
  });

  it("tells what a client earned in October and what changed since September, without asking Toggl", async () => {
    const figures = async (month: string, last: number) => {
      const days = { start_date: `2026-${month}-01`, end_date: `2026-${month}-${last}` };
      const made = (await (await product.post("profitability/projects.csv", { ...days, currency: "chf" })).json()) as {
        download_url: string;
      };
      const lines = (await (await fetch(made.download_url)).text()).trim().split(/\r?\n/);
      return lines.filter((line) => line.includes("Nordlys ApS")).map((line) => Number(line.split(",").at(-1)));
    };
    const [before, now] = [await figures("09", 30), await figures("10", 31)];
    expect(now.length).toBeGreaterThan(0);
    const requests = product.simulator.requests.length;
    await open("profitability");
    const choose = async (label: string, text: RegExp) => {
      const list = page.getByRole("combobox", { name: label });
      const option = list.locator("option").filter({ hasText: text });
      await option.waitFor({ state: "attached" });
      await list.selectOption((await option.getAttribute("value")) ?? "");
    };
    await choose("Period", /Oct 2026 · CHF/);
    await choose("Beside it", /Sept 2026 · CHF/);
    const rows = page.getByRole("region", { name: /Oct 2026 · CHF beside/ }).locator("tbody tr");
    await rows.first().waitFor();
    await page.getByLabel("Search the rows").fill("nordlys");
    await expect.poll(() => rows.count()).toBe(now.length);
    const profits = rows.locator("td:last-child");
    for (const [at, text] of (await profits.allInnerTexts()).entries()) {
      const [profit = "", change = ""] = text.split("\n");
      expect(Number(profit.replaceAll(",", ""))).toBe(now[at]);
      const difference = (now[at] ?? 0) - (before[at] ?? 0);
      expect(Number.parseFloat(change.replaceAll(",", "")) || 0).toBeCloseTo(difference, 2);
    }
    await page.getByRole("button", { name: /^Profit/ }).click();
    const sorted = (await profits.allInnerTexts()).map((text) => Number.parseFloat(text.replaceAll(",", "")));
    expect(sorted).toEqual([...sorted].sort((one, other) => other - one));
    expect(product.simulator.requests.length).toBe(requests);
  });

  it("has what is current of a schedule, whichever period that is", async () => {
    const run = { occurrence: "2025-02-03T11:00:00Z", refresh: false };
    await product.post("schedules/monthly-profitability/runs", run);
    const current = async () => {
      const answer = await product.get("schedules/monthly-profitability/current");
      const { entries } = (await answer.json()) as { entries: { from_date: string; format: string }[] };
      return entries.filter(({ from_date }) => from_date === "2025-01-01").length;
    };
    await expect.poll(current, { timeout: 20_000 }).toBe(2);
    const requests = product.simulator.requests.length;
    await open("profitability");
    await page.getByText("This export").waitFor();
    const list = page.getByRole("combobox", { name: "Period" });
    const option = list.locator("option").filter({ hasText: /Jan 2025 · USD · monthly-profitability/ });
    await list.selectOption((await option.getAttribute("value")) ?? "");
    await page.getByRole("heading", { name: /Profitability of projects, 1.*31 Jan 2025/ }).waitFor();
    await expect.poll(() => page.locator(".data tbody tr").count()).toBeGreaterThan(0);
    expect(await page.locator(".data tfoot").innerText()).toMatch(/^Total of \d+ rows/);
    expect(product.simulator.requests.length).toBe(requests);
  });

  it("has the first figures of a file in sight on a phone", async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    for (const report of ["projects", "employees"]) {
      const days = { start_date: "2026-10-01", end_date: "2026-10-31" };
      const made = await product.post(`profitability/${report}.csv`, { ...days, currency: "usd" });
      await open(`exports/${((await made.json()) as { id: string }).id}`);
      const table = page.locator(".data");
      const figure = await table.locator("tbody .figure").first().boundingBox();
      const frame = await table.boundingBox();
      const rightOf = (box: typeof frame) => (box?.x ?? 0) + (box?.width ?? Number.NaN);
      expect(rightOf(figure), report).toBeLessThanOrEqual(rightOf(frame));
    }
  });

  it("keeps each time, and the navigation, on one line at every width, in a zone with a long name", async () => {
    await page.context().close();
    watched = await openPage({ timezoneId: "America/St_Johns" });
    page = watched.page;
    const done = await newest();
    const running = {
      ...done,
      id: "01KAT4XJ5Q8Z3V7C2B9N0M6R12",
      status: "running",
      created_at: "2026-09-26T12:00:00Z",
      completed_at: undefined,
      file: undefined,
    };
    await page.route("**/exports?*", (route) => route.fulfill({ json: { exports: [done, running] } }));
    await page.route(/exports\/\w+$/, (route) => route.fulfill({ json: running }));
    for (const width of [320, 330, 340, 360, 830, 895, 900, 1248, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await open("exports");
      await page.getByText("26 Sept 2026, 09:30 GMT-2:30").waitFor();
      expect((await page.locator("nav").boundingBox())?.height, `${width}`).toBeLessThan(45);
      if (width < 340) continue; // there a time may have two lines
      const times = await page.locator("[data-export] time").all();
      expect(times).toHaveLength(2);
      for (const time of times) {
        expect((await time.boundingBox())?.height, `${width}: ${await time.innerText()}`).toBeLessThan(30);
      }
    }
  });

  it("prints the history as the list that it is", async () => {
    await open("exports");
    await page.locator("[data-export]").first().waitFor();
    await page.setViewportSize({ width: 700, height: 900 }); // as wide as paper: on a screen these are cards
    await page.emulateMedia({ media: "print" });
    const shown = (of: string) => page.evaluate(`getComputedStyle(document.querySelector("${of}")).display`);
    expect(await shown(".exports tbody tr")).toBe("table-row");
    expect(await shown(".exports thead")).toBe("table-header-group");
    expect(await shown(".exports tbody td:last-child")).toBe("none"); // paper has no buttons
  });

  it("says what to do about a problem of Toggl's, and gets over it", async () => {
    product.simulator.misbehave("quota-spent");
    await open("trends?period=last-7-days");
    const alert = page.getByRole("alert").filter({ hasText: "quota" });
    await expect.poll(() => alert.innerText()).toMatch(/Toggl's hourly quota is spent\..*Ask again then/);
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    expect(await page.getByRole("alert").allInnerTexts()).not.toContainEqual(expect.stringContaining("quota"));
  });

  it("says so when the product is gone or was started again", async () => {
    await open("exports");
    await page.getByRole("button", { name: "Make an export" }).waitFor();
    await page.route("**/api/**", (route) => route.abort());
    await page.getByLabel("Status").selectOption("failed");
    await page.getByText("The product does not answer.").waitFor();
    expect(await page.getByRole("alert").allInnerTexts()).toContainEqual(
      expect.stringContaining("Is npm start still running?"),
    );
    await page.unroute("**/api/**");
    await page.route("**/api/**", (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-console-token": "of the start before" } }),
    );
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "Load the page again" }).waitFor();
  });

  it("can be gone through by keyboard alone, and moves the focus to where one went", async () => {
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    for (const _ of ["Trends", "Profitability", "Exports"]) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate("document.activeElement.localName + ' ' + document.activeElement.textContent");
    await expect.poll(focused).toBe("h1 Exports"); // the link that was pressed is called so, too
    expect(await page.title()).toBe("Exports · Toggl Insights");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("none");
  });

  it.each<[what: string, first: object]>([
    ["there were none", { projects: {}, users: {} }],
    ["groups were not there", { projects: { 1001: "Website" }, users: {} }],
  ])("asks for names once more where %s, as another tab may have them read", async (_, first) => {
    const whole = { projects: { 1001: "Website" }, users: {}, groups: { 71: "Read elsewhere" } };
    const answers = [first, whole];
    let asked = 0;
    await page.route("**/names", (route) => route.fulfill({ json: answers[asked++] ?? whole }));
    await open("exports");
    await page.getByRole("button", { name: "Make an export" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Report").selectOption("profitability/employees");
    await dialog.getByText("Only some of it").click();
    await dialog.getByLabel("Read elsewhere").waitFor();
    expect(asked).toBe(2);
  });

  it("has groups picked by name, and takes an id that nobody knows", async () => {
    await open("exports");
    await page.getByRole("button", { name: "Make an export" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Report").selectOption("profitability/employees");
    await dialog.getByText("Only some of it").click();
    const groups = dialog.getByRole("group", { name: startsWith("Groups") });
    const find = groups.getByLabel("Find groups by name or id");
    await find.fill("ux des");
    await groups.getByLabel("Design & UX").check();
    expect(await groups.getByRole("checkbox").count()).toBe(1);
    await find.fill("99");
    await groups.getByLabel("group 99").check();
    expect(await groups.locator("legend").innerText()).toBe("Groups (2 groups)");
    await dialog.getByLabel("Rounding", { exact: true }).selectOption({ label: "Down (-1)" });
    await dialog.getByRole("button", { name: "Make it" }).click();
    await dialog.getByText(/\d+ rows/).waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    const days = dialog.getByText(/^\d.* 20\d\d$/);
    expect((await days.boundingBox())?.height, await days.innerText()).toBeLessThan(30); // one line
    expect((await newest())?.parameters).toMatchObject({ group_ids: [71, 99], rounding: -1 });
    await page.keyboard.press("Escape");
    await page.getByText("Design & UX and group 99 · rounded down").waitFor();
  });

  it("has nothing that axe finds serious, cuts nothing and does not scroll sideways, in the light and in the dark", async () => {
    const days = { start_date: "2026-09-01", end_date: "2026-09-30" };
    await product.post("profitability/projects.csv", { ...days, currency: "usd" }); // for profitability to have two
    const look = async (what: string, scope?: string) => {
      for (const { colorScheme, width, ...more } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        const where = `${what} in the ${colorScheme}, ${width} pixels`;
        const violations = await axeViolations(page, { scope, exclude, ...more });
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, html }) => `${where}: ${id} at ${html}`)).toEqual([]);
        const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await page.evaluate(overflow), where).toBe(0);
        expect(await page.evaluate(cutChoices), where).toEqual([]);
        expect(await page.evaluate(brokenTimes), where).toEqual([]);
        expect((await page.locator("nav").boundingBox())?.height, where).toBeLessThan(45); // one line
      }
    };
    await page.setViewportSize({ width: 360, height: 800 });
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    await page.getByText("Table and picture of All projects by day").click();
    await page.locator(".row-button").first().click();
    await page.locator(".chart-row svg").waitFor();
    await page.getByRole("slider").first().focus();
    await look("trends");
    await page.locator(".name-filter summary").first().click();
    await look("the names to choose from");
    await open("exports");
    await page.locator("[data-export] time").first().waitFor();
    await look("exports");
    await page.getByRole("button", { name: "Make an export" }).click();
    await page.getByLabel("Currency").waitFor();
    await page.getByText("Only some of it").click();
    await look("the form");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Profitability of projects" }).first().click();
    await page.getByText("Sent to Toggl").waitFor();
    await look("an export");
    await open("profitability");
    await page.getByLabel("Beside it").selectOption({ index: 1 });
    await page.getByText("Total of all rows").waitFor();
    await look("profitability");
    await open("schedules");
    const backfill = page.getByRole("button", { name: "Backfill… monthly-profitability" });
    await backfill.waitFor();
    await look("schedules");
    await backfill.click();
    await look("the backfill");
  }, 120_000);
});

function sum(item: TrendItem | undefined): number {
  return (item?.current_period_seconds ?? []).reduce((total: number, seconds) => total + (seconds ?? 0), 0);
}
