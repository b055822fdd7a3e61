import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { insightsApp } from "../../../lib/insights-app.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { shownAfter } from "../../docs/shell-blocks.ts";
import { config, configFile, synthesized } from "../../lib/synthesized.ts";
import { stacksDescribed } from "../cloud-formation.ts";
import { misfits } from "../json-shape.ts";
import { runWords } from "../run-words.ts";
import { bucketAnswer, keptBucket, resultOf, startBucketQuestions } from "./kept-bucket.ts";

const programs = mkdtempSync(join(tmpdir(), "programs-"));
const journal = join(programs, "journal");

/** The stack as CloudFormation has it; undefined if there is none. */
let deployed: string | undefined;
/** What CloudFormation says instead of a template. */
let refusal: { status: number; code: string; message: string } | undefined;
/** What AWS says of whoever asks, in place of any answer. */
let identityRefusal: string | undefined;
/** Each question to CloudFormation, and of which stack. */
const asked: string[] = [];
let cloudFormation: Listening;
let api: Listening;
let s3: Listening;
let kept = keptBucket();

/** Stands for a program that needs an AWS account: notes what it was called with, and fails where a case wants it. */
function fake(name: string, more = ""): void {
  const path = join(programs, name);
  const script = ["#!/bin/sh", `echo "${name} $*" >> "${journal}"`, `case "$*" in $FAIL_ON) exit 1;; esac`, more];
  writeFileSync(path, script.join("\n"));
  chmodSync(path, 0o755);
}

const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

beforeAll(async () => {
  fake("npm");
  // What `cdk synth` makes is made here already, of the configuration and of its stage.
  const made = `case "$*" in *"--context stage=staging"*) from="$STAGE_ASSEMBLY";; *) from="$ASSEMBLY";; esac`;
  fake("npx", `if [ "$2" = synth ]; then ${made}; rm -rf cdk.out; cp -r "$from" cdk.out; fi`);
  api = await listenOnLoopback(
    createServer((_, response) => response.end('{"exports":[]}')),
    0,
  );
  cloudFormation = await listenOnLoopback(
    createServer(async (message, response) => {
      const parameters = new URLSearchParams(await text(message));
      const [action = "", name] = [parameters.get("Action") ?? "", parameters.get("StackName")];
      asked.push(`${action} ${name}`);
      const missing = { status: 400, code: "ValidationError", message: `Stack with id ${name} does not exist` };
      const aboutBucket = bucketAnswer(kept, parameters);
      if (identityRefusal) {
        const body = `<Code>${identityRefusal}</Code><Message>The security token included in the request is expired.</Message>`;
        return void response
          .writeHead(403)
          .end(`<ErrorResponse><Error><Type>Sender</Type>${body}</Error></ErrorResponse>`);
      }
      const fault = refusal ?? (deployed === undefined ? missing : undefined);
      if (action === "GetTemplate" && fault) {
        const body = `<Code>${fault.code}</Code><Message>${fault.message}</Message>`;
        response
          .writeHead(fault.status)
          .end(`<ErrorResponse><Error><Type>Sender</Type>${body}</Error></ErrorResponse>`);
      } else if (action === "GetTemplate") {
        response.end(resultOf(action, `<TemplateBody>${escaped(deployed ?? "")}</TemplateBody>`));
      } else if (aboutBucket) {
        response.writeHead(aboutBucket.status).end(aboutBucket.body);
      } else {
        response.end(stacksDescribed({ ApiUrl: api.url, ExportsBucketName: "acme-exports", Version: "1.2.3" }));
      }
    }),
    0,
  );
  s3 = await startBucketQuestions(() => kept);
});
beforeEach(() => {
  kept = keptBucket();
  writeFileSync(journal, "");
  refusal = undefined;
  identityRefusal = undefined;
  asked.length = 0;
});
afterAll(() => Promise.all([cloudFormation.close(), api.close(), s3.close()]));

const assemblies = new Map<string, string>();

/** The assembly of a configuration, and of its stage. */
function assemblyOf(file: string, stage?: string): string {
  const name = `${file} ${stage}`;
  const known = assemblies.get(name);
  if (known) return known;
  const outdir = mkdtempSync(join(programs, "assembly-"));
  const context = { "aws:cdk:bundling-stacks": [], ...(stage && { stage }) }; // no code: nothing here deploys it
  insightsApp({ configFile: file, outdir, context, validate: false }).synth();
  assemblies.set(name, outdir);
  return outdir;
}

