// Runs one of our commands: `node scripts/command.mjs NAME …` bundles bin/NAME.ts and hands the rest of the line on.
// What is bundled of the very same files already is not bundled again.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hashOf } from "./hash-of.mjs";

const [node = "node", , name, ...rest] = process.argv;
const outfile = `.build/${name}.mjs`;
const note = `.build/${name}.json`;

function isCurrent() {
  try {
    const { of, inputs } = JSON.parse(readFileSync(note, "utf8"));
    return existsSync(outfile) && of === hashOf(inputs);
  } catch {
    return false; // nothing was bundled yet, or a file of it is gone
  }
}

/** Whole or not at all: the same command may run in another terminal. */
function write(file, contents) {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, file);
}

if (!isCurrent()) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    entryPoints: [`bin/${name}.ts`],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
    outfile,
    write: false,
    metafile: true,
  });
  mkdirSync(".build", { recursive: true });
  for (const { path, contents } of outputFiles) write(path, contents);
  const inputs = ["package-lock.json", "scripts/command.mjs", ...Object.keys(metafile.inputs)];
  write(note, JSON.stringify({ of: hashOf(inputs), inputs }));
}
process.argv = [node, outfile, ...rest];
await import(`../${outfile}`);
