import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { insightsApp } from "../../lib/insights-app.ts";
import { type Assembly, readAssembly } from "../../local/assembly/assembly.ts";
import { hostedAccount } from "../../local/aws/hosted-account.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { config, configFile } from "../lib/synthesized.ts";

const surroundings = { region: "eu-central-1", accountId: "123456789012" };

const assemblies = new Map<string, Assembly>();

/** A configuration, synthesized once: nobody changes what was read of it. */
function assemblyOf(settings: object): Assembly {
  const key = JSON.stringify(settings);
  const assembly = assemblies.get(key) ?? synthesizedAssembly(settings);
  assemblies.set(key, assembly);
  return assembly;
}

function synthesizedAssembly(settings: object): Assembly {
  const outdir = mkdtempSync(join(tmpdir(), "account-"));
  const context = { "aws:cdk:bundling-stacks": [] };
  const { app } = insightsApp({ configFile: configFile({ ...config, ...settings }), context, outdir, validate: false });
  return readAssembly(app.synth().directory, { stackName: "TogglInsights", ...surroundings });
}

/** The account of a configuration, with nothing started. */
function accountOf(settings: object, env: Record<string, string> = {}) {
  const assembly = assemblyOf(settings);
  return { assembly, ...hostedAccount(assembly, { ...surroundings, settings: readLocalSettings(env) }) };
}

const schedules = [
  { name: "a", workspace_id: 123, report: "trends/projects", cron: "0 3 * * ? *", period: "last-7-days" },
  { name: "b", workspace_id: 123, report: "trends/projects", cron: "0 3 * * ? *", period: "last-7-days" },
].map((one, at) => ({ ...one, previous_period: "equal-length", ...(at === 1 && { time_zone: "Europe/Berlin" }) }));

