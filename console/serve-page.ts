import { type Page, type PageAsset, tokenPlace } from "./page.ts";

/** The document or one of its assets; undefined if the page has no such file. */
export function pageFile(request: Request, { document, assets }: Page, token: string): Response | undefined {
  const { pathname } = new URL(request.url);
  if (pathname === "/") {
    return new Response(document.replace(tokenPlace, token), {
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  }
  const asset = assets.get(pathname);
  return asset && assetAnswer(request, asset);
}

function assetAnswer(request: Request, { contentType, bytes, gzipped }: PageAsset): Response {
  const takesGzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  const headers = {
    "content-type": contentType,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    ...(takesGzip && { "content-encoding": "gzip" }),
  };
  return new Response(Buffer.from(takesGzip ? gzipped : bytes), { headers });
}
