import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Page } from "./page.ts";

interface SavedPage {
  readonly document: string;
  readonly reference: string;
  /** By path: the media type, and the bytes in base64. */
  readonly assets: Readonly<Record<string, readonly [contentType: string, bytes: string]>>;
}

/** Keeps a built page in one file, for where nothing can be built. */
export async function savePage(file: string, { document, reference, assets }: Page): Promise<void> {
  const saved: SavedPage = {
    document,
    reference,
    assets: Object.fromEntries(
      [...assets].map(([path, { contentType, bytes }]) => [path, [contentType, Buffer.from(bytes).toString("base64")]]),
    ),
  };
  await writeFile(file, JSON.stringify(saved));
}

export async function readPage(file: URL): Promise<Page> {
  const { document, reference, assets }: SavedPage = JSON.parse(await readFile(file, "utf8"));
  const entries = Object.entries(assets).map(([path, [contentType, encoded]]) => {
    const bytes = Buffer.from(encoded, "base64");
    return [path, { contentType, bytes, gzipped: gzipSync(bytes, { level: 9 }) }] as const;
  });
  return { document, reference, assets: new Map(entries) };
}
