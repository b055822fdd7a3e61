/**
 * The calls that the product made on a laptop, judged by somebody else: AWS_CALLS_FILE names the file to which a run of
 * tests appended them, such as `AWS_CALLS_FILE=/tmp/calls.jsonl npm run test:e2e`. Without it a small run is made here.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { functions } from "../../lambdas/contract.ts";
import type { DecidedCall, RecordedLine } from "../../local/aws/call-record.ts";
import { textTable } from "../text-table.ts";
import { engineAllows, hasEngine } from "./engine.ts";

const { AWS_CALLS_FILE: given } = process.env;

/** The file that was given, or one of a run of its own. */
function callsFile(): string {
  if (given && existsSync(given)) return given;
  const why = given ? `${given} IS NOT THERE` : "AWS_CALLS_FILE IS NOT SET";
  console.error(`\n!!! ${why}: THE CALLS ARE THOSE OF test/e2e/rights.test.ts ALONE, WHICH RUNS NOW\n`);
  const file = join(mkdtempSync(join(tmpdir(), "calls-")), "calls.jsonl");
  execFileSync("npx", ["vitest", "run", "test/e2e/rights.test.ts"], {
    env: { ...process.env, AWS_CALLS_FILE: file },
    stdio: "ignore",
  });
  return file;
}

function readCalls(file: string): DecidedCall[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const policies = new Map<string, DecidedCall["identity"]>();
  return lines.flatMap((text) => {
    const line: RecordedLine = JSON.parse(text);
    if ("policy" in line) {
      if (!policies.has(line.key)) policies.set(line.key, line.policy);
      return [];
    }
    const { identity = "", resource = "", ...call } = line;
    return [{ ...call, identity: policies.get(identity), resource: policies.get(resource) }];
  });
}

/** A function's name, of which the name that CloudFormation would make up has no hyphens; else as it is. */
function shortName(who: string): string {
  const name = Object.keys(functions).find((one) => who.includes(one.replaceAll("-", "")));
  return name ?? who.replace(/^arn:aws:(sts|iam)::\d+:(assumed-role\/[^/]+\/)?/, "");
}

/** Calls that differ in an export's id, a run's bucket or a signature's age alone are one, if their policies are. */
function kindOf({ who, request, isAllowed, identity, resource }: DecidedCall): string {
  const { "s3:signatureAge": age, ...context } = request.context ?? {};
  const call = [who, request.action, request.resource, context, age !== undefined, isAllowed];
  return [alike(call), ...[identity, resource].map((policy) => policy && alikeOnce(policy))].join("\n");
}

const alikeTexts = new WeakMap<object, string>();

function alikeOnce(policy: object): string {
  const text = alikeTexts.get(policy) ?? alike(policy);
  alikeTexts.set(policy, text);
  return text;
}

function alike(value: object): string {
  return JSON.stringify(value)
    .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, "ULID")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/[0-9a-f]{64}/g, "SHA256");
}

interface Row {
  calls: number;
  distinct: number;
  allowed: number;
  denied: number;
  disagreeing: number;
}

describe.skipIf(!hasEngine)("the AWS calls that were made on a laptop", () => {
  const rows = new Map<string, Row>();
  const disagreements: string[] = [];
  const allowedWithoutRole: string[] = [];
  let actions: Set<string>;

  beforeAll(async () => {
    const calls = readCalls(callsFile());
    actions = new Set(calls.map(({ who, request }) => `${shortName(who)} ${request.action}`));
    const seen = new Set<string>();
    for (const call of calls) {
      const row = rows.get(shortName(call.who)) ?? { calls: 0, distinct: 0, allowed: 0, denied: 0, disagreeing: 0 };
      rows.set(shortName(call.who), row);
      row.calls++;
      const kind = kindOf(call);
      if (seen.has(kind)) continue;
      seen.add(kind);
      row.distinct++;
      row[call.isAllowed ? "allowed" : "denied"]++;
      const { action, resource, context = {} } = call.request;
      const question = { action, resource, who: call.who, context, resourcePolicy: call.resource?.statements };
      const identity = call.identity?.statements;
      if ((await engineAllows({ ...question, identity })) !== call.isAllowed) {
        row.disagreeing++;
        disagreements.push(`here ${call.isAllowed}, engine ${!call.isAllowed}: ${JSON.stringify(call)}`);
      }
      if (identity && (await engineAllows(question))) allowedWithoutRole.push(JSON.stringify(call));
    }
    const columns = ["calls", "distinct", "allowed", "denied", "disagreeing"] as const;
    const total = columns.map((column) => String([...rows.values()].reduce((sum, row) => sum + row[column], 0)));
    const each = [...rows].sort().map(([who, row]) => [who, ...columns.map((column) => String(row[column]))]);
    console.log(`Calls that were recorded\n${textTable([["who", ...columns], ...each, ["all", ...total]])}`);
  });

  it("are allowed and denied by the independent engine as they were here", () => {
    expect(disagreements.slice(0, 20)).toEqual([]);
  });

  it("are allowed to who has the role, and not because a resource's policy lets everybody", () => {
    expect(allowedWithoutRole.slice(0, 20)).toEqual([]);
  });

  it("are those of every function that calls AWS, and of the services that deliver", () => {
    const expected = [
      ...["load-trends", "create-export", "list-names", "run-export"].map(
        (name) => `${name} secretsmanager:GetSecretValue`,
      ),
      ...["create-export", "list-names", "run-export", "watch-schedules"].map((name) => `${name} s3:PutObject`),
      ...["create-export", "browse-exports", "list-names", "run-export", "watch-schedules"].flatMap((name) => [
        `${name} s3:GetObject`,
        `${name} s3:ListBucket`,
      ]),
      ...["create-export sqs:SendMessage", "run-export sqs:SendMessage", "run-export sqs:ChangeMessageVisibility"],
      ...["run-export events:PutEvents", "events.amazonaws.com sqs:SendMessage", "send-notices sns:Publish"],
      ...["events.amazonaws.com lambda:InvokeFunction", "apigateway.amazonaws.com lambda:InvokeFunction"],
      ...["scheduler.amazonaws.com sts:AssumeRole", "lambda.amazonaws.com sts:AssumeRole"],
    ];
    expect(expected.filter((one) => !actions.has(one))).toEqual([]);
  });
});
