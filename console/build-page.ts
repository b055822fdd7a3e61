import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { failureKinds } from "../api/problems.ts";
import { Failure } from "../lambdas/core/failure.ts";
import { problemOf } from "../lambdas/core/problem.ts";
import type { Page, PageAsset } from "./page.ts";
import { referencePage } from "./reference/reference-page.ts";

/** From the repository's folder, where our commands run. */
const folder = "console/page";

const contentTypes: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Bundles the page into memory. */
export async function buildPage(): Promise<Page> {
  const { outputFiles, metafile } = await build({
    entryPoints: {
      app: `${folder}/app.tsx`,
      style: `${folder}/styles/app.css`,
      reference: `${folder}/styles/reference.css`,
      favicon: `${folder}/favicon.svg`,
    },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    target: ["chrome109", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "copy" },
    entryNames: "[name]-[hash]",
    outdir: "/assets",
    legalComments: "none",
    logLevel: "silent",
  });
  const assets = new Map(outputFiles.map(({ path, contents }) => [assetPath(path), assetOf(path, contents)]));
  const paths = Object.keys(metafile.outputs).map(assetPath);
  const document = withAssets(await readFile(`${folder}/index.html`, "utf8"), paths);
  const openapi = JSON.parse(await readFile("docs/openapi.json", "utf8"));
  const problems = failureKinds.map((kind) => problemOf(new Failure(kind, ""), ""));
  return { document, reference: withAssets(referencePage(openapi, problems), paths), assets };
}

function assetPath(path: string): string {
  return path.slice(path.lastIndexOf("/assets/"));
}

function assetOf(path: string, bytes: Uint8Array): PageAsset {
  const contentType = contentTypes[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return { contentType, bytes, gzipped: gzipSync(bytes, { level: 9 }) };
}

/** Puts the names that the bundler gave where the document says `/assets/app.js`. */
function withAssets(document: string, paths: readonly string[]): string {
  return document.replace(/\/assets\/(\w+)\.(\w+)/g, (plain, name, extension) => {
    const hashed = paths.find((path) => path.startsWith(`/assets/${name}-`) && path.endsWith(`.${extension}`));
    return hashed ?? plain;
  });
}
