import { describe, expect, it } from "vitest";
import type { Template } from "../../local/assembly/template.ts";
import type { Caller } from "../../local/aws/account.ts";
import type { Context } from "../../local/aws/conditions.ts";
import type { Statement } from "../../local/aws/policy.ts";
import { textTable } from "../text-table.ts";
import { type Deployed, deployed, region } from "./deployed.ts";
import { hasEngine, ownAccount } from "./engine.ts";

const schedule = {
  ...{ name: "nightly", workspace_id: 123, report: "trends/projects", cron: "0 3 * * ? *" },
  ...{ period: "last-7-days", previous_period: "equal-length" },
};
const config = {
  workspaces: [{ id: 123, name: "Acme", token_secret: "toggl/acme" }],
  schedules: [schedule],
  notify: ["a@acme.example"],
};

type Writable = { -readonly [K in keyof Statement]: Statement[K] };

/** The statements of all policies whose logical id begins so. */
function statementsOf({ Resources }: Template, id: string): Writable[] {
  return Object.entries(Resources)
    .filter(([name, { Type }]) => name.startsWith(id) && Type.endsWith("Policy"))
    .flatMap(([, { Properties = {} }]) => (Properties.PolicyDocument as { Statement: Writable[] }).Statement);
}

/** Changes the statements that fit. */
const alter =
  (id: string, isMeant: (statement: Writable) => boolean, change: (statement: Writable) => void) =>
  (template: Template): void => {
    const meant = statementsOf(template, id).filter(isMeant);
    if (meant.length === 0) throw new Error(`${id} has no such statement.`);
    for (const statement of meant) change(statement);
  };
const withCondition = (Condition: Statement["Condition"] | undefined) => (statement: Writable) => {
  if (Condition) statement.Condition = Condition;
  else delete statement.Condition;
};
/** A denial of what nobody has. */
const disarmed = (statement: Writable) => {
  statement.Condition = { StringEquals: { "aws:PrincipalAccount": "nobody" } };
};

const isPutEvents = ({ Action }: Writable) => Action === "events:PutEvents";
const isHttp = ({ Condition }: Writable) => Condition?.Bool !== undefined;
const bySid = (sid: string) => (statement: Writable) => statement.Sid === sid;
const forService = ({ Effect, Principal }: Writable) =>
  Effect === "Allow" && /(events|cloudwatch)\.amazonaws/.test(JSON.stringify(Principal));

interface Fault {
  readonly what: string;
  readonly tamper: (template: Template) => void;
  readonly ask: (stack: Deployed) => readonly [Caller, action: string, resource: string, context?: Context];
  /** With the policies as they are. */
  readonly right: "yes" | "no";
}

const roleOf = (stack: Deployed, name: Parameters<Deployed["roleArn"]>[0]) =>
  stack.account.roleCaller(stack.roleArn(name));
const putEvents =
  (sources: readonly string[] | undefined): Fault["ask"] =>
  (stack) => [
    roleOf(stack, "run-export"),
    "events:PutEvents",
    `arn:aws:events:${region}:${ownAccount}:event-bus/default`,
    { "events:source": sources },
  ];
const link = (age: number): Context => ({ "s3:authType": "REST-QUERY-STRING", "s3:signatureAge": String(age) });
const file = (stack: Deployed) => `${stack.arnOf("AWS::S3::Bucket")}/exports/x.csv`;
const queue = (stack: Deployed) => stack.arnOf("AWS::SQS::Queue", "ExportsQueue");
const topic = (stack: Deployed) => stack.arnOf("AWS::SNS::Topic", "Alarms");
const otherRule = `arn:aws:events:${region}:999999999999:rule/theirs`;
const elsewhere: Context = { "aws:SourceAccount": "999999999999" };

