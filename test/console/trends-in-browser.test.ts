import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPage } from "../../console/build-page.ts";
import { startConsole } from "../../console/start-console.ts";
import type { Listening } from "../../local/listening.ts";
import { bigWorkspace, longName } from "./big-workspace.ts";
import { hasBrowser, openPage, type WatchedPage } from "./browser.ts";

const october = "trends?period=previous-month";

describe.runIf(hasBrowser)("the trends of a workspace, in a browser", () => {
  let served: Listening;
  let watched: WatchedPage;
  let page: Page;
  let projects: number;
  /** Bodies of requests for trends, oldest first. */
  let asked: Record<string, unknown>[];
  /** Has the API wait with trends. */
  let held: Promise<void> | undefined;

  beforeAll(async () => {
    const callApi = async (_: string, path: string, init: { body?: string | undefined } = {}) => {
      if (path.endsWith("/data_trends/projects")) {
        asked.push(JSON.parse(init.body ?? "{}"));
        await held;
      }
      return bigWorkspace({ projects }, path, init);
    };
    const workspaces = [1, 2].map((id) => ({ id, name: `W${id}` }));
    const options = { callApi, workspaces, api: "the API", port: 0, loadPage: buildPage };
    served = await startConsole(options);
  });
  afterAll(() => served.close());
  beforeEach(async () => {
    [projects, asked, held] = [220, [], undefined];
    await openAt(1280);
  });
  afterEach(async () => {
    expect(watched.faults).toEqual([]);
    await page.context().close();
  });

  async function openAt(width: number, timezoneId?: string) {
    await page?.context().close();
    watched = await openPage({ viewport: { width, height: 800 }, timezoneId });
    page = watched.page;
    await page.clock.setFixedTime("2026-11-25T12:00:00Z");
  }
  const open = (hash: string) => page.goto(`${served.url}/#/${hash}`);
  const rows = () => page.locator(".trend-table tbody tr:not(.waiting, .chart-row)");
  const rowNames = () => page.locator(".row-button").allInnerTexts();
  async function openTrends(hash = october) {
    await open(hash);
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
  }
  const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
  const cellsOf = (column: string) => page.locator(`tbody [data-column="${column}"]`).allInnerTexts();
  const numbers = (texts: readonly string[]) => texts.map((text) => Number(text.replaceAll(/[^\d.+-]/g, "")));

  describe("the table", () => {
    it("comes first and has twenty rows, on a few screens, until all are asked for", async () => {
      await openTrends();
      expect(await rows().count()).toBe(20);
      const height = () => page.evaluate("document.documentElement.scrollHeight");
      expect(await height()).toBeLessThan(3200);
      const top = async (name: string) =>
        (await page.getByRole("heading", { name, exact: true }).boundingBox())?.y ?? 0;
      expect(await top("Projects")).toBeLessThan(await top("Biggest changes"));
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await height()).toBeLessThan(6000);
      await page.getByRole("button", { name: "Show all 220 projects" }).click();
      expect(await rows().count()).toBe(220);
      await page.getByRole("button", { name: "Show 20 projects" }).click();
      expect(await rows().count()).toBe(20);
    });

    it("tells names of sixty letters apart, in the table and in the chart of changes", async () => {
      await openTrends(`${october}&rows=all`);
      await page.getByTitle(longName(1001)).first().waitFor();
      const names = await rowNames();
      expect(new Set(names).size).toBe(220);
      expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(32);
      const cut = "[...document.querySelectorAll('.row-button')].filter((one) => one.scrollWidth > one.clientWidth)";
      expect(await page.evaluate(`${cut}.length`)).toBe(0);
      const changes = page.getByRole("img", { name: "Biggest changes" }).locator("text", { hasText: "…" });
      const drawn = await changes.evaluateAll((texts) => texts.map(({ textContent }) => textContent));
      expect(new Set(drawn).size).toBe(12);
    });

    it("has ids until names come, and waits for none", async () => {
      let release = () => {};
      const names = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/names", async (route) => {
        await names;
        await route.continue();
      });
      await openTrends(`${october}&rows=all`);
      expect(await rowNames()).toContain("Project 1001");
      release();
      await page.getByTitle(longName(1001)).first().waitFor();
    });

    it("is sorted by every column, down and up, and its address says how", async () => {
      await openTrends();
      const hoursOf = async () => numbers(await cellsOf("hours"));
      const sorted = (values: readonly number[]) => [...values].sort((a, b) => b - a);
      expect(await hoursOf()).toEqual(sorted(await hoursOf()));
      expect(await head("Hours").getAttribute("aria-sort")).toBe("descending");
      for (const [name, column] of [
        ["Before", "before"],
        ["Change", "change"],
        ["Change %", "share"],
        ["A day", "average"],
        ["A day %", "average-change"],
        ["People", "people"],
      ] as const) {
        await head(name).getByRole("button").click();
        await expect.poll(() => head(name).getAttribute("aria-sort")).toBe("descending");
        const down = numbers(await cellsOf(column));
        expect(down, name).toEqual(sorted(down));
        await head(name).getByRole("button").click();
        await expect.poll(() => head(name).getAttribute("aria-sort")).toBe("ascending");
        const up = numbers(await cellsOf(column));
        expect(up, name).toEqual(sorted(up).reverse());
        expect(down[0]).toBeGreaterThan(up[0] ?? 0);
      }
      expect(page.url()).toContain("sort=people");
      await head("Project").getByRole("button").click();
      expect((await page.locator(".row-button").first().getAttribute("title"))?.startsWith("Brinkmann")).toBe(true);
      expect(asked).toHaveLength(1);
    });

    it("sorts 220 rows in nine tenths of the processor's time that drawing 200 of them takes, or less", async () => {
      await openTrends();
      await expect.poll(async () => (await rowNames()).some((name) => name.startsWith("Project "))).toBe(false); // each name that comes draws its row
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable", { timeDomain: "threadTicks" });
      const spent = async () => {
        const { metrics } = await session.send("Performance.getMetrics");
        const wanted = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"];
        return metrics.reduce((sum, { name, value }) => sum + (wanted.includes(name) ? value * 1000 : 0), 0);
      };
      /** What a press costs, until it is drawn (milliseconds of processor time). */
      const costOf = async (button: Locator) => {
        const before = await spent();
        await button.evaluate((one: { click(): void }) => one.click());
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        return (await spent()) - before;
      };
      const drawing: number[] = [];
      const sorting: number[] = [];
      const columns = ["Change", "People", "Before", "A day", "Change %"];
      const isQuick = () => Math.min(...sorting) < 0.9 * Math.min(...drawing); // a busy machine makes the others dearer
      for (let at = 0; at < 5 * columns.length && (at < columns.length || !isQuick()); at++) {
        const column = columns[at % columns.length] ?? "";
        drawing.push(await costOf(page.getByRole("button", { name: "Show all 220 projects" })));
        sorting.push(await costOf(head(column).getByRole("button")));
        expect(await head(column).getAttribute("aria-sort")).not.toBeNull();
        await costOf(page.getByRole("button", { name: "Show 20 projects" }));
      }
      const listed = (times: readonly number[]) => times.map(Math.round).join(", ");
      console.log(
        `Drawing 200 projects takes ${listed(drawing)} ms of processor time, sorting 220 ${listed(sorting)}.`,
      );
      expect(isQuick()).toBe(true);
    });

    it("finds projects by words of their names, and says what they come to", async () => {
      await openTrends();
      await page.getByLabel("Find a project").fill("SUPPORT brinkmann");
      const found = Array.from({ length: 220 }, (_, at) => longName(1001 + at)).filter((name) =>
        /Brinkmann.*Support/.test(name),
      );
      await page.getByRole("rowheader", { name: `${found.length} projects` }).waitFor();
      expect(await page.locator(".row-button").first().getAttribute("title")).toMatch(/^Brinkmann.*Support/);
      expect(await rows().count()).toBe(found.length);
      const total = await page.locator('tfoot [data-column="hours"]').innerText();
      const sum = numbers(await cellsOf("hours")).reduce((all, one) => all + one, 0);
      expect(Math.abs(Number.parseFloat(total.replace(",", "")) - sum)).toBeLessThan(1);
      await page.getByLabel("Find a project").fill("nobody's");
      await page.getByText("No project has “nobody's” in its name.").waitFor();
      await expect.poll(() => page.url()).toContain("find=nobody");
    });
  });

  describe("a row", () => {
    it("opens one large chart, by mouse anywhere in it and by keyboard, and nothing changes its width", async () => {
      await openTrends();
      const widths = () =>
        page.locator(".trend-table thead th").evaluateAll((cells) => cells.map(({ clientWidth }) => clientWidth));
      const before = await widths();
      await rows().nth(2).locator('[data-column="people"]').click({ force: true }); // the name's button lies over it
      await expect.poll(() => page.locator(".chart-row svg").count()).toBe(1);
      expect(await widths()).toEqual(before);
      const chart = await page.locator(".chart-row .plot").boundingBox();
      expect(chart?.width).toBeGreaterThan(1000);
      await page.locator(".row-button").nth(5).focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".row-button").nth(5).getAttribute("aria-expanded")).toBe("true");
      expect(await page.locator(".chart-row").count()).toBe(1);
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".chart-row").count()).toBe(0);
      await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("row-button");
      expect(asked).toHaveLength(1);
    });

    it("has an address, also where it is none of the first twenty", async () => {
      await openTrends(`${october}&sort=name&project=1199`);
      const heading = page.getByRole("heading", { name: longName(1199) });
      await heading.waitFor();
      expect(await rows().count()).toBe(21);
    });
  });

  describe("a chart's crosshair", () => {
    it("says what the chart has where the mouse, a finger or the arrow keys are", async () => {
      projects = 1;
      await openTrends();
      const slider = page.getByRole("slider", { name: "Figures of All projects by day" });
      const tip = page.locator(".crosshair-tip");
      await slider.scrollIntoViewIfNeeded();
      const box = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const right = { x: box.x + box.width - 12, y: box.y + 100 };
      await page.mouse.move(right.x, right.y);
      await expect.poll(() => tip.innerText()).toMatch(/^\s*31 Oct 2026: 0\.0 h\s*$/); // September has no 31st
      await page.mouse.move(box.x + 50, right.y);
      await expect.poll(() => tip.innerText()).toMatch(/1 Oct 2026: [\d.]+ h\s+1 Sept 2026: [\d.]+ h/);
      await page.mouse.move(5, 5);
      await expect.poll(() => tip.count()).toBe(0);

      await slider.focus();
      for (const key of ["ArrowRight", "ArrowRight", "End", "ArrowLeft"]) await page.keyboard.press(key);
      await expect.poll(() => slider.getAttribute("aria-valuetext")).toMatch(/^30 Oct 2026: [\d.]+ h; before, 30 Sept/);
      expect(await slider.getAttribute("aria-valuenow")).toBe("30");
      await page.keyboard.press("Home");
      await expect.poll(() => slider.getAttribute("aria-valuenow")).toBe("1");
      await page.keyboard.press("Escape");
      await expect.poll(() => tip.count()).toBe(0);

      await page.mouse.click(5, 5);
      const touch = await page.context().newCDPSession(page);
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [right] });
      await expect.poll(() => tip.innerText()).toContain("31 Oct 2026");
      const left = { x: box.x + 50, y: right.y };
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [left] });
      await expect.poll(() => tip.innerText()).toMatch(/1 Oct 2026/);
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      expect(await tip.count()).toBe(1); // it stays for the finger to be out of the way
    });

    it("stays on the page at 360 pixels", async () => {
      await openAt(360);
      await openTrends();
      const slider = page.getByRole("slider");
      await slider.focus();
      for (const key of ["Home", "End"]) {
        await page.keyboard.press(key);
        const tip = await page.locator(".crosshair-tip").boundingBox();
        expect(tip?.x).toBeGreaterThanOrEqual(0);
        expect((tip?.x ?? 0) + (tip?.width ?? 0)).toBeLessThanOrEqual(360);
      }
    });
  });

  describe("Toggl", () => {
    it("is asked once in five minutes for the same trends, whatever view one comes from", async () => {
      await openTrends();
      await page.getByRole("combobox", { name: "Period" }).selectOption("month-to-date");
      await expect.poll(() => asked.length).toBe(2);
      await page.getByRole("link", { name: "Exports" }).click();
      await page.getByRole("heading", { name: "Exports", level: 1 }).waitFor();
      await page.getByRole("link", { name: "Trends" }).click();
      await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
      expect(await page.getByRole("combobox", { name: "Period" }).inputValue()).toBe("month-to-date");
      expect(page.url()).toContain("period=month-to-date");
      await page.getByRole("combobox", { name: "Period" }).selectOption("previous-month");
      await page.getByText("1 – 30 Sept 2026, 30 days").waitFor();
      expect(asked.map(({ start_date }) => start_date)).toEqual(["2026-10-01", "2026-11-01"]);
      await page.getByRole("button", { name: "Ask again" }).click();
      await expect.poll(() => asked.length).toBe(3);
      await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
      await page.clock.setFixedTime("2026-11-25T12:05:01Z");
      await page.getByRole("combobox", { name: "Period" }).selectOption("month-to-date");
      await expect.poll(() => asked.length).toBe(4);
    });

    it("is asked for billable hours, and not for projects, which are chosen on the page", async () => {
      await openTrends();
      const total = () => page.locator('[data-figure="total"]').innerText();
      const all = await total();
      await page.getByText("Projects", { exact: true }).first().click();
      await page.getByLabel(/^Find in 220/).fill("phase 4 ");
      await page.getByRole("checkbox", { name: longName(1004) }).check();
      await expect.poll(total).not.toBe(all);
      expect(page.url()).toContain("projects=1004");
      expect(await page.locator(".name-filter-value").last().innerText()).toContain("1 of 220");
      expect(await rows().count()).toBe(1);
      expect(await total()).toBe(await page.locator('tbody [data-column="hours"]').innerText());
      expect(asked).toHaveLength(1);
      await page.keyboard.press("Escape");
      await page.getByRole("combobox", { name: "Hours", exact: true }).selectOption("true");
      await expect.poll(() => asked.length).toBe(2);
      expect(asked[1]).toEqual({ ...asked[0], billable: true });
      await page.getByRole("combobox", { name: "Hours", exact: true }).selectOption("false");
      await expect.poll(() => asked[2]).toEqual({ ...asked[0], billable: false });
    });

    it("is not asked for clients either, and those without one can be chosen", async () => {
      await openTrends();
      await page.locator(".name-filter summary").first().click();
      const rowsShown = () => page.locator(".trends-status p").innerText();
      await page.getByRole("checkbox", { name: "Nordwind Logistics Holding" }).check();
      await expect.poll(rowsShown).toMatch(/^73 projects/);
      expect(page.url()).toContain("clients=501");
      await page.getByRole("checkbox", { name: "No client" }).check();
      await expect.poll(rowsShown).toMatch(/^74 projects/);
      await page.getByRole("button", { name: "Show all", exact: true }).first().click();
      await expect.poll(rowsShown).toMatch(/^220 projects/);
      expect(asked).toHaveLength(1);
    });

    it("is asked again after a failure", async () => {
      await page.route("**/data_trends/projects", (route) =>
        route.fulfill({ status: 503, json: { title: "Out of order" } }),
      );
      await open(october);
      await page.getByText("Out of order").waitFor();
      await page.unroute("**/data_trends/projects");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
      expect(asked).toHaveLength(1);
    });
  });

  it.each([220, 1])(
    "what changed with a client since September is four clicks and no more requests, of %s projects",
    async (count) => {
      projects = count;
      await openTrends("trends");
      await page.getByRole("combobox", { name: "Period" }).selectOption({ label: "Previous month" });
      await page.getByText("1 – 30 Sept 2026, 30 days").waitFor();
      await page.locator(".name-filter summary").first().click();
      await page.getByRole("checkbox", { name: "Brinkmann & Partners Consulting" }).check();
      await expect
        .poll(() => page.locator(".trends-status p").innerText())
        .toMatch(count === 1 ? /^1 project,/ : /^74 projects,/);
      await head("Change").getByRole("button").click();
      await page.locator(".row-button").first().click();
      const name = (await page.locator(".row-button").first().getAttribute("title")) ?? "";
      expect(name).toMatch(/^Brinkmann & Partners Consulting – .{20}/);
      await page.getByRole("heading", { name, exact: true }).waitFor();
      const changes = numbers(await cellsOf("change"));
      expect(changes[0]).toBe(Math.max(...changes));
      expect(asked.map(({ start_date }) => start_date)).toEqual(["2026-10-28", "2026-10-01"]);
    },
  );

  describe("while figures come", () => {
    it.each([
      [1280, 220],
      [1280, 1],
      [360, 220],
      [360, 1],
      [360, 220, "Asia/Kathmandu"], // its name is long: GMT+5:45
    ])("nothing moves, at %s pixels with %s projects", async (width, count, zone?: string) => {
      projects = count;
      await openAt(width, zone);
      await page.addInitScript(`
        globalThis.shifts = [];
        new PerformanceObserver((list) => {
          for (const { value, sources } of list.getEntries()) {
            shifts.push(value.toFixed(4) + " " + sources.map(({ node }) => node?.outerHTML?.slice(0, 60)).join(" "));
          }
        }).observe({ type: "layout-shift", buffered: true });
      `);
      let release = () => {};
      held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await open(october);
      await page.locator(".waiting").first().waitFor();
      release();
      await page.locator('.row-button[title*="phase"]').first().waitFor(); // names have come, too
      await page.locator(".overview svg").first().waitFor();
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      const clock = zone ? /asked at 17:45 GMT\+5:45\.$/ : /asked at \d\d:\d\d [A-Z]/;
      expect(await page.locator(".trends-status p").innerText()).toMatch(clock);
      expect(await page.evaluate("shifts")).toEqual([]);
    });
  });

  describe("pictures to take away", () => {
    it("have title, note and legend in them", async () => {
      projects = 3;
      await openTrends(`${october}&project=1002`);
      await page.getByText(`Table and picture of ${longName(1002)}`).click();
      const save = async (name: string) => {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name }).click(),
        ]);
        return readFileSync(await download.path());
      };
      const svg = (await save("Save as SVG")).toString();
      const texts = Array.from(svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g), ([, text]) => text);
      expect(texts.slice(0, 5)).toEqual([
        longName(1002),
        expect.stringMatching(/^[\d.]+ h, [+-][\d.]+ %$/),
        "1 – 31 Oct 2026",
        "1 – 30 Sept 2026",
        "weekend",
      ]);
      expect(svg).toContain(`<title>${longName(1002)}</title>`);
      const [, width, height] = /^<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
      const png = await save("Save as PNG");
      expect(png.readUInt32BE(16) / png.readUInt32BE(20)).toBeCloseTo(Number(width) / Number(height), 2);
    });
  });
});
