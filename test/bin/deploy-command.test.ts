import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { shownAfter } from "../docs/shell-blocks.ts";
import { config, configFile, synthesized } from "../infra/synthesized.ts";
import { stacksDescribed } from "./cloud-formation.ts";

const programs = mkdtempSync(join(tmpdir(), "programs-"));
const journal = join(programs, "journal");
const realNpx = execFileSync("which", ["npx"], { encoding: "utf8" }).trim();

/** The stack as CloudFormation has it; undefined if there is none. */
let deployed: string | undefined;
/** What CloudFormation says instead of a template. */
let refusal: { status: number; code: string; message: string } | undefined;
/** Each question to CloudFormation, and of which stack. */
const asked: string[] = [];
let cloudFormation: Listening;
let api: Listening;

/** Stands for a program that needs an AWS account: notes what it was called with, and fails where a case wants it. */
function fake(name: string, more = ""): void {
  const path = join(programs, name);
  const script = ["#!/bin/sh", `echo "${name} $*" >> "${journal}"`, `case "$*" in $FAIL_ON) exit 1;; esac`, more];
  writeFileSync(path, script.join("\n"));
  chmodSync(path, 0o755);
}

const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const resultOf = (action: string, body: string) =>
  `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${body}</${action}Result></${action}Response>`;
beforeAll(async () => {
  fake("npm");
  // One synthesis of each stack is enough: it takes as long as everything else here, and gives the same each time.
  const once = `[ "$2" = synth ] && mkdir "${join(programs, "synthesized")}-$(echo "$*" | cksum | cut -d " " -f 1)" 2>/dev/null`;
  fake("npx", `if ${once}; then PATH="\${PATH#*:}" exec "${realNpx}" "$@"; fi; exit 0`);
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
      const fault = refusal ?? (deployed === undefined ? missing : undefined);
      if (action === "GetTemplate" && fault) {
        const body = `<Code>${fault.code}</Code><Message>${fault.message}</Message>`;
        response
          .writeHead(fault.status)
          .end(`<ErrorResponse><Error><Type>Sender</Type>${body}</Error></ErrorResponse>`);
      } else if (action === "GetTemplate") {
        response.end(resultOf(action, `<TemplateBody>${escaped(deployed ?? "")}</TemplateBody>`));
      } else {
        response.end(stacksDescribed({ ApiUrl: api.url, ExportsBucketName: "acme-exports", Version: "1.2.3" }));
      }
    }),
    0,
  );
});
beforeEach(() => {
  writeFileSync(journal, "");
  refusal = undefined;
  asked.length = 0;
});
afterAll(() => Promise.all([cloudFormation.close(), api.close()]));

const run = (command: string, args: string[] = [], failOn = "nothing", more: Record<string, string> = {}) =>
  new Promise<{ code: number; output: string; steps: string[] }>((resolve) => {
    const env = {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH}`,
      FAIL_ON: failOn,
      INSIGHTS_CONFIG: configFile(config),
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      ...more,
    };
    execFile("node", ["scripts/command.mjs", command, ...args], { env }, (error, stdout, stderr) => {
      const steps = readFileSync(journal, "utf8").trim().split("\n");
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr, steps });
    });
  });

const check = "npx tsc --noEmit";
const synth = "npx cdk synth --quiet --strict --output cdk.out";
const diff = "npx cdk diff --app cdk.out";

it("checks types and not white space, synthesizes, shows, deploys, and makes a first call", async () => {
  deployed = undefined;
  const { code, output, steps } = await run("deploy");
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
  expect(asked).toEqual(["DescribeStacks TogglInsights"]);
});

it("goes no further than the step that fails", async () => {
  const { code, output, steps } = await run("deploy", [], "*tsc*");
  expect({ code, steps }).toEqual({ code: 2, steps: [check] });
  expect(output).toContain("`npx tsc --noEmit` failed, so nothing further was done.");
});

it("says that the bucket stays when the stack goes", async () => {
  const { code, output, steps } = await run("destroy", ["--stage", "staging"]);
  expect({ code, steps }).toEqual({ code: 0, steps: ["npx cdk destroy --context stage=staging"] });
  expect(output).toContain("The bucket acme-exports stays, with all files and the history.");
});

it("destroys without a question where --yes says so", async () => {
  const { code, output, steps } = await run("destroy", ["--yes"]);
  expect({ code, steps }).toEqual({ code: 0, steps: ["npx cdk destroy --force"] });
  for (const line of shownAfter("npm run destroy")) expect(output).toMatch(line);
});

it("finds the region in AWS_DEFAULT_REGION too, and warns of no Node.js", async () => {
  const { code, output } = await run("destroy", [], "nothing", { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" });
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

it("deploys a stage as a stack of its own, and asks about that one alone", async () => {
  deployed = undefined;
  const { code, output, steps } = await run("deploy", ["--stage", "staging"]);
  expect(steps).toEqual([
    check,
    `${synth} --context stage=staging`,
    diff,
    "npx cdk deploy --app cdk.out --require-approval broadening",
  ]);
  expect(asked).toEqual(["GetTemplate TogglInsights-staging", "DescribeStacks TogglInsights-staging"]);
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
  expect(asked).toEqual(["GetTemplate TogglInsights-staging"]);
});

it("takes no stage that is no short word, before anything is done", async () => {
  const { code, output, steps } = await run("deploy", ["--stage", "Staging!"]);
  expect({ code, steps }).toEqual({ code: 2, steps: [""] });
  expect(output).toContain("--stage must be lower-case letters, digits and hyphens, such as staging; it is Staging!.");
});
