import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallApi } from "../../client/call-api.ts";
import { buildPage } from "../../console/build-page.ts";
import { startConsole } from "../../console/start-console.ts";
import type { Listening } from "../../local/listening.ts";
import { hasBrowser, openPage, type WatchedPage } from "./browser.ts";

/** What a name could do in a page that takes it for markup. */
const markup = `<img src=x onerror="window.owned=1"><script>window.owned=1</script></title><b>&amp;"'`;
const openApi = readFileSync("docs/openapi.json", "utf8");
const exported = {
  id: "01KB0M8Q4T2V6X9ZC3E5G7J1NR",
  status: "queued",
  report: "profitability/projects",
  format: "csv",
  requested_by: "http",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  created_at: "2026-11-01T06:00:00Z",
};
const made = {
  ...exported,
  status: "succeeded",
  requested_with: "command-line",
  completed_at: "2026-11-01T06:00:05Z",
  file: { bucket: "b", key: "k", bytes: 7, sha256: "aa", content_type: "text/csv" },
};
const problem = { title: "Out of order", detail: "S3 does not answer.", code: "storage_unavailable", retryable: true };

describe.runIf(hasBrowser)("somebody at the keyboard of the console", () => {
  let served: Listening;
  let watched: WatchedPage;
  let page: Page;
  /** Days that trends were asked for, oldest first. */
  let asked: string[];
  let bodies: Record<string, unknown>[];
  let keys: string[];
  let history: () => Response;
  let single: () => Response;
  let schedules: object[];

  beforeAll(async () => {
    const callApi: CallApi = async (method, path, init = {}) => {
      const [, workspace = "", what = ""] = /^\/workspace\/(\d+)\/([^?]*)/.exec(path) ?? [];
      if (path === "/openapi.json") return new Response(openApi, { headers: { "content-type": "application/json" } });
      if (what === "names") return Response.json({ projects: { 7: markup }, users: {} });
      if (what === "schedules") return Response.json({ schedules });
      if (what === "exports") return history();
      if (what.startsWith("exports/")) return single();
      const body = JSON.parse(init.body ?? "{}") as Record<string, string>;
      if (method === "POST" && what !== "data_trends/projects") {
        bodies.push(body);
        keys.push(init.headers?.["idempotency-key"] ?? "");
        return Response.json(exported, { status: 202 });
      }
      asked.push(`${workspace}: ${body.start_date} to ${body.end_date}, before from ${body.previous_period_start}`);
      const seconds = Array.from({ length: 5 }, (_, at) => at * 3600);
      const item = { current_period_seconds: seconds, previous_period_seconds: seconds };
      return Response.json([{ project_id: 7, ...item }]);
    };
    const workspaces = [1, 2, 3].map((id) => ({ id, name: id === 2 ? markup : `W${id}` }));
    const options = { callApi, workspaces, api: "the API", port: 0, loadPage: buildPage };
    served = await startConsole(options);
  });
  afterAll(() => served.close());
  beforeEach(async () => {
    [asked, bodies, keys, schedules] = [[], [], [], []];
    history = () => Response.json({ exports: [] });
    single = () => Response.json(exported);
    watched = await openPage();
    page = watched.page;
    await page.clock.install({ time: "2026-11-15T12:00:00Z" });
  });
  afterEach(async () => {
    expect(watched.faults).toEqual([]);
    await page.context().close();
  });

  const open = (hash: string) => page.goto(`${served.url}/#/${hash}`);
  const entries = () => page.evaluate("history.length");
  /** Opens October's trends, and forgets what was asked for them. */
  async function openOctober(more = "") {
    await open(`trends?period=custom&from=2026-10-01&to=2026-10-31${more}`);
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    asked.length = 0;
    await stopClock();
    return entries();
  }
  /** From now on time passes only as a test says, however long a busy machine takes for each key. */
  async function stopClock() {
    await page.clock.pauseAt(((await page.evaluate("Date.now()")) as number) + 1000);
  }
  /** The keys that somebody presses: month, day, year. */
  async function type(label: string, keys: string) {
    const field = page.getByLabel(label, { exact: true });
    await field.focus();
    await field.press("Home");
    for (const key of keys) await page.keyboard.press(key);
    return field;
  }
  async function settled(days: string) {
    await page.clock.resume();
    await expect.poll(() => asked).toEqual([`1: ${days}`]);
  }

  it("types a date, and it counts once when the keyboard rests", async () => {
    const before = await openOctober();
    const field = await type("From", "09152026");
    await page.clock.runFor(599);
    expect({ asked, value: await field.inputValue() }).toEqual({ asked: [], value: "2026-09-15" });
    await page.clock.runFor(1);
    await settled("2026-09-15 to 2026-10-31, before from 2026-07-30");
    expect(page.url()).toContain("from=2026-09-15&to=2026-10-31");
    expect(await entries()).toBe(before);
    expect(await field.inputValue()).toBe("2026-09-15");
    await page.keyboard.press("ArrowUp"); // the field was not taken away: its year is still under the keys
    expect(await field.inputValue()).toBe("2027-09-15");
  });

  it.each(["Enter", "Tab"])("has a date count at once with %s", async (key) => {
    const before = await openOctober();
    await type("To", "10152026");
    if (key === "Enter") await page.keyboard.press("Enter");
    else await page.getByLabel("Compared with").focus();
    await settled("2026-10-01 to 2026-10-15, before from 2026-09-01");
    expect(await entries()).toBe(before);
  });

  it.each([
    ["From", "10010006", "“From” must be from 2006-01-01 to 2099-12-31."],
    ["From", "10011026", "“From” must be from 2006-01-01 to 2099-12-31."],
    ["From", "12312005", "“From” must be from 2006-01-01 to 2099-12-31."],
    ["To", "10012100", "“To” must be from 2006-01-01 to 2099-12-31."],
    ["From", "11012026", "“From” must not be after “To”."],
    ["From", "10012020", "A period may have 1096 days at most; these are 2222."],
  ])("is told at the field %s after %s what is wrong, and Toggl is not asked", async (label, keys, fault) => {
    await openOctober();
    const field = await type(label, keys);
    await page.clock.runFor(700);
    await page.getByText(fault).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(asked).toEqual([]);
    expect(page.url()).toContain("from=2026-10-01&to=2026-10-31");
  });

  it("may move both days, one after the other, past each other", async () => {
    await openOctober();
    await type("From", "11012026");
    await type("To", "11102026");
    await page.clock.runFor(700);
    await settled("2026-11-01 to 2026-11-10, before from 2026-10-01");
  });

  it("types the first day to compare with in the same way", async () => {
    const before = await openOctober("&compare=custom&previous=2026-08-01");
    const field = await type("First day", "07010006");
    await page.clock.runFor(700);
    await page.getByText("“First day” must be from 2006-01-01").waitFor();
    expect(asked).toEqual([]);
    await field.press("Home");
    for (const key of "07012026") await page.keyboard.press(key);
    await page.clock.runFor(700);
    await settled("2026-10-01 to 2026-10-31, before from 2026-07-01");
    expect(await entries()).toBe(before);
  });

  it.each([
    ["from=0006-01-01&to=2026-10-31", "“From” must be from 2006-01-01"],
    ["from=1026-01-01&to=1026-01-02", "“From” must be from 2006-01-01"],
    ["from=2006-01-01&to=2099-12-31", "may have 1096 days at most"],
    ["from=2026-10-01&to=9999-12-31", "“To” must be from"],
    ["from=+002026-10-01&to=2026-10-02", "“From” must be a day"],
  ])("has an address with %s answered with a sentence and four weeks", async (days, fault) => {
    await open(`trends?period=custom&${days}`);
    await page.getByText(fault).first().waitFor();
    await settled("2026-10-18 to 2026-11-14, before from 2026-09-20");
  });

  it("goes through a list with the arrow keys, and only where they rest counts", async () => {
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    asked.length = 0;
    await stopClock();
    const before = await entries();
    await page.getByRole("combobox", { name: "Period" }).focus();
    for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowDown");
    await page.clock.runFor(599);
    expect(asked).toEqual([]);
    await page.clock.runFor(1);
    await settled("2026-10-01 to 2026-10-31, before from 2026-09-01");
    expect(await entries()).toBe(before);
  });

  it("goes through workspaces in the same way, in their order", async () => {
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    asked.length = 0;
    const list = page.getByLabel("Workspace");
    expect(await list.locator("option").allInnerTexts()).toEqual(["W1", markup, "W3"]);
    await list.focus();
    for (const _ of [1, 2]) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect.poll(() => asked.map((one) => one.slice(0, 2))).toEqual(["3:"]);
  });

  it("chooses with the pointer, and it counts at once and can be gone back from", async () => {
    await open("trends");
    await page.getByRole("heading", { name: "Biggest changes" }).waitFor();
    asked.length = 0;
    const before = Number(await entries());
    const list = page.getByRole("combobox", { name: "Period" });
    await list.selectOption("previous-month");
    await settled("2026-10-01 to 2026-10-31, before from 2026-09-01");
    expect(await entries()).toBe(before + 1);
    await page.goBack();
    await expect.poll(() => list.inputValue()).toBe("last-28-days");
  });

  it("keeps the history in sight when looking again fails, and goes on looking", async () => {
    const answers = [
      () => Response.json(problem, { status: 503 }),
      () => Response.json(problem, { status: 503, headers: { "retry-after": "10" } }),
      () => Response.json(made),
    ];
    let looks = 0;
    history = () => Response.json({ exports: [{ ...exported, status: "running" }] });
    single = () => (answers[looks++] ?? answers[2])?.() ?? Response.error();
    await open("exports");
    const row = page.locator(`[data-export="${exported.id}"]`);
    await row.waitFor();
    const alert = page.getByText("S3 does not answer.");
    await page.clock.runFor(3000);
    await alert.waitFor();
    expect(await alert.innerText()).toContain("What is shown stays, and the page goes on looking.");
    expect(await row.count()).toBe(1);
    await page.clock.runFor(3000);
    await page.getByText("Wait 10 seconds first.").waitFor();
    expect({ rows: await row.count(), looks }).toEqual({ rows: 1, looks: 2 });
    await page.clock.runFor(5000);
    expect(looks).toBe(2);
    await page.clock.runFor(5000);
    await row.locator(".badge.succeeded").waitFor(); // while it is under way, the row says "Running"
    expect(await alert.count()).toBe(0);
  });

  it("looks at what is under way wherever it is in the history, and has it on top", async () => {
    const old = { ...exported, id: "01J00000000000000000000001", status: "running" };
    const newer = Array.from({ length: 30 }, (_, at) => ({ ...made, id: `01KB0M8Q4T2V6X9ZC3E5G7J1${10 + at}` }));
    history = () => Response.json({ exports: [...newer, old] });
    single = () => Response.json({ ...made, id: old.id, completed_at: "2026-11-15T12:00:09Z" });
    await open("exports");
    const rows = page.locator("[data-export]");
    await expect.poll(() => rows.count()).toBe(20);
    expect(await rows.first().innerText()).toContain("Running");
    await page.clock.runFor(3000);
    await expect.poll(() => rows.first().innerText()).toContain("Succeeded"); // it was made last, so it stays there
    expect(await rows.first().getAttribute("data-export")).toBe(old.id);
  });

  it("keeps a list in sight that cannot be read again, says so, and reads it again by itself", async () => {
    history = () => Response.json({ exports: [made] });
    await open("exports");
    const row = page.locator(`[data-export="${exported.id}"]`);
    await row.waitFor();
    history = () => Response.json(problem, { status: 503 });
    await page.getByRole("link", { name: "Schedules" }).click();
    await page.getByText("This workspace has no schedules.").waitFor();
    await page.getByRole("link", { name: "Exports" }).click();
    await page.getByText(/S3 does not answer\..*What is shown was read at .*; it is read again by itself\./).waitFor();
    expect(await row.count()).toBe(1);
    history = () => Response.json({ exports: [made] });
    await page.clock.runFor(10_000);
    await expect.poll(() => page.getByText("S3 does not answer.").count()).toBe(0);
  });

  it("has an export at its own address, from where one comes back to the list as it was", async () => {
    const workbook = { ...made, format: "xlsx" };
    history = () => Response.json({ exports: [workbook] });
    single = () => Response.json(workbook);
    await open("exports?status=succeeded");
    await page.getByRole("link", { name: "Profitability of projects" }).click();
    await page.getByText("Sent to Toggl").waitFor();
    expect(page.url()).toContain(`#/exports/${made.id}?status=succeeded`);
    const whereOneIs = () => page.evaluate("document.activeElement.localName + document.title");
    await expect.poll(whereOneIs).toBe("h1Export · Toggl Insights");
    expect(await page.locator(".details").innerText()).toMatch(/Asked by\s+Command line/);
    await page.getByRole("link", { name: "All exports" }).click();
    await page.locator(`tr[data-export="${made.id}"]`).waitFor();
    expect(await page.getByLabel("Status").inputValue()).toBe("succeeded");
  });

  it("runs an export again in three clicks, in another currency, and keeps that for the next time", async () => {
    const asked = { ...made.parameters, currency: "usd", project_ids: [7], resolution: "week" };
    history = () => Response.json({ exports: [{ ...made, parameters: asked }] });
    await open("exports");
    await page.getByRole("button", { name: /^Run again/ }).click();
    const dialog = page.getByRole("dialog", { name: "Make an export again" });
    await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("currency");
    await dialog.getByLabel("Currency").selectOption("eur");
    await dialog.getByRole("button", { name: "Make it" }).click();
    await expect.poll(() => bodies).toEqual([{ ...asked, currency: "eur" }]);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("button", { name: "Make an export" }).click();
    expect(await page.getByRole("dialog").getByLabel("Currency").inputValue()).toBe("eur");
  });

  it("sees a queued export in the list, and has the form again as it was after one that failed", async () => {
    await open("exports");
    await page.getByText("Nothing has been exported yet.").waitFor();
    await page.getByRole("button", { name: "Make an export" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Format").selectOption("xlsx");
    await dialog.getByLabel("Currency").selectOption("chf");
    await dialog.getByText("Only some of it").click();
    await dialog.getByRole("checkbox", { name: markup }).check();
    await dialog.getByLabel("Client ids").fill("7, 8");
    await dialog.getByRole("button", { name: "Make it" }).click();
    await page.locator(`[data-export="${exported.id}"]`).waitFor(); // though no list has it
    await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("progress");
    single = () => Response.json({ ...exported, status: "failed", completed_at: exported.created_at, problem });
    await page.clock.runFor(3000);
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Back to the form");
    await dialog.getByRole("button", { name: "Back to the form" }).click();
    expect(await dialog.getByLabel("Format").inputValue()).toBe("xlsx");
    expect(await dialog.getByLabel("Currency").inputValue()).toBe("chf");
    expect(await dialog.getByRole("checkbox", { name: markup }).isChecked()).toBe(true);
    expect(await dialog.getByLabel("Client ids").inputValue()).toBe("7, 8");
    expect(await dialog.getByRole("alert").last().innerText()).toContain(problem.detail);
    await dialog.getByRole("button", { name: "Make it" }).click();
    await expect.poll(() => bodies.length).toBe(2);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(new Set(keys).size).toBe(2); // a failed one is not what is asked for once more
  });

  it("sees names with markup as text, everywhere", async () => {
    history = () =>
      Response.json({
        exports: [{ ...exported, status: "failed", schedule: markup, problem: { ...problem, detail: markup } }],
      });
    schedules = [
      {
        name: markup,
        report: markup,
        formats: [markup],
        cron: markup,
        time_zone: "UTC",
        enabled: true,
        period: markup,
        refresh_previous: 0,
      },
    ];
    const seen = async (hash: string, count: number) => {
      await open(hash);
      await expect.poll(() => page.getByText(markup).count()).toBeGreaterThanOrEqual(count);
      expect(
        await page.evaluate("[window.owned, document.querySelectorAll('img, script:not([src]), b').length]"),
      ).toEqual([undefined, 0]);
    };
    await seen("trends?workspace=2&project=7", 3);
    const labels = (await page.getByRole("img").all()).map((one) => one.getAttribute("aria-label"));
    expect((await Promise.all(labels)).join("\n")).toContain(markup);
    await page.getByText("Table and picture").first().click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as SVG" }).first().click(),
    ]);
    const svg = readFileSync(await download.path(), "utf8");
    expect(svg).toContain("&lt;img src=x");
    expect(svg).not.toMatch(/<(img|script|b)\b/);
    await seen(`exports?workspace=2&schedule=${encodeURIComponent(markup)}`, 3);
    await seen("schedules?workspace=2", 3);
    await seen(`nope${encodeURIComponent(markup)}`, 1);
    await seen(`trends?workspace=${encodeURIComponent(markup)}`, 1);
  });
});
