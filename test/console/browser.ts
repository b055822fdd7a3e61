import { existsSync } from "node:fs";
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

/** @param more arguments of Chromium's */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const quiet = ["background-networking", "component-update", "sync", "default-apps"].map(
    (what) => `--disable-${what}`,
  );
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet, ...more];
  return chromium.launch({ ...(executablePath && { executablePath }), args });
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

export async function openPage(
  browser: Browser,
  { viewport, colorScheme, timezoneId }: Look = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
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
