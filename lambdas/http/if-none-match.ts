import type { HttpRequest } from "./http.ts";

/**
 * Whether `If-None-Match` says that the caller has these contents: `*`, or a list with their tag, compared weakly as that
 * header is (RFC 9110, 13.1.2).
 */
export function isKnownTo(request: HttpRequest, etag: string): boolean {
  const known = request.header("if-none-match") ?? "";
  return known.trim() === "*" || opaqueTags(known).includes(opaqueTags(etag)[0] ?? "");
}

/** The tags of a list without what says that they are weak. A comma may be part of one. */
function opaqueTags(list: string): string[] {
  return Array.from(list.matchAll(/(?<=^|,)\s*(?:W\/)?("[^"]*")\s*(?=,|$)/g), ([, tag = ""]) => tag);
}