const faults: readonly Fault[] = [
  {
    what: "the bare name of a secret in the grant",
    tamper: alter(
      "FunctionsLoadTrendsRole",
      ({ Action }) => Action === "secretsmanager:GetSecretValue",
      (statement) => {
        statement.Resource = [statement.Resource ?? []].flat().filter((one) => JSON.stringify(one).includes("-??????"));
      },
    ),
    ask: (stack) => [
      roleOf(stack, "load-trends"),
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:${region}:${ownAccount}:secret:toggl/acme`,
    ],
    right: "yes",
  },
  {
    what: "ForAllValues before StringEquals on events:source",
    tamper: alter(
      "BackgroundRunExport",
      isPutEvents,
      withCondition({ StringEquals: { "events:source": "toggl-insights" } }),
    ),
    ask: putEvents(["toggl-insights"]),
    right: "yes",
  },
  {
    what: "the same, for two events",
    tamper: alter(
      "BackgroundRunExport",
      isPutEvents,
      withCondition({ StringEquals: { "events:source": "toggl-insights" } }),
    ),
    ask: putEvents(["toggl-insights", "toggl-insights"]),
    right: "yes",
  },
  {
    what: "the same, with IfExists in its place",
    tamper: alter(
      "BackgroundRunExport",
      isPutEvents,
      withCondition({ StringLikeIfExists: { "events:source": "toggl-*" } }),
    ),
    ask: putEvents(["toggl-insights"]),
    right: "yes",
  },
  {
    what: "Null beside ForAllValues",
    tamper: alter(
      "BackgroundRunExport",
      isPutEvents,
      withCondition({ "ForAllValues:StringEquals": { "events:source": "toggl-insights" } }),
    ),
    ask: putEvents(undefined),
    right: "no",
  },
  {
    what: "ForAllValues, with ForAnyValue in its place",
    tamper: alter(
      "BackgroundRunExport",
      isPutEvents,
      withCondition({ "ForAnyValue:StringEquals": { "events:source": "toggl-insights" } }),
    ),
    ask: putEvents(["toggl-insights", "billing"]),
    right: "no",
  },
  {
    what: "the denial of older links",
    tamper: alter("ExportsBucketPolicy", bySid("DenyOlderLinks"), disarmed),
    ask: (stack) => [roleOf(stack, "browse-exports"), "s3:GetObject", file(stack), link(900_001)],
    right: "no",
  },
  {
    what: "the denial of links of others",
    tamper: alter("ExportsBucketPolicy", bySid("DenyLinksOfOthers"), disarmed),
    ask: (stack) => [stack.account.callerOf(stack.administratorKey), "s3:GetObject", file(stack), link(1)],
    right: "no",
  },
  {
    what: "the denial of http at the bucket",
    tamper: alter("ExportsBucketPolicy", isHttp, disarmed),
    ask: (stack) => [roleOf(stack, "browse-exports"), "s3:GetObject", file(stack), { "aws:SecureTransport": "false" }],
    right: "no",
  },
  {
    what: "the denial of TLS below 1.2",
    tamper: alter("ExportsBucketPolicy", ({ Condition }) => Condition?.NumericLessThan !== undefined, disarmed),
    ask: (stack) => [roleOf(stack, "browse-exports"), "s3:GetObject", file(stack), { "s3:TlsVersion": "1.1" }],
    right: "no",
  },
  {
    what: "the denial of http at the queue",
    tamper: alter("ExportsQueuePolicy", isHttp, disarmed),
    ask: (stack) => [
      roleOf(stack, "create-export"),
      "sqs:SendMessage",
      queue(stack),
      { "aws:SecureTransport": "false" },
    ],
    right: "no",
  },
  {
    what: "aws:SourceArn at the queue",
    tamper: alter("ExportsQueuePolicy", forService, withCondition(undefined)),
    ask: (stack) => [
      stack.account.serviceCaller("events.amazonaws.com", otherRule),
      "sqs:SendMessage",
      queue(stack),
      elsewhere,
    ],
    right: "no",
  },
  {
    what: "aws:SourceAccount at the topic of alarms",
    tamper: alter("AlarmsTopicPolicy", forService, withCondition(undefined)),
    ask: (stack) => [
      stack.account.serviceCaller("cloudwatch.amazonaws.com", otherRule),
      "sns:Publish",
      topic(stack),
      elsewhere,
    ],
    right: "no",
  },
];

describe.skipIf(!hasEngine)("what is taken out of the policies is missed by both evaluators", () => {
  it("fault by fault", async () => {
    const usual = deployed(config);
    const rows: string[][] = [];
    const wrong: string[] = [];
    for (const { what, tamper, ask, right } of faults) {
      const tampered = deployed(config, tamper);
      const verdicts = [await usual.ask(...ask(usual)), await tampered.ask(...ask(tampered))];
      rows.push([what, ...verdicts]);
      const expected = [right, right === "yes" ? "no" : "yes"];
      if (verdicts.join() !== expected.join()) wrong.push(`${what}: ${verdicts.join(", then ")}`);
    }
    console.log(`Taken out\n${textTable([["what", "with it", "without it"], ...rows])}\n`);
    expect(wrong).toEqual([]);
  });
});
