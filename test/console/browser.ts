import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page, type ViewportSize } from "playwright-core";

/** The browser without a window of its own first: it takes a third of the processor time of the whole one. */
const installed = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const executablePath = [process.env.CHROMIUM_PATH, ...installed].find((path) => path && existsSync(path));

/** Whether there is a browser to test with. Where there is none, the tests that need one say so and are left out. */
export const hasBrowser = executablePath !== undefined;

if (!hasBrowser) {
  console.warn(
    "\n!!! NO CHROMIUM HERE: THE CONSOLE IS NOT TESTED IN A BROWSER.\n" +
      "!!! INSTALL IT (apt-get install chromium) OR SET CHROMIUM_PATH TO ITS EXECUTABLE.\n",
  );
}

/** A name that the browser takes for this machine's, as its owner's name servers could. */
export const reboundName = "evil.test";

let browser: Promise<Browser> | undefined;

/** The worker's one browser: files of a worker open contexts of their own in it, and it ends with the worker. */
export function openBrowser(): Promise<Browser> {
  browser ??= launchBrowser();
  return browser;
}

function launchBrowser(): Promise<Browser> {
  const quiet = ["background-networking", "component-update", "sync", "default-apps"].map(
    (what) => `--disable-${what}`,
  );
  const rebound = `--host-resolver-rules=MAP ${reboundName} 127.0.0.1`;
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet, rebound];
  process.once("SIGTERM", () => process.exit()); // so Vitest ends a worker; at its exit Playwright kills and cleans up
  return chromium.launch({ ...(executablePath && { executablePath }), args, handleSIGTERM: false });
}

interface Look {
  readonly viewport?: ViewportSize;
  readonly colorScheme?: "light" | "dark";
  /** An IANA name; the machine's own if left out. */
  readonly timezoneId?: string | undefined;
}

/** A page, and what happened to it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts and of the browser, violations of the security policy among them. */
  readonly faults: string[];
  /** Addresses that the page itself asked; a download is the browser's own. */
  readonly requests: string[];
  /** Bytes that came over the wire. */
  readonly transferred: () => number;
}

export async function openPage({ viewport, colorScheme, timezoneId }: Look = {}): Promise<WatchedPage> {
  const context = await (await openBrowser()).newContext({
    viewport: viewport ?? { width: 1280, height: 800 },
    colorScheme: colorScheme ?? "light",
    acceptDownloads: true,
    ...(timezoneId && { timezoneId }),
  });
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    const isFailedCall = message.location().url.includes("/api/"); // shown on the page, and looked for there
    if (message.type() === "error" && !isFailedCall) faults.push(message.text());
  });
  page.on("request", (request) => request.isNavigationRequest() || requests.push(request.url()));
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  return { page, faults, requests, transferred: () => bytes };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with a page as it is now. */
export interface AxeViolation {
  readonly id: string;
  readonly impact: string;
  /** The first of the elements that it is wrong with, as HTML. */
  readonly html: string;
}

interface AxeLook {
  /** Selector of what axe looks at; the whole page if left out. */
  readonly scope?: string | undefined;
  /** Selectors of what axe leaves out. */
  readonly exclude?: readonly string[];
  /** The only rules that count; all if left out. */
  readonly rules?: readonly string[];
}

/** A document is given axe's source once: most of what axe costs is to get going. */
export async function axeViolations(
  page: Page,
  { scope = "html", exclude = [], rules }: AxeLook = {},
): Promise<AxeViolation[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const context = JSON.stringify({ include: [[scope]], exclude: exclude.map((selector) => [selector]) });
  const options = JSON.stringify({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  const short = "({ id, impact, nodes: [{ html }] }) => ({ id, impact, html })";
  return page.evaluate(`axe.run(${context}, ${options}).then(({ violations }) => violations.map(${short}))`);
}
