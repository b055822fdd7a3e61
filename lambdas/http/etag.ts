import { createHash } from "node:crypto";
import type { HttpRequest } from "./http.ts";

/**
 * An entity tag made of the contents alone. It is weak, since a gzip-encoded answer carries the same one: the meaning
 * is the same, the bytes are not (RFC 9110, 8.8.3).
 */
export function etagOf(contents: Buffer): string {
  return `W/"${createHash("sha256").update(contents).digest("hex").slice(0, 32)}"`;
}

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
