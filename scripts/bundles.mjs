/** How what this package gives to others is bundled. */
export const bundleOptions = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  minifySyntax: true,
  logLevel: "warning",
  outExtension: { ".js": ".mjs" },
};

export const requireForCommonJs =
  'import{createRequire as requireFrom}from"node:module";const require=requireFrom(import.meta.url);';

/** How the command line is, in dist/ and in a clone: with its packages, since their many files would take longer to load than it runs. */
export const commandLineOptions = {
  ...bundleOptions,
  entryPoints: { "toggl-insights": "bin/toggl-insights.ts" },
  splitting: true, // what only some commands need is loaded by those
  external: ["aws-cdk-lib", "constructs", "@aws-cdk/cloudformation-diff", "esbuild"], // needed in a clone alone
  minifyWhitespace: true, // half of a command's start is reading its text
  banner: { js: `#!/usr/bin/env node\n${requireForCommonJs}` },
};
