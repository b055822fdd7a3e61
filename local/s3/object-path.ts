import { createHash } from "node:crypto";

/**
 * An object's key as a path below its bucket's folder, readable, and safe whatever the key: what is no plain character
 * is percent-encoded, and so is a dot at the beginning, so that nothing climbs out or meets our own folders.
 */
export function naturalPath(key: string): string {
  return key.split("/").map(safeName).join("/");
}

function safeName(segment: string): string {
  if (segment === "") return "%";
  const encoded = encodeURIComponent(segment).replaceAll("%3D", "=").replaceAll("%20", " ").replaceAll("*", "%2A");
  return encoded.startsWith(".") ? `%2E${encoded.slice(1)}` : encoded;
}

/** A name that is as good for any key, however long. */
export function overflowPath(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
