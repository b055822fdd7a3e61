// Builds what the package gives to others, the command line and the typed client without dependencies, unless what is
// in dist/ is of these very sources. What it builds lies beside dist/ until it is whole and then takes its place file
// by file, so that a command which runs meanwhile finds all that it loads.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { bundleOptions, commandLineOptions, requireForCommonJs } from "./bundles.mjs";
import { hashOf } from "./hash-of.mjs";

const sources = ["api", "bin", "cli", "client", "console", "docs/openapi.json", "lambdas", "lib", "local", "scripts"];
const settings = ["package.json", "package-lock.json", "tsconfig.json"];
const note = "built.json";

const filesIn = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const hashOfSources = () =>
  hashOf([...sources, ...settings].flatMap((path) => (path.includes(".") ? [path] : filesIn(path).sort())));

/** What the last build wrote, and of which sources. */
function lastBuild() {
  try {
    return JSON.parse(readFileSync(join("dist", note), "utf8"));
  } catch {
    return { of: "", files: [] };
  }
}

const before = lastBuild();
const of = hashOfSources();
if (before.of === of && before.files.every((file) => existsSync(join("dist", file)))) process.exit(0);

mkdirSync(".build", { recursive: true });
const beside = mkdtempSync(join(".build", "dist-"));
process.on("exit", () => rmSync(beside, { recursive: true, force: true }));

await build({ ...commandLineOptions, outdir: beside, chunkNames: "chunks/[name]-[hash]" });
chmodSync(join(beside, "toggl-insights.mjs"), 0o755);
const client = { ...bundleOptions, entryPoints: { client: "client/index.ts" }, outdir: beside };
await build({ ...client, banner: { js: requireForCommonJs } });
await build({ ...client, format: "cjs", outdir: join(beside, "cjs"), outExtension: { ".js": ".js" } });
writeFileSync(join(beside, "cjs/package.json"), '{ "type": "commonjs" }\n');
execFileSync("node", ["scripts/command.mjs", "build-page", join(beside, "page.json")], { stdio: "inherit" });
const types = ["--project", "client/tsconfig.json", "--outDir", join(beside, "types")];
execFileSync(join("node_modules", ".bin", "tsc"), types, { stdio: "inherit" });
for (const path of filesIn(join(beside, "types"))) {
  const from = relative(dirname(path), join(beside, "types/client/zod-types.ts"));
  const text = readFileSync(path, "utf8").replace('from "zod/mini"', () => `from "${from}"`);
  writeFileSync(path, text);
}
cpSync(join(beside, "types"), join(beside, "cjs/types"), { recursive: true });

/** What is loaded comes before what loads it. */
const isEntry = (file) => file.endsWith(".mjs") && dirname(file) === ".";
const files = filesIn(beside)
  .map((path) => path.slice(beside.length + 1))
  .sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
writeFileSync(join(beside, note), JSON.stringify({ of, files }));
for (const file of [...files, note]) {
  mkdirSync(dirname(join("dist", file)), { recursive: true });
  renameSync(join(beside, file), join("dist", file));
}
// What the build before wrote stays until the next: a command that runs may load a part of it yet.
const kept = new Set([...files, ...before.files, note]);
for (const path of filesIn("dist")) if (!kept.has(path.slice("dist/".length))) rmSync(path);