describe("the policies of every configuration can be evaluated", () => {
  it.each<[string, object]>([
    ["as it is", {}],
    ["with schedules and notices", { schedules, notify: ["accounts@acme.example", "https://hooks.acme.example/x"] }],
    [
      "with a key of one's own",
      { kms_key_arn: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    ],
    ["in a network", { vpc: { subnet_ids: ["subnet-0a1b2c3d"], security_group_ids: ["sg-0a1b2c3d"] } }],
    ["from some addresses", { allow_from: { ip_ranges: ["203.0.113.0/24"] } }],
    ["as a private API", { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d"] } }],
    ["with JWTs", { auth: { jwt: { issuer: "https://login.acme.example", audience: "toggl-insights" } } }],
    ["with access logs, a dashboard and no alarms", { access_logs: true, dashboard: true, alarms: false }],
  ])("%s", (_, settings) => {
    const { account, assembly, keyOf } = accountOf(settings);
    expect(account.grants().length).toBeGreaterThan(20);
    const keys = new Set(assembly.functions.map((one) => keyOf(one).accessKeyId));
    expect(keys.size).toBe(assembly.functions.length); // none signs with another's
  });
});

it("has functions write to streams of their own log group, whose ARN in CloudFormation ends with its streams", () => {
  const { account, assembly } = accountOf({});
  for (const { policy, arn } of assembly.roles) {
    const logs = policy.statements.find(({ Action }) => [Action].flat().includes("logs:PutLogEvents"));
    const group = String(logs?.Resource);
    expect(group).toMatch(/:log-group:[^:]+:\*$/);
    const write = (log: string) => account.roleCaller(arn).denial("logs:PutLogEvents", log);
    expect(write(group.replace("*", "log-stream:a"))).toBeUndefined();
    expect(write(group.replace(":*", "2:log-stream:a"))).toMatch(/not authorized/);
  }
});

it("gives functions the given key where the files lie on a server of the user's", () => {
  const env = { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9", AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: "x" };
  const { assembly, keyOf } = accountOf({}, { ...env, EXPORTS_BUCKET: "exports" });
  expect(new Set(assembly.functions.map((one) => keyOf(one).accessKeyId))).toEqual(new Set(["AKIAOWN"]));
});

it("names the setting where that file cannot be written", () => {
  const folder = mkdtempSync(join(tmpdir(), "calls-"));
  for (const file of [folder, join(folder, "missing", "calls.jsonl")]) {
    expect(() => readLocalSettings({ AWS_CALLS_FILE: file })).toThrow(
      /^These settings do not fit:\n {2}AWS_CALLS_FILE must be a file that can be written \(E[A-Z]+\)$/,
    );
  }
});

it("appends each call that it decides on to the file that the settings name, with the policies once and no key", () => {
  const file = join(mkdtempSync(join(tmpdir(), "calls-")), "calls.jsonl");
  const { account, assembly, keyOf } = accountOf({}, { AWS_CALLS_FILE: file });
  const linesOf = () => readFileSync(file, "utf8").trim().split("\n");
  const before = linesOf().length; // the roles that Lambda assumes
  const [createExport] = assembly.functions.filter(({ logicalId }) => logicalId.includes("CreateExport"));
  const queue = assembly.queues.find(({ deadLetters }) => deadLetters);
  const caller = account.roleCaller(createExport?.roleArn ?? "");
  expect(caller.denial("sqs:SendMessage", queue?.arn ?? "", { "aws:SourceIp": "127.0.0.2" })).toBeUndefined();
  expect(caller.denial("sqs:PurgeQueue", queue?.arn ?? "")).toMatch(/not authorized/);

  const lines = linesOf().map((line) => JSON.parse(line));
  const [policies, calls] = [lines.filter(({ key }) => key), lines.slice(before).filter(({ key }) => !key)];
  expect(new Set(policies.map(({ key }) => key)).size).toBe(policies.length);
  expect(calls.map(({ request, isAllowed }) => [request.action, isAllowed])).toEqual([
    ["sqs:SendMessage", true],
    ["sqs:PurgeQueue", false],
  ]);
  expect(calls[0].request.context).toMatchObject({
    "aws:PrincipalArn": createExport?.roleArn,
    "aws:SourceIp": "127.0.0.2",
  });
  const policyOf = (key: string) => policies.find((one) => one.key === key)?.policy.name;
  expect([policyOf(calls[0].identity), policyOf(calls[0].resource)]).toEqual([
    expect.stringMatching(/^FunctionsCreateExportRole/),
    expect.stringMatching(/Policy/),
  ]);
  for (const one of assembly.functions) expect(linesOf().join("\n")).not.toContain(keyOf(one).secretAccessKey);
});

describe("the key for a person's own programs", () => {
  it.each<[string, string, boolean]>([
    ["s3:ListAllMyBuckets", "*", true],
    ["s3:ListBucket", "arn:aws:s3:::BUCKET", true],
    ["s3:GetObject", "arn:aws:s3:::BUCKET/exports/a.csv", true],
    ["s3:GetObject", "arn:aws:s3:::BUCKET/records/a.json", true],
    ["s3:ListBucket", "arn:aws:s3:::another", false],
    ["s3:GetObject", "arn:aws:s3:::another/a", false],
    ["s3:PutObject", "arn:aws:s3:::BUCKET/exports/a.csv", false],
    ["s3:DeleteObject", "arn:aws:s3:::BUCKET/exports/a.csv", false],
    ["s3:PutObjectTagging", "arn:aws:s3:::BUCKET/exports/a.csv", false],
    ["s3:CreateBucket", "arn:aws:s3:::BUCKET", false],
    [
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:toggl/demo-AbCdEf",
      false,
    ],
    ["sqs:SendMessage", "arn:aws:sqs:eu-central-1:123456789012:exports.fifo", false],
  ])("%s on %s: %s", (action, resource, isAllowed) => {
    const { account, readKey, assembly } = accountOf({});
    const [bucket = ""] = assembly.buckets;
    const denial = account.callerOf(readKey.accessKeyId).denial(action, resource.replace("BUCKET", bucket));
    expect(denial === undefined).toBe(isAllowed);
  });

  it("is no function's and not the owner's, and what it may do is none of the deployment's rights", () => {
    const { account, readKey, assembly, keyOf } = accountOf({});
    const others = [...assembly.functions.map((one) => keyOf(one).accessKeyId), "AKIALOCAL"];
    expect(others).not.toContain(readKey.accessKeyId);
    expect(account.credentialsOf(readKey.accessKeyId)).toEqual(readKey);
    expect(account.grants().filter(({ policy }) => policy === "reader")).toEqual([]);
  });
});
