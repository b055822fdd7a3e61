import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../../console/build-page.ts";
import { exampleOf, requestExample } from "../../console/reference/example.ts";
import { type OpenApi, routesOf, type Schema } from "../../console/reference/openapi.ts";
import { referencePage } from "../../console/reference/reference-page.ts";
import { startConsole } from "../../console/start-console.ts";
import type { Listening } from "../../local/listening.ts";
import { schemaValidator } from "../api/schema-validator.ts";
import { axeViolations, hasBrowser, openBrowser } from "./browser.ts";

const document: OpenApi = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
const problem = { code: "invalid_request", status: 400, title: "The request does not fit", retryable: false };
const page = referencePage(document, [problem]);
const idsIn = (html: string) => Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id = ""]) => id);
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** The part of an operation or schema. */
const partOf = (id: string, html = page) =>
  html.split('<article class="panel"').find((part) => part.includes(` id="${id}"`)) ?? "";

describe("the reference", () => {
  it.each(routesOf(document).map((route) => [route.operationId, route] as const))(
    "has %s with its parameters, fields, answers and an example",
    (id, { method, path, summary, parameters = [], requestBody, responses }) => {
      const text = textOf(partOf(id));
      expect(text).toContain(summary);
      expect(text).toContain(`${method} ${path}`);
      for (const { name } of parameters) expect(text).toMatch(new RegExp(`^${name} `, "m"));
      for (const status of Object.keys(responses)) expect(text).toContain(status);
      expect(text).toContain("curl -s http://127.0.0.1:3000/");
      const reference = Object.values(requestBody?.content ?? {})[0]?.schema.$ref ?? "";
      const { properties = {} } = document.components.schemas[reference.replace(/.*\//, "")] ?? {};
      for (const field of Object.keys(properties)) expect(text).toMatch(new RegExp(`^${field} `, "m"));
    },
  );

  it("has every schema and every problem's code, with what is known of it", () => {
    const ids = idsIn(page);
    for (const name of Object.keys(document.components.schemas)) expect(ids).toContain(`schema-${name}`);
    const codes = document.components.schemas.Problem?.properties?.code?.enum ?? [];
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(ids).toContain(`problem-${code}`);
    expect(textOf(page)).toContain("invalid_request 400\nThe request does not fit.");
  });

  it("says what a value may be", () => {
    const text = textOf(partOf("list_exports"));
    expect(text).toContain("default 20 · 1 to 100");
    expect(text).toContain("one of queued running deferred succeeded failed");
    expect(text).toContain("Only what this schedule made.not empty");
    expect(textOf(partOf("create_profitability_projects_csv"))).toContain("currency string required");
  });

  it("names each place once, and every link in it leads to one", () => {
    const ids = idsIn(page);
    expect(new Set(ids).size).toBe(ids.length);
    const links = Array.from(page.matchAll(/ href="#([^"]+)"/g), ([, id = ""]) => id);
    expect(links.length).toBeGreaterThan(60);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has no script, no style of its own, and nothing from elsewhere", () => {
    expect(page).not.toMatch(/<script|<style| style=| on\w+=|(?:src|href)="(?!#|\/assets\/)/);
  });

  it("shows text as text, whatever is in it", () => {
    const odd: OpenApi = {
      info: { title: "T", version: "<1>" },
      paths: {
        "/a": { get: { operationId: "a", tags: ["A & B"], summary: '<img src=x onerror="1">', responses: {} } },
      },
      components: { schemas: { One: { type: "string", description: "`<b>` & 'more'" } } },
    };
    const html = referencePage(odd, []);
    expect(html).not.toMatch(/<img|<b>|<1>/);
    expect(textOf(html)).toContain("<b> & 'more'");
    expect(textOf(html)).toContain('<img src=x onerror="1">');
  });

  it("shows the forms that a schema has, each by what tells it from the others", () => {
    const form = (status: string, more: object): Schema => ({
      type: "object",
      properties: { status: { const: status }, ...more },
      required: ["status"],
    });
    const forms: Schema = {
      oneOf: [form("deferred", { resumes_at: { type: "string", format: "date-time" } }), form("succeeded", {})],
    };
    const both: Schema = {
      allOf: [{ $ref: "#/components/schemas/Forms" }, { properties: { link: { type: "string" } } }],
    };
    const html = referencePage(
      { info: { title: "T", version: "1" }, paths: {}, components: { schemas: { Forms: forms, Both: both } } },
      [],
    );
    expect(textOf(partOf("schema-Forms", html))).toMatch(
      /status: "deferred".*resumes_at date-time.*status: "succeeded"/s,
    );
    expect(partOf("schema-Both", html)).toContain('href="#schema-Forms"');
    expect(textOf(partOf("schema-Both", html))).toContain("link string");
  });
});

describe("the examples", () => {
  it.each(Object.keys(document.components.schemas).filter((name) => name.endsWith("Request")))(
    "of %s are taken by the schema",
    (name) => {
      const body = requestExample(document, { $ref: `#/components/schemas/${name}` });
      expect(schemaValidator(document as never, name)(body)).toEqual([]);
      expect(JSON.stringify(body)).not.toContain("…");
    },
  );

  it("of an answer have every field that is always there", () => {
    const { required = [] } = document.components.schemas.ExportList ?? {};
    const example = exampleOf(document, { $ref: "#/components/schemas/ExportList" }) as object;
    expect(Object.keys(example)).toEqual(expect.arrayContaining([...required]));
  });
});

describe("served beside the console", () => {
  const address = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/v1";
  let served: Listening;
  beforeAll(async () => {
    const callApi = () => Promise.reject(new Error("The reference calls nothing."));
    const key = "the key of the console";
    served = await startConsole({ callApi, workspaces: [], api: address, port: 0, loadPage: buildPage, key });
  });
  afterAll(() => served.close());

  it("is given without the console's key, locked up as the console is, and its style is there", async () => {
    const answer = await fetch(`${served.url}/docs`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    const [, style = ""] = / href="(\/assets\/reference-[^"]+\.css)"/.exec(await answer.text()) ?? [];
    expect((await fetch(`${served.url}${style}`)).headers.get("content-type")).toMatch(/^text\/css/);
    expect((await fetch(served.url)).status).toBe(403); // the console itself wants its key
  });

  it("is kept from other pages, except their links", async () => {
    const from = (mode: string, dest: string) =>
      fetch(`${served.url}/docs`, {
        headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest },
      });
    expect((await from("cors", "empty")).status).toBe(403);
    expect((await from("navigate", "iframe")).status).toBe(403);
  });

  it("has examples at the address of the API that it is about", async () => {
    const text = textOf(await (await fetch(`${served.url}/docs`)).text());
    expect(text).toContain(`curl -s ${address}/`);
    expect(text).not.toContain("curl -s http://127.0.0.1:3000/");
  });

  it("knows the problems' titles", async () => {
    const text = textOf(await (await fetch(`${served.url}/docs`)).text());
    expect(text).toMatch(/toggl_quota_exhausted 429 retryable\n\s*Toggl's hourly quota is spent\./);
  });

  describe.runIf(hasBrowser)("to people with other eyes and screens", () => {
    it.each([
      ["light", 1280],
      ["dark", 1280],
      ["light", 360],
    ] as const)(
      "has nothing in the %s that axe finds, does not scroll sideways, and breaks no rule of its own, at %s pixels",
      async (colorScheme, width) => {
        const context = await (await openBrowser()).newContext({ colorScheme, viewport: { width, height: 900 } });
        const shown = await context.newPage();
        const faults: string[] = [];
        shown.on("console", (message) => message.type() === "error" && faults.push(message.text()));
        await shown.goto(`${served.url}/docs`);
        const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await shown.evaluate(sideways)).toBe(0);
        expect(faults).toEqual([]);
        await shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        expect((await axeViolations(shown)).map(({ id, html }) => `${id} at ${html}`)).toEqual([]);
        await context.close();
      },
    );

    it("is all there without JavaScript", async () => {
      const context = await (await openBrowser()).newContext({ javaScriptEnabled: false });
      const shown = await context.newPage();
      await shown.goto(`${served.url}/docs#schema-Export`);
      expect(await shown.getByRole("heading", { level: 3 }).count()).toBeGreaterThan(30);
      expect(await shown.locator("#schema-Export").isVisible()).toBe(true);
      await context.close();
    });
  });
});
