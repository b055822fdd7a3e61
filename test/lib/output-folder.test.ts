import { chmodSync, mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { insightsApp } from "../../lib/insights-app.ts";
import { config, configFile } from "./synthesized.ts";

it("closes the folder that is deployed from, and leaves what is in it as Lambda has to read it", () => {
  const outdir = mkdtempSync(join(tmpdir(), "cdk-out-"));
  chmodSync(outdir, 0o755); // as the cdk command makes it
  const umask = process.umask(0o022);
  const context = { "aws:cdk:bundling-stacks": [] };
  insightsApp({ configFile: configFile(config), outdir, context, validate: false }).synth();
  process.umask(umask);
  expect((statSync(outdir).mode & 0o777).toString(8)).toBe("700");
  const modes = readdirSync(outdir).map((name) => statSync(join(outdir, name)).mode & 0o777);
  expect(modes.length).toBeGreaterThan(2);
  expect(modes.filter((mode) => (mode & 0o044) !== 0o044)).toEqual([]);
});
