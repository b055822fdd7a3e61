import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validations } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { acknowledgedFindings } from "../../lib/acknowledged-findings.ts";
import { insightsApp } from "../../lib/insights-app.ts";
import type { InsightsStack } from "../../lib/insights-stack.ts";
import { config, configFile } from "./synthesized.ts";

interface Report {
  readonly pluginReports: {
    readonly conclusion: string;
    readonly violations: { readonly ruleName: string; readonly violatingConstructs: { constructPath: string }[] }[];
  }[];
}

/** What cdk-nag and the CDK's own rules find, as `rule at construct`. */
const findings = (contents: unknown, change: (stack: InsightsStack) => void = () => {}) => {
  const outdir = mkdtempSync(join(tmpdir(), "nag-"));
  const context = { "aws:cdk:bundling-stacks": [] };
  const { app, stack } = insightsApp({ configFile: configFile(contents), outdir, context });
  change(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  try {
    app.synth();
  } catch {
    // Findings are thrown as one text; the report has them one by one.
  }
  const report: Report = JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8"));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  );
};

describe("cdk-nag and the CDK's own rules", () => {
  it("find what is planted, and nothing else that is not acknowledged", () => {
    const found = findings(config, (stack) => new Queue(stack, "Planted", { enforceSSL: false }));
    expect(found).toContain("AwsSolutions-SQS4 at TogglInsights/Planted/Resource");
    expect(found.filter((one) => !one.includes(" at TogglInsights/Planted/"))).toEqual([]);
  });

  it("find nothing with the opt-in settings either, except what Lambda needs to join a network", () => {
    const jwt = { issuer: "https://login.acme.example", audience: "toggl-insights" };
    const optional = {
      auth: { jwt },
      access_logs: true,
      dashboard: true,
      notify: ["accounts@acme.example"],
      validate_at_gateway: true,
      allow_from: { ip_ranges: ["203.0.113.0/24"] },
      exports_bucket: "acme-exports",
    };
    expect(findings({ ...config, ...optional })).toEqual([]);
  });
});

it("has at most six decisions to leave a finding, each with a reason that says why", () => {
  expect(acknowledgedFindings.length).toBeLessThanOrEqual(6);
  for (const { reason } of acknowledgedFindings) expect(reason.length).toBeGreaterThan(60);
});
