import { describe, expect, it } from "vitest";
import { replacements } from "../../../cli/deploy/replacement-guard.ts";
import { stackTarget } from "../../../cli/deploy/stack-target.ts";
import { insightsApp } from "../../../lib/insights-app.ts";
import { config, configFile, synthesized } from "../../lib/synthesized.ts";

type Template = { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
const template = (contents: unknown = config) => synthesized(contents).toJSON() as Template;
const changed = (change: (resources: Template["Resources"], bucketId: string, queueId: string) => void) => {
  const next = structuredClone(template());
  const idOf = (type: string, part: string) =>
    Object.entries(next.Resources).find(([id, { Type }]) => Type === type && id.includes(part))?.[0] ?? "";
  change(next.Resources, idOf("AWS::S3::Bucket", ""), idOf("AWS::SQS::Queue", "ExportsQueue"));
  return replacements(template(), next);
};

describe("the replacement guard", () => {
  it("lets through a first deployment, the same again, and changes of settings", () => {
    expect(replacements({}, template())).toEqual([]);
    expect(replacements(template(), template())).toEqual([]);
    expect(replacements(template(), template({ ...config, keep_exports_days: 30, log_retention_days: 7 }))).toEqual([]);
  });

  it("holds back a bucket that would get another name, or another logical id", () => {
    expect(
      changed((resources, bucketId) => {
        const bucket = resources[bucketId];
        if (bucket) bucket.Properties.BucketName = "another";
      }),
    ).toEqual([expect.stringMatching(/^ExportsBucket\w+ \(AWS::S3::Bucket\): will replace$/)]);
    expect(
      changed((resources, bucketId) => {
        const bucket = resources[bucketId];
        delete resources[bucketId];
        if (bucket) resources.Renamed = bucket;
      }),
    ).toEqual([expect.stringMatching(/\(AWS::S3::Bucket\): will orphan$/)]);
  });

  it("holds back a secret that somebody made part of the stack", () => {
    const secret = { Type: "AWS::SecretsManager::Secret", Properties: {} };
    const deployed = { Resources: { ...template().Resources, Token: secret } };
    expect(replacements(deployed, template())).toEqual([
      expect.stringMatching(/^Token \(AWS::SecretsManager::Secret\): will destroy$/),
    ]);
  });

  it("holds back a queue that would go with what waits on it", () => {
    expect(
      changed((resources, _, queueId) => {
        delete resources[queueId];
      }),
    ).toEqual([expect.stringMatching(/\(AWS::SQS::Queue\): will destroy$/)]);
  });
});

describe("a stage", () => {
  const inStage = (stage: string) => {
    const context = { "aws:cdk:bundling-stacks": [], stage };
    return insightsApp({ configFile: configFile({ ...config, tags: { team: "finance" } }), context, validate: false });
  };

  it("is a stack of its own, whose names are in nothing of another stage", () => {
    const [staging, production] = ["staging", "production"].map((stage) => inStage(stage).stack);
    expect([staging?.stackName, production?.stackName]).toEqual(["TogglInsights-staging", "TogglInsights-production"]);
    const { app } = inStage("staging");
    const text = JSON.stringify(app.synth().getStackByName("TogglInsights-staging").template);
    expect(text).toContain('"TogglInsights-staging-ExportsFailed"'); // an alarm
    expect(text).toContain('"SERVICE_NAME":"TogglInsights-staging"'); // its metrics
    expect(text).toContain('{"Key":"team","Value":"finance"}');
    expect(text).toContain('{"Key":"stack","Value":"TogglInsights-staging"}');
    expect(text).not.toMatch(/"(BucketName|QueueName|FunctionName|RoleName|TopicName)":"/); // CloudFormation makes them up
  });

  it("has a short plain name", () => {
    expect(() => inStage("Staging!")).toThrow("--stage must be lower-case letters");
    expect(() => stackTarget("a b")).toThrow("--stage must be lower-case letters");
    expect(stackTarget("staging").cdkOptions).toEqual(["--context", "stage=staging"]);
  });
});
