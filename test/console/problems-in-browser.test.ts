import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../../console/build-page.ts";
import { onOwnClock } from "../../console/page/wording.ts";
import { startConsole } from "../../console/start-console.ts";
import type { Listening } from "../../local/listening.ts";
import { type ApiProblemCase, apiProblems } from "../faults/api-problems.ts";
import { hasBrowser, openPage, type WatchedPage } from "./browser.ts";

/** Has the page ask again and waits for the alert with this detail, a while: one trip for its words and buttons. */
const askAnew = (hash: string, detail: string) => `(async () => {
  location.hash = ${JSON.stringify(hash)};
  const until = performance.now() + 5000;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const alerts = [...document.querySelectorAll("[role=alert]")];
    const alert = alerts.find((one) => one.innerText.includes(${JSON.stringify(detail)}));
    if (!alert && performance.now() < until) continue;
    const buttons = [...(alert ?? document).querySelectorAll("[role=alert] button")].map((one) => one.innerText);
    return { said: alert?.querySelector("p").innerText.trim() ?? "nothing with this detail", buttons };
  }
})()`;

const cases = await apiProblems();

describe.runIf(hasBrowser)("the console, for an API that answers with a problem", () => {
  let answer: ApiProblemCase | undefined;
  let page: object = { exports: [] };
  let served: Listening;
  let watched: WatchedPage;

  beforeAll(async () => {
    const callApi = async () => (answer ? new Response(answer.body, answer) : Response.json(page));
    const console = { callApi, workspaces: [{ id: 1, name: "Demo" }], api: "the API", port: 0, loadPage: buildPage };
    served = await startConsole(console);
    watched = await openPage();
    await watched.page.goto(`${served.url}/#/exports`);
    await watched.page.getByText("Nothing has been exported yet.").waitFor();
  });
  afterAll(async () => {
    await watched.page.context().close();
    await served.close();
    expect(watched.faults).toEqual([]);
  });

  it.each(cases.map((one, at) => ({ ...one, at })))("$code of the $from: $tells", async ({ at, ...one }) => {
    answer = one;
    const { title, detail: sent, retryable } = JSON.parse(one.body);
    const detail = onOwnClock(sent);
    const shown = await watched.page.evaluate(askAnew(`#/exports?schedule=s${at}`, detail));
    const { said, buttons } = shown as { said: string; buttons: string[] };
    expect(said.slice(0, title.length + 2 + detail.length)).toBe(`${title}. ${detail}`);
    expect(said).toContain(one.tells);
    expect(said).toMatch(/[^.]\.$/);
    expect(said).not.toMatch(/undefined|\[object|NaN|\.\./);
    expect(said).not.toContain(one.code);
    const sentences = said.split(/(?<=[.!?]) /);
    expect(new Set(sentences).size).toBe(sentences.length);
    const wait = one.headers["retry-after"];
    expect(/Wait \d+ seconds first\.$/.exec(said)?.[0]).toBe(wait && `Wait ${wait} seconds first.`);
    expect(buttons).toEqual(retryable ? ["Try again"] : []);
  });

  it("names the records that it cannot show, though there are no others", async () => {
    answer = undefined;
    page = { exports: [], unreadable: ["01KAT4XJ5Q8Z3V7C2B9N0M6R1T"] };
    await watched.page.evaluate('location.hash = "#/exports?schedule=damaged"');
    await watched.page.getByText("One record is damaged and left out: 01KAT4XJ5Q8Z3V7C2B9N0M6R1T.").waitFor();
    expect(await watched.page.getByText("No export fits").count()).toBe(0);
  });
});