const ordinary = configFile(config);

interface Run {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  /** The programs that it started. */
  readonly steps: readonly string[];
}

/** What is around a command: our programs in place of those that need an account, and AWS on this machine. */
const around = (failOn: string, more: Readonly<Record<string, string>>) => ({
  PATH: `${programs}${delimiter}${process.env.PATH}`,
  FAIL_ON: failOn,
  INSIGHTS_CONFIG: ordinary,
  ASSEMBLY: assemblyOf(more.INSIGHTS_CONFIG ?? ordinary),
  STAGE_ASSEMBLY: assemblyOf(ordinary, "staging"),
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
  AWS_ENDPOINT_URL_S3: s3.url,
  ...more,
});

const journalled = () => readFileSync(journal, "utf8").trim().split("\n");

async function run(
  command: string,
  args: string[] = [],
  failOn = "nothing",
  more: Readonly<Record<string, string>> = {},
): Promise<Run> {
  writeFileSync(journal, "");
  const { status, stdout, stderr } = await runWords([command, ...args], around(failOn, more));
  return { code: status, output: stdout + stderr, stdout, stderr, steps: journalled() };
}

/** The same, in a process of its own, as npm starts it. */
const runAsProcess = (
  command: string,
  args: string[] = [],
  failOn = "nothing",
  more: Readonly<Record<string, string>> = {},
) =>
  new Promise<Run>((resolve) => {
    writeFileSync(journal, "");
    const env = { ...process.env, ...around(failOn, more) };
    execFile("node", ["scripts/command.mjs", command, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr, stdout, stderr, steps: journalled() }),
    );
  });

const check = "npx tsc --noEmit";
const synth = "npx cdk synth --quiet --strict --output cdk.out";
const diff = "npx cdk diff --app cdk.out";

it("checks types and not white space, synthesizes, shows, deploys, and makes a first call", async () => {
  deployed = undefined;
  const { code, output, steps } = await runAsProcess("deploy");
  expect(steps).toEqual([check, synth, diff, "npx cdk deploy --app cdk.out --require-approval broadening"]);
  expect(output).toContain("TogglInsights 1.2.3 is deployed in eu-central-1. It answers.");
  for (const line of shownAfter("npm run deploy")) expect(output).toMatch(line);
  expect(code).toBe(0);
}, 120_000);

it("stops before it would replace the bucket, unless that is meant", async () => {
  const template = synthesized().toJSON() as { Resources: Record<string, { Type: string }> };
  const [id = ""] = Object.entries(template.Resources).find(([, { Type }]) => Type === "AWS::S3::Bucket") ?? [];
  const { [id]: bucket, ...others } = template.Resources;
  deployed = JSON.stringify({ ...template, Resources: { ...others, FormerBucket: bucket } });
  const stopped = await run("deploy");
  expect(stopped).toMatchObject({ code: 2, steps: [check, synth, diff] });
  expect(stopped.output).toMatch(/would replace:\n {2}FormerBucket \(AWS::S3::Bucket\): will orphan/);
  const meant = await run("deploy", ["--allow-replacement", "--yes"]);
  expect(meant.steps.at(-1)).toBe("npx cdk deploy --app cdk.out --require-approval never");
});

