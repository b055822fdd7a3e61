// `node scripts/command.mjs NAME …` bundles bin/NAME.ts or scripts/NAME.ts and hands the rest of the line on; any other
// name is a command of toggl-insights. What is bundled of the very same files already is not bundled again.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { hashOf } from "./hash-of.mjs";

const [node = "node", , name, ...rest] = process.argv;
const own = [`bin/${name}.ts`, `scripts/${name}.ts`].find((path) => existsSync(path));
const [entry, words] = own ? [own, rest] : ["bin/toggl-insights.ts", [name, ...rest]];
const program = entry.replace(/^.*\/|\.ts$/g, "");
const outfile = `.build/${program}/${program}.mjs`;
const note = `.build/${program}.json`;

/** What was bundled before, and of which files. */
function lastBundle() {
  try {
    return JSON.parse(readFileSync(note, "utf8"));
  } catch {
    return { of: "", inputs: [], files: [] };
  }
}

function isCurrent({ of, inputs, files }) {
  try {
    return files.length > 0 && files.every((file) => existsSync(file)) && of === hashOf(inputs);
  } catch {
    return false; // a file is gone
  }
}

/** Whole or not at all: the same command may run in another terminal. */
function write(file, contents) {
  const beside = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(beside, contents);
  renameSync(beside, file);
}

/** What a script is that runs where its packages are. */
const scriptOptions = {
  entryPoints: { [program]: entry },
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  splitting: true,
  sourcemap: true,
  logLevel: "warning",
  outExtension: { ".js": ".mjs" },
};

const before = lastBundle();
if (!isCurrent(before)) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...(own ? scriptOptions : (await import("./bundles.mjs")).commandLineOptions),
    chunkNames: "[name]-[hash]",
    outdir: dirname(outfile),
    write: false,
    metafile: true,
  });
  // What is loaded comes before what loads it.
  for (const { path, contents } of outputFiles.toReversed()) write(path, contents);
  const files = Object.keys(metafile.outputs);
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  const inputs = ["package-lock.json", "scripts/command.mjs", "scripts/bundles.mjs", ...sources];
  write(note, JSON.stringify({ of: hashOf(inputs), inputs, files }));
}
process.argv = [node, outfile, ...words];
await import(`../${outfile}`);
