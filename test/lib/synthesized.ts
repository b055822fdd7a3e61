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

const templates = new Map<string, object>();

/**
 * The stack's template, without the bundles and not yet validated; nag.test.ts does that. A configuration is
 * synthesized once in a process; each caller gets a template of its own.
 */
export function synthesized(contents: unknown = config): Template {
  const key = JSON.stringify(contents);
  const template = templates.get(key) ?? templateOf(contents);
  templates.set(key, template);
  return Template.fromJSON(structuredClone(template));
}

function templateOf(contents: unknown): object {
  const context = { "aws:cdk:bundling-stacks": [] };
  const { stack } = insightsApp({ configFile: configFile(contents), context, validate: false });
  return Template.fromStack(stack).toJSON();
}
