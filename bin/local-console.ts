import { buildPage } from "../console/build-page.ts";
import type { CallApi } from "../console/call-api.ts";
import { consoleHandler, isConsolePath } from "../console/console.ts";
import type { OwnPage } from "../local/api-gateway.ts";
import { type Signer, signedHeaders } from "./api-client.ts";

interface LocalConsoleNeeds {
  readonly workspaces: readonly { readonly id: number; readonly name: string }[];
  /** Where the API is, once it runs, and whose signature it asks for. */
  readonly target: () => { readonly url: string; readonly signer: Signer | undefined };
}

/** The console that `npm start` shows at `/`, beside the API that it calls. */
export function localConsole({ workspaces, target }: LocalConsoleNeeds): OwnPage {
  const callApi: CallApi = async (method, path, { headers, body }) => {
    const { url, signer } = target();
    const address = new URL(`${url}${path}`);
    const signature = signer ? await signedHeaders(method, address, body, signer) : {};
    const sent = { ...headers, ...signature };
    return fetch(address, { method, headers: sent, redirect: "manual", ...(body !== undefined && { body }) });
  };
  const api = () => target().url;
  return {
    owns: isConsolePath,
    fetch: consoleHandler({ callApi, workspaces, api, loadPage: buildPage, now: Date.now }),
  };
}
