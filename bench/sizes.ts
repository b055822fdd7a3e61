import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { functions } from "../lambdas/contract.ts";
import { bundleOptions } from "../lib/constructs/function-bundle.ts";
import { round } from "./statistics.ts";

const { sourcemap: _, ...withoutMap } = bundleOptions;

/** Each bundle in KB of 1,000 bytes, raw and gzipped, and what takes most of it. */
export function measureSizes() {
  return Promise.all(
    Object.keys(functions).map(async (name) => {
      const entryPoints = [`lambdas/${name}/index.ts`];
      const { outputFiles, metafile } = await build({ ...withoutMap, entryPoints, write: false, metafile: true });
      const [bundle] = outputFiles;
      if (!bundle) throw new Error(`${name} gave no bundle.`);
      const { contents } = bundle;
      const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
      const bytes = new Map<string, number>();
      for (const [path, { bytesInOutput }] of inputs) {
        const owner = packageOf(path);
        bytes.set(owner, (bytes.get(owner) ?? 0) + bytesInOutput);
      }
      const largest = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 6);
      const content = Object.fromEntries(largest.map(([owner, size]) => [owner, kilobytes(size)]));
      return { name, kb: kilobytes(contents.length), gzip_kb: kilobytes(gzipSync(contents).length), content };
    }),
  );
}

const kilobytes = (bytes: number) => round(bytes / 1000, 1);

function packageOf(path: string): string {
  const [, scope] = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
  return scope?.replace(/^(@smithy|@aws-sdk)\/.*/, "$1/*") ?? "ours";
}
