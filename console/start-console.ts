import type { CallApi } from "../client/call-api.ts";
import type { Listening } from "../local/listening.ts";
import { serveFetch } from "../local/serve-fetch.ts";
import { consoleHandler, isDocumentPath, isReferencePath } from "./console.ts";
import type { Page } from "./page.ts";

interface ConsoleOptions {
  /** Calls the API with the identity of whoever started the console. */
  readonly callApi: CallApi;
  readonly workspaces: readonly { readonly id: number; readonly name: string }[];
  /** The API's address as people are shown it. */
  readonly api: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly loadPage: () => Promise<Page>;
  /** What the page's address must have, if the API is called with a signature. */
  readonly key?: string | undefined;
}

/**
 * Serves the console on the loopback, for an API that runs elsewhere.
 * @throws Error that names the port if it is taken
 */
export function startConsole({ api, port, ...needs }: ConsoleOptions): Promise<Listening> {
  const handle = consoleHandler({ ...needs, api: () => api, now: Date.now });
  return serveFetch(handle, port, {
    linked: (url) => isDocumentPath(url) || isReferencePath(url),
  });
}
