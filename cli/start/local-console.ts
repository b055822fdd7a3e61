import { apiCaller, type CallApi } from "../../client/call-api.ts";
import type { Signer } from "../../client/sign-request.ts";
import { buildPage } from "../../console/build-page.ts";
import { consoleHandler, isConsolePath, isDocumentPath, isReferencePath } from "../../console/console.ts";
import type { OwnPage } from "../../local/api-gateway/api-gateway.ts";

interface LocalConsoleNeeds {
  readonly workspaces: readonly { readonly id: number; readonly name: string }[];
  /** Where the API is, once it runs, and whose signature it asks for. */
  readonly target: () => { readonly url: string; readonly signer: Signer | undefined };
  /** What the page's address must have, if the API asks for signatures. */
  readonly key: string | undefined;
}

/** The console that `npm start` shows at `/`, beside the API that it calls. */
export function localConsole({ workspaces, target, key }: LocalConsoleNeeds): OwnPage {
  const callApi: CallApi = (method, path, init) => {
    const { url: baseUrl, signer } = target();
    return apiCaller({ baseUrl, signer })(method, path, init);
  };
  const api = () => target().url;
  return {
    owns: isConsolePath,
    linked: (url) => isDocumentPath(url) || isReferencePath(url) || isFileAddress(url),
    fetch: consoleHandler({ callApi, workspaces, api, loadPage: buildPage, now: Date.now, key }),
  };
}

/** The address of a file that stays (`…/exports/ID/file`): people keep it in mails and wikis. */
function isFileAddress(url: string): boolean {
  return /^\/workspace\/\d+\/exports\/\w+\/file$/.test(url);
}
