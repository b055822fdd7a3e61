import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportAnswer, type Product, startProduct, workspaceId } from "../e2e/product.ts";
import { reportedCases } from "../reported/reported-cases.ts";
import { hasBrowser, openBrowser, reboundName } from "./browser.ts";

const body = '{"start_date":"2026-10-01","end_date":"2026-10-31"}';
const trends = `workspace/${workspaceId}/data_trends/projects`;
const file = `workspace/${workspaceId}/trends/projects.csv`;

describe.runIf(hasBrowser)("pages of other sites, in a browser", () => {
  let product: Product;
  let browser: Browser;
  let site: Server;
  let made: ExportAnswer;

  beforeAll(async () => {
    site = createServer((_, response) =>
      response.setHeader("content-type", "text/html").end("<title>Elsewhere</title>"),
    );
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    [product, browser] = await Promise.all([startProduct(), openBrowser()]);
    made = (await (await product.post("trends/projects.csv", body)).json()) as ExportAnswer;
  });
  afterAll(async () => {
    await product.close();
    site.close();
  });

  const sitePort = () => (site.address() as AddressInfo).port;
  const api = () => product.local.url;
  const rebound = (url: string) => url.replace("127.0.0.1", reboundName);

  interface Attack {
    /** Where the page is. */
    readonly from: string;
    /** What it does, as JavaScript. */
    readonly act: string;
    /** Whose answer counts. */
    readonly to: string;
  }

  /** What the attacked server answered, and how often Toggl was asked for it. */
  async function outcome({ from, act, to }: Attack): Promise<string> {
    const context = await browser.newContext();
    const page: Page = await context.newPage();
    const answers: string[] = [];
    await page.goto(from);
    const asked = product.simulator.requests.length;
    const answered = new Promise<void>((resolve) => {
      const note = (url: string, answer: string) => {
        if (!url.startsWith(to)) return;
        answers.push(answer);
        resolve();
      };
      context.on("response", (response) => note(response.url(), `${response.status()}`));
      context.on("requestfailed", (request) => note(request.url(), "nothing for the page"));
    });
    await page.evaluate(act).catch(() => {}); // a form takes the page away under it
    await answered;
    await context.close();
    const requests = product.simulator.requests.length - asked;
    return `${answers[0]}, ${requests === 0 ? "Toggl not asked" : "Toggl asked"}`;
  }

  const elsewhere = (host = reboundName) => `http://${host}:${sitePort()}/`;
  const posted = (path: string, more = "") =>
    `fetch(${JSON.stringify(`${api()}/${path}`)}, { method: "POST", mode: "no-cors", body: ${JSON.stringify(body)} ${more}})`;
  const form = (method: string, path: string, type: string) => `{
    const form = document.createElement("form");
    Object.assign(form, { method: "${method}", action: "${api()}/${path}", enctype: "${type}" });
    const field = document.createElement("input");
    Object.assign(field, { name: '{"start_date":"2026-10-01","x":"', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  }`;
  const element = (name: string, attribute: string, path: string) => `{
    const element = document.createElement("${name}");
    element.${attribute} = "${api()}/${path}";
    document.body.append(element);
  }`;
  const attack = (act: () => string, from = elsewhere, to = api) => ({ act, from, to });
  const names = `workspace/${workspaceId}/names`;
  const refused = "403, Toggl not asked";
  const unseen = "nothing for the page, Toggl not asked";

  const attacks: readonly (readonly [string, string, ReturnType<typeof attack>, string?])[] = [
    ["no-cors POST for trends", "200, Toggl asked", attack(() => posted(trends))],
    ["no-cors POST for a file", "201, Toggl asked", attack(() => posted(file))],
    ["no-cors POST with cookies", "201, Toggl asked", attack(() => posted(file, ', credentials: "include"'))],
    ["POST as a form", "400, Toggl not asked", attack(() => form("post", file, "application/x-www-form-urlencoded"))],
    ["POST as a form of plain text", "400, Toggl not asked", attack(() => form("post", file, "text/plain"))],
    ["POST as a form with parts", "400, Toggl not asked", attack(() => form("post", file, "multipart/form-data"))],
    ["beacon", "201, Toggl asked", attack(() => `navigator.sendBeacon("${api()}/${file}", '${body}')`)],
    [
      "POST from another port here",
      "201, Toggl asked",
      attack(
        () => posted(file),
        () => elsewhere("127.0.0.1"),
      ),
    ],
    [
      "POST from another name here",
      "201, Toggl asked",
      attack(
        () => posted(file),
        () => elsewhere("localhost"),
      ),
    ],
    ["image of the names", "nothing for the page, Toggl asked", attack(() => element("img", "src", names)), unseen],
    ["frame around the console", "200, Toggl not asked", attack(() => element("iframe", "src", ""))],
    ["GET by a form, for the names", "200, Toggl not asked", attack(() => form("get", names, "text/plain"))],
    ["link to the names", "200, Toggl not asked", attack(() => `location = "${api()}/${names}"`)],
    [
      "POST that steers the simulator",
      "200, Toggl not asked",
      attack(
        () =>
          `fetch("${product.local.toggl.url}/simulator/faults", { method: "POST", mode: "no-cors", body: '{"fault":"gone"}' })`,
        elsewhere,
        () => product.local.toggl.url,
      ),
    ],
    [
      "GET of the S3 endpoint",
      "403, Toggl not asked",
      attack(
        () => `fetch("${product.local.s3Url}/x/y", { mode: "no-cors" })`,
        elsewhere,
        () => product.local.s3Url,
      ),
    ],
    [
      "console by a rebound name",
      "421, Toggl not asked",
      attack(
        () => "location.reload()",
        () => rebound(`${api()}/`),
        () => rebound(api()),
      ),
      "421, Toggl not asked",
    ],
    [
      "history by a rebound name",
      "200",
      attack(
        () => `fetch("/workspace/${workspaceId}/exports")`,
        () => rebound(`${api()}/`),
        () => rebound(`${api()}/workspace`),
      ),
      "421, Toggl not asked",
    ],
    [
      "POST by a rebound name",
      "200, Toggl asked",
      attack(
        () =>
          `fetch("/${trends}", { method: "POST", headers: { "content-type": "application/json" }, body: '${body}' })`,
        () => rebound(`${api()}/`),
        () => rebound(`${api()}/workspace`),
      ),
      "421, Toggl not asked",
    ],
    [
      "simulator by a rebound name",
      "200, Toggl not asked",
      attack(
        () => `fetch("/simulator/requests")`,
        () => rebound(`${product.local.toggl.url}/`),
        () => rebound(`${product.local.toggl.url}/simulator`),
      ),
      "421, Toggl not asked",
    ],
    [
      "S3 by a rebound name",
      "403, Toggl not asked",
      attack(
        () => "location.reload()",
        () => rebound(`${product.local.s3Url}/`),
        () => rebound(product.local.s3Url),
      ),
      "421, Toggl not asked",
    ],
  ];

  reportedCases(
    "Pages of other sites reach nothing of what npm start serves",
    attacks.map(([name, before, { act, from, to }, right = refused]) => ({
      name,
      before,
      right,
      now: () => outcome({ act: act(), from: from(), to: to() }),
    })),
  );

  /** Waits until the console has all its answers: what it has Toggl asked for is not an attack's. */
  const hasAsked = (page: Page) => page.waitForLoadState("networkidle");

  it("may link to the console, and to a file's address that stays", async () => {
    const page = await browser.newPage({ acceptDownloads: true });
    const click = async (address: string) => {
      await page.goto(elsewhere());
      await page.evaluate(`document.body.innerHTML = '<a href="${address}">there</a>'`);
      await page.getByText("there").click();
    };
    await click(`${api()}/#/exports`);
    await page.getByRole("heading", { name: "Exports" }).waitFor();
    await hasAsked(page);
    const downloading = page.waitForEvent("download");
    await click(`${api()}/workspace/${workspaceId}/exports/${made.id}/file`);
    expect(sha256(readFileSync(await (await downloading).path()))).toBe(made.file.sha256);
    await page.close();
  });

  it("do not keep the console from downloading, from S3's own address", async () => {
    const page = await browser.newPage({ acceptDownloads: true });
    await page.goto(`${api()}/#/exports`);
    const row = page.locator(`[data-export="${made.id}"]`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      row.getByRole("button", { name: /^Download/ }).click(),
    ]);
    await hasAsked(page);
    expect(new URL(download.url()).origin).toBe(product.local.s3Url);
    expect(sha256(readFileSync(await download.path()))).toBe(made.file.sha256);
    await page.close();
  });

  it("do not keep curl from anything", async () => {
    const curl = (...words: string[]) => promisify(execFile)("curl", ["-s", "-w", " %{http_code}", ...words]);
    expect((await curl(`${api()}/${file}`, "-d", body)).stdout).toMatch(/"status":"succeeded"[\s\S]* 201$/);
    expect((await curl(`${api()}/${names}`.replace("127.0.0.1", "localhost"))).stdout).toMatch(/ 200$/);
    const steered = await curl(`${product.local.toggl.url}/simulator/size`, "-d", '{"bytes":0}');
    expect(steered.stdout).toBe('{"bytes":0} 200');
  });
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
