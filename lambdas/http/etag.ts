import { createHash } from "node:crypto";
import type { HttpRequest } from "./http.ts";

/**
 * An entity tag made of the contents alone. It is weak, since a gzip-encoded answer carries the same one: the meaning
 * is the same, the bytes are not (RFC 9110, 8.8.3).
 */
export function etagOf(contents: Buffer): string {
  return `W/"${createHash("sha256").update(contents).digest("hex").slice(0, 32)}"`;
}

/** Whether `If-None-Match` says that the caller has these contents; compared weakly, as that header is. */
export function isKnownTo(request: HttpRequest, etag: string): boolean {
  const known = request.header("if-none-match")?.split(",") ?? [];
  return known.some((tag) => tag.trim() === "*" || opaque(tag) === opaque(etag));
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
