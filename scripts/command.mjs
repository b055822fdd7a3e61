// Runs one of our commands: `node scripts/command.mjs NAME …` bundles bin/NAME.ts and hands the rest of the line on.
import { build } from "esbuild";

const [node = "node", , name, ...rest] = process.argv;
const outfile = `.build/${name}.mjs`;
await build({
  entryPoints: [`bin/${name}.ts`],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
  outfile,
});
process.argv = [node, outfile, ...rest];
await import(`../${outfile}`);
