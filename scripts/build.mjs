// Builds what the package gives to others: the command line and the typed client, without dependencies.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
const requireForCommonJs =
  'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);';
const options = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  logLevel: "warning",
};
await build({
  ...options,
  entryPoints: { "toggl-insights": "bin/toggl-insights.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  splitting: true, // what only some commands need is loaded by those
  chunkNames: "chunks/[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true, // half of a command's start is reading its text
  banner: { js: `#!/usr/bin/env node\n${requireForCommonJs}` },
});
chmodSync("dist/toggl-insights.mjs", 0o755);
await build({
  ...options,
  entryPoints: { client: "client/index.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  banner: { js: requireForCommonJs },
});
execFileSync("node", ["scripts/command.mjs", "build-page"], { stdio: "inherit" });
execFileSync("npx", ["tsc", "--project", "client/tsconfig.json"], { stdio: "inherit" });
