// Runs one of our commands: `node scripts/command.mjs NAME …` bundles bin/NAME.ts and hands the rest of the line on.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build } from "esbuild";

const [node = "node", , name, ...rest] = process.argv;
const outfile = `.build/${name}.mjs`;
const { outputFiles } = await build({
  entryPoints: [`bin/${name}.ts`],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
  outfile,
  write: false,
});
// Whole or not at all: the same command may run in another terminal.
mkdirSync(".build", { recursive: true });
for (const { path, contents } of outputFiles) {
  const beside = `.build/${basename(path)}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, path);
}
process.argv = [node, outfile, ...rest];
await import(`../${outfile}`);
