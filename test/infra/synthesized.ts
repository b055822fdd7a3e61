import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { insightsApp } from "../../lib/insights-app.ts";

/** A configuration that uses every setting that shows in the template. */
export const config = {
  workspaces: [
    { id: 123, name: "Acme", token_secret: "toggl/acme" },
    { id: 456, name: "Brinkmann", token_secret: "toggl/acme" },
    { id: 789, name: "Café", token_secret: "toggl/cafe" },
  ],
  download_url_minutes: 10,
  keep_exports_days: 400,
  log_retention_days: 14,
  throttle: { requests_per_second: 7, burst: 9 },
};

/** Writes a configuration to a file of its own. */
export function configFile(contents: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), "config-")), "insights.config.json");
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents));
  return file;
}

/** The stack's template, without the bundles and not yet validated; nag.test.ts does that. */
export function synthesized(contents: unknown = config): Template {
  const context = { "aws:cdk:bundling-stacks": [] };
  return Template.fromStack(insightsApp({ configFile: configFile(contents), context, validate: false }).stack);
}