it("stops where it may not see what is deployed", async () => {
  deployed = undefined;
  refusal = { status: 403, code: "AccessDenied", message: "User x is not authorized" };
  const { code, output, steps } = await run("deploy");
  expect({ code, steps }).toEqual({ code: 2, steps: [check, synth, diff] });
  expect(output).toMatch(/needs cloudformation:GetTemplate on stack\/TogglInsights\/\* \(AWS says: User x is not/);
});

it("goes on without the check for whoever says so", async () => {
  refusal = { status: 403, code: "AccessDenied", message: "no" };
  const { code, steps } = await run("deploy", ["--allow-replacement"]);
  expect({ code, last: steps.at(-1) }).toEqual({
    code: 0,
    last: "npx cdk deploy --app cdk.out --require-approval broadening",
  });
  expect(asked).toEqual(["DescribeStacks TogglInsights", "DescribeStacks TogglInsights"]);
});

it("goes no further than the step that fails", async () => {
  const { code, output, steps } = await runAsProcess("deploy", [], "*tsc*");
  expect({ code, steps }).toEqual({ code: 2, steps: [check] });
  expect(output).toContain("`npx tsc --noEmit` failed, so nothing further was done.");
});

describe("with exports_bucket", () => {
  const adopting = configFile({ ...config, stack_name: "Latter", exports_bucket: "acme-exports" });
  const deploy = (failOn = "nothing") => run("deploy", ["--yes"], failOn, { INSIGHTS_CONFIG: adopting });
  const approved = "npx cdk deploy --app cdk.out --require-approval never";
  const bucketId = () => {
    const { Resources } = JSON.parse(readFileSync(`${assemblyOf(adopting)}/Latter.template.json`, "utf8")) as {
      Resources: Record<string, { Type: string }>;
    };
    return Object.keys(Resources).find((id) => Resources[id]?.Type === "AWS::S3::Bucket") ?? "";
  };

  beforeEach(() => {
    deployed = undefined;
  });

  it("has CloudFormation adopt the bucket that a removed stack left, and gives it the template's settings", async () => {
    kept.owner = { stack: "Former", id: "ExportsBucket5A12738B", status: "DELETE_SKIPPED" };
    kept.hasDrift = () => !readFileSync(journal, "utf8").includes("--revert-drift");
    const { code, output, steps } = await deploy();
    expect({ code, steps }).toEqual({
      code: 0,
      steps: [check, synth, diff, `${approved} --import-existing-resources`, `${approved} --revert-drift`],
    });
    expect(output).toContain("=== bucket acme-exports\nIt becomes part of the stack; the diff shows it as new.");
    expect(output).toMatch(/=== settings of acme-exports\nIt is given the template's, .* changed by hand\./);
    expect(output).toContain("They are those of the template.");
  }, 120_000);

  it("leaves a bucket that is the stack's as it is, and says where it differs", async () => {
    kept.owner = { stack: "Latter", id: bucketId(), status: "UPDATE_COMPLETE" };
    kept.hasDrift = () => true;
    const { code, output, steps } = await deploy();
    expect({ code, steps: steps.slice(3) }).toEqual({ code: 0, steps: [approved] });
    expect(output).toContain("It is part of the stack.");
    expect(output).toContain("/VersioningConfiguration/Status: is Suspended, should be Enabled");
    expect(output).toContain("npx cdk deploy --app cdk.out --revert-drift");
  });

  it("goes on where the settings cannot be set right, and says what differs", async () => {
    kept.hasDrift = () => true;
    const { code, output, steps } = await deploy("*--revert-drift*");
    expect({ code, last: steps.at(-1) }).toEqual({ code: 0, last: `${approved} --revert-drift` });
    expect(output).toContain("/VersioningConfiguration/Status: is Suspended, should be Enabled");
    expect(output).toContain("It answers.");
  });

  it("does nothing where the bucket cannot be adopted", async () => {
    kept.policy = "{}";
    const { code, output, steps } = await deploy();
    expect({ code, steps }).toEqual({ code: 2, steps: [check, synth] });
    expect(output).toMatch(/has a policy, .* delete-bucket-policy --bucket acme-exports/);
  });
});

it("says that the bucket stays when the stack goes", async () => {
  const { code, output, steps } = await run("destroy", ["--stage", "staging"]);
  expect({ code, steps }).toEqual({ code: 0, steps: ["npx cdk destroy --context stage=staging"] });
  expect(output).toContain("The bucket acme-exports stays, with all files and the history.");
  expect(output).toMatch(/its policy .* is gone with the stack, and so are all links/);
  expect(output).toContain('"exports_bucket": "acme-exports" in insights.config.json');
});

it("destroys without a question where --yes says so", async () => {
  const { code, output, steps } = await run("destroy", ["--yes"]);
  expect({ code, steps }).toEqual({ code: 0, steps: ["npx cdk destroy --force"] });
  for (const line of shownAfter("npm run destroy")) expect(output).toMatch(line);
});

it("finds the region in AWS_DEFAULT_REGION too, and warns of no Node.js", async () => {
  const { code, output } = await runAsProcess("destroy", [], "nothing", {
    AWS_REGION: "",
    AWS_DEFAULT_REGION: "eu-west-1",
  });
  expect(code).toBe(0);
  expect(output).not.toMatch(/Region is missing|NodeDeprecationWarning|no longer support/);
});

it.each(["deploy", "destroy"])(
  "%s asks for a region before anything is done, where the CDK would take us-east-1",
  async (command) => {
    const nowhere = { AWS_REGION: "", AWS_DEFAULT_REGION: "", AWS_CONFIG_FILE: "/dev/null" };
    const { code, output, steps } = await run(command, [], "nothing", nowhere);
    expect({ code, steps }).toEqual({ code: 2, steps: [""] });
    expect(output).toContain("Say where: AWS_REGION=eu-central-1");
  },
);

it.each([
  [
    "there are no credentials",
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    undefined,
    /^There are no AWS creden/,
  ],
  ["they have expired", {}, "ExpiredToken", /^AWS does not take your credentials \(ExpiredToken: .*\)\. Log in again/],
  ["AWS does not know them", {}, "InvalidClientTokenId", /^AWS does not take your credentials \(InvalidClientTokenId/],
  ["they sign wrongly", {}, "SignatureDoesNotMatch", /^AWS does not take your credentials \(SignatureDoesNotMatch/],
] as const)("looks at the credentials before anything else: %s", async (_, more, refused, sentence) => {
  identityRefusal = refused;
  const none = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_PROFILE: "" };
  const nowhere = { ...none, AWS_EC2_METADATA_DISABLED: "true" };
  const { code, stderr, steps } = await run("deploy", [], "nothing", { ...nowhere, ...more });
  expect({ code, steps }).toEqual({ code: 4, steps: [""] });
  expect(stderr).toMatch(sentence);
});

it("goes on where an identity may not look at the stack: what it may do is asked where it does it", async () => {
  deployed = undefined;
  identityRefusal = "AccessDenied";
  const { steps } = await run("deploy", ["--allow-replacement"]);
  expect(steps.slice(0, 3)).toEqual([check, synth, diff]);
});

it("prints one object with --json, and everything else beside it", async () => {
  deployed = undefined;
  const made = await runAsProcess("deploy", ["--json"]);
  expect({ code: made.code, misfits: misfits("deploy", made.stdout) }).toEqual({ code: 0, misfits: [] });
  expect(JSON.parse(made.stdout)).toMatchObject({
    stack: "TogglInsights",
    bucket: "acme-exports",
    first_call: "It answers.",
  });
  expect(made.stderr).toContain("=== synth");
  const gone = await run("destroy", ["--yes", "--json"]);
  expect({ code: gone.code, misfits: misfits("destroy", gone.stdout) }).toEqual({ code: 0, misfits: [] });
  const failed = await run("deploy", ["--json"], "*tsc*");
  const said = failed.stderr.trim().split("\n").at(-1) ?? "";
  expect({ ...failed, misfits: misfits("failure", said) }).toMatchObject({ code: 2, stdout: "", misfits: [] });
  expect(JSON.parse(said).code).toBe("stopped_short");
}, 120_000);

it("deploys a stage as a stack of its own, and asks about that one alone", async () => {
  deployed = undefined;
  const { code, output, steps } = await run("deploy", ["--stage", "staging"]);
  expect(steps).toEqual([
    check,
    `${synth} --context stage=staging`,
    diff,
    "npx cdk deploy --app cdk.out --require-approval broadening",
  ]);
  const stack = "TogglInsights-staging";
  expect(asked).toEqual([`DescribeStacks ${stack}`, `GetTemplate ${stack}`, `DescribeStacks ${stack}`]);
  expect(output).toContain("TogglInsights-staging 1.2.3 is deployed in eu-central-1. It answers.");
  expect(output).toContain("npm run doctor -- --stack TogglInsights-staging");
  expect(code).toBe(0);
  const stacks = Object.keys(JSON.parse(readFileSync("cdk.out/manifest.json", "utf8")).artifacts);
  expect(stacks).toContain("TogglInsights-staging");
  expect(stacks).not.toContain("TogglInsights");
}, 120_000);

it("stops before it would replace a stage's bucket, of that stage's own template", async () => {
  deployed = JSON.stringify({ Resources: { FormerQueue: { Type: "AWS::SQS::Queue", Properties: {} } } });
  const { code, output } = await run("deploy", ["--stage", "staging"]);
  expect(code).toBe(2);
  expect(output).toContain("FormerQueue (AWS::SQS::Queue): will destroy");
  expect(asked).toEqual(["DescribeStacks TogglInsights-staging", "GetTemplate TogglInsights-staging"]);
});

it("takes no stage that is no short word, before anything is done", async () => {
  const { code, output, steps } = await run("deploy", ["--stage", "Staging!"]);
  expect({ code, steps }).toEqual({ code: 2, steps: [""] });
  expect(output).toContain("--stage must be lower-case letters, digits and hyphens, such as staging; it is Staging!.");
});
