import { describe, expect, it } from "vitest";
import type { FunctionName } from "../../lambdas/contract.ts";
import type { Context } from "../../local/aws/conditions.ts";
import { textTable } from "../text-table.ts";
import { type Deployed, deployed, region } from "./deployed.ts";
import { hasEngine, ownAccount } from "./engine.ts";

/** Something to try, and which functions may. */
interface Try {
  readonly what: string;
  readonly action: string;
  /** An ARN, or one for each function. */
  readonly resource: string | ((name: FunctionName) => string);
  readonly who: readonly FunctionName[];
  readonly context?: Context;
}

const all: FunctionName[] = [
  ...(["load-trends", "create-export", "browse-exports", "list-names"] as const),
  ...(["run-export", "watch-schedules", "send-notices", "authorize-caller"] as const),
];
const readers: FunctionName[] = ["load-trends", "create-export", "list-names", "run-export"];
const inBucket: FunctionName[] = ["create-export", "browse-exports", "list-names", "run-export", "watch-schedules"];
const nobody: FunctionName[] = [];

/** Who reads and who writes what lies below a prefix of the bucket. */
const prefixes: readonly [key: string, mayRead: FunctionName[], mayWrite: FunctionName[]][] = [
  ["exports/x.csv", ["create-export", "browse-exports", "run-export"], ["create-export", "run-export"]],
  [
    "records/x.json",
    ["create-export", "browse-exports", "run-export", "watch-schedules"],
    ["create-export", "run-export"],
  ],
  ["idempotency/x", ["create-export"], ["create-export"]],
  ["coordination/lease", ["run-export"], ["run-export"]],
  ["coordination/quota/x", ["create-export", "run-export"], ["create-export", "run-export"]],
  ["coordination/warnings/x", ["run-export"], ["create-export", "list-names", "run-export"]],
  ["coordination/names/x", ["run-export"], ["list-names", "run-export"]],
  ["schedules/nightly.json", ["watch-schedules"], ["watch-schedules"]],
  ["names/1.json", ["list-names", "run-export"], ["list-names"]],
  [
    "current/schedule=nightly/manifest.json",
    ["create-export", "browse-exports", "run-export", "watch-schedules"],
    ["run-export"],
  ],
  ["exports", nobody, nobody],
  ["exports2/x.csv", nobody, nobody],
  ["other/x", nobody, nobody],
];

interface Setting {
  /** Of its own, for the files. */
  readonly hasKey?: boolean;
  readonly isInNetwork?: boolean;
  readonly linkMinutes?: number;
  /** The name of a secret more. */
  readonly oneMore?: string;
}

const minute = 60_000;
const otherAccount = "999999999999";
export const keyArn = `arn:aws:kms:${region}:${ownAccount}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

function tries(stack: Deployed, { hasKey, isInNetwork, linkMinutes = 15, oneMore }: Setting): Try[] {
  const bucket = stack.arnOf("AWS::S3::Bucket");
  const queue = stack.arnOf("AWS::SQS::Queue", "ExportsQueue");
  const deadLetters = stack.arnOf("AWS::SQS::Queue", "ExportsDeadLetters");
  const undelivered = stack.arnOf("AWS::SQS::Queue", "ExportsUndelivered");
  const secret = (name: string) => `arn:aws:secretsmanager:${region}:${ownAccount}:secret:${name}`;
  const bus = `arn:aws:events:${region}:${ownAccount}:event-bus/default`;
  const next = (name: FunctionName) =>
    stack.functions[(stack.functions.indexOf(name) + 1) % stack.functions.length] ?? name;
  const stream = (name: FunctionName) => stack.logGroupArn(name).replace(/\*$/, "log-stream:2026/11/25/[1]a");
  const link = (age: number): Context => ({ "s3:authType": "REST-QUERY-STRING", "s3:signatureAge": String(age) });
  const signers: FunctionName[] = ["create-export", "browse-exports"];
  const of = (
    what: string,
    who: readonly FunctionName[],
    action: string,
    resource: Try["resource"],
    context?: Context,
  ) => ({
    ...{ what, action, resource, who },
    ...(context && { context }),
  });
  const none = (what: string, action: string, resource: Try["resource"], context?: Context) =>
    of(what, nobody, action, resource, context);
  const read = "secretsmanager:GetSecretValue";
  const put = "events:PutEvents";
  const sources = (...names: string[]): Context => ({ "events:source": names });
  const send = "sqs:SendMessage";
  return [
    of("a workspace's token", readers, read, secret("toggl/acme-AbC123")),
    of("a token that is not put in yet", readers, read, secret("toggl/acme")),
    of("another workspace's token", readers, read, secret("toggl/cafe-AbC123")),
    ...(oneMore ? [of("the token of the last of many", readers, read, secret(`${oneMore}-AbC123`))] : []),
    none("another secret", read, secret("prod/database-AbC123")),
    none("a secret whose name goes on", read, secret("toggl/acme-prod-AbC123")),
    none("one that is not there, of a longer name", read, secret("toggl/acme2")),
    none("the name in another account", read, secret("toggl/acme-AbC123").replace(ownAccount, otherAccount)),
    none("the name in another region", read, secret("toggl/acme-AbC123").replace(region, "us-east-1")),
    none("writes a token", "secretsmanager:PutSecretValue", secret("toggl/acme-AbC123")),
    none("deletes a token", "secretsmanager:DeleteSecret", secret("toggl/acme-AbC123")),

    ...prefixes.flatMap(([key, mayRead, mayWrite]) => [
      of(`reads ${key}`, mayRead, "s3:GetObject", `${bucket}/${key}`),
      of(`writes ${key}`, mayWrite, "s3:PutObject", `${bucket}/${key}`),
    ]),
    of("lists the bucket", inBucket, "s3:ListBucket", bucket, { "s3:prefix": "records/" }),
    none("reads an earlier version", "s3:GetObjectVersion", `${bucket}/exports/x.csv`),
    none("deletes a file", "s3:DeleteObject", `${bucket}/exports/x.csv`),
    none("deletes a version", "s3:DeleteObjectVersion", `${bucket}/exports/x.csv`),
    none("opens a file to all", "s3:PutObjectAcl", `${bucket}/exports/x.csv`),
    none("changes the bucket's policy", "s3:PutBucketPolicy", bucket),
    none("has S3 delete", "s3:PutLifecycleConfiguration", bucket),
    none("reads another bucket", "s3:GetObject", "arn:aws:s3:::another/exports/x.csv"),
    none("lists another bucket", "s3:ListBucket", "arn:aws:s3:::another"),
    none("reads over http", "s3:GetObject", `${bucket}/exports/x.csv`, { "aws:SecureTransport": "false" }),
    none("lists over http", "s3:ListBucket", bucket, { "aws:SecureTransport": "false" }),
    none("reads over TLS 1.1", "s3:GetObject", `${bucket}/exports/x.csv`, { "s3:TlsVersion": "1.1" }),
    of("a fresh link", signers, "s3:GetObject", `${bucket}/exports/x.csv`, link(1)),
    of("a link in its last moment", signers, "s3:GetObject", `${bucket}/exports/x.csv`, link(linkMinutes * minute)),
    none("a link after it", "s3:GetObject", `${bucket}/exports/x.csv`, link(linkMinutes * minute + 1)),
    none("a link for a week", "s3:GetObject", `${bucket}/exports/x.csv`, link(6 * 24 * 60 * minute)),
    of("a link to a listing", signers, "s3:ListBucket", bucket, link(1)),

    of("sends to the queue", ["create-export", "run-export"], send, queue),
    of("sends to the dead letters", ["run-export"], send, deadLetters),
    of("sends to what is undelivered", ["watch-schedules", "send-notices"], send, undelivered),
    of("takes from the queue", ["run-export"], "sqs:ReceiveMessage", queue),
    of("takes off the queue", ["run-export"], "sqs:DeleteMessage", queue),
    of("hides a message", ["run-export"], "sqs:ChangeMessageVisibility", queue),
    none("takes from the dead letters", "sqs:ReceiveMessage", deadLetters),
    none("empties the queue", "sqs:PurgeQueue", queue),
    none("changes the queue", "sqs:SetQueueAttributes", queue),
    none("sends to another queue", send, `arn:aws:sqs:${region}:${ownAccount}:another.fifo`),
    none("sends to another account's queue", send, queue.replace(ownAccount, otherAccount)),
    none("sends over http", send, queue, { "aws:SecureTransport": "false" }),

    of("puts an event of its own", ["run-export"], put, bus, sources("toggl-insights")),
    of("puts two", ["run-export"], put, bus, {
      ...sources("toggl-insights", "toggl-insights"),
      "events:detail-type": ["Export Succeeded", "Export Failed"],
    }),
    none("puts one of its own and one of another's", put, bus, sources("toggl-insights", "billing")),
    none("puts one of another's", put, bus, sources("billing")),
    none("puts one in AWS's name", put, bus, sources("aws.s3")),
    none("puts one of no source", put, bus),
    none("puts one on another bus", put, bus.replace("default", "another"), sources("toggl-insights")),
    none("puts one in another account", put, bus.replace(ownAccount, otherAccount), sources("toggl-insights")),
    none("makes a rule", "events:PutRule", `arn:aws:events:${region}:${ownAccount}:rule/mine`),

    of("writes its log", all, "logs:PutLogEvents", stream),
    none("writes another's log", "logs:PutLogEvents", (name) => stream(next(name))),
    none("deletes its log", "logs:DeleteLogGroup", (name) => stack.logGroupArn(name).replace(/:\*$/, "")),
    none("calls a function", "lambda:InvokeFunction", (name) => stack.functionArn(next(name))),
    none("changes itself", "lambda:UpdateFunctionCode", stack.functionArn),
    none("assumes another's role", "sts:AssumeRole", (name) => stack.roleArn(next(name))),
    none("passes its role on", "iam:PassRole", stack.roleArn),
    ...(stack.functions.includes("send-notices")
      ? [of("publishes a notice", ["send-notices"], "sns:Publish", stack.arnOf("AWS::SNS::Topic", "Notices"))]
      : []),
    none("publishes an alarm", "sns:Publish", stack.arnOf("AWS::SNS::Topic", "Alarms")),
    none(
      "calls the API",
      "execute-api:Invoke",
      `arn:aws:execute-api:${region}:${ownAccount}:a1b2c3/v1/GET/workspace/1/exports`,
    ),

    of("opens files with the key", hasKey ? inBucket : nobody, "kms:Decrypt", keyArn),
    of(
      "closes files with the key",
      hasKey ? inBucket.filter((one) => one !== "browse-exports") : nobody,
      "kms:GenerateDataKey",
      keyArn,
    ),
    none("opens files with another key", "kms:Decrypt", keyArn.replace("1234abcd", "00000000")),
    none("deletes the key", "kms:ScheduleKeyDeletion", keyArn),
    of(
      "joins a network",
      isInNetwork ? all : nobody,
      "ec2:CreateNetworkInterface",
      `arn:aws:ec2:${region}:${ownAccount}:network-interface/eni-0a1b2c3d`,
    ),
    none("starts a machine", "ec2:RunInstances", `arn:aws:ec2:${region}:${ownAccount}:instance/i-0a1b2c3d`),
  ];
}

const workspaces = [
  { id: 1_000_001, name: "Acme", token_secret: "toggl/acme" },
  { id: 1_000_002, name: "Café", token_secret: "toggl/cafe" },
];
const schedule = {
  workspace_id: 1_000_001,
  report: "trends/projects",
  cron: "0 3 * * ? *",
  period: "last-7-days",
  previous_period: "equal-length",
};
const schedules = [
  { ...schedule, name: "nightly" },
  { ...schedule, name: "local", time_zone: "Europe/Berlin" },
];
const many = Array.from({ length: 80 }, (_, at) => ({
  id: 2_000_001 + at,
  name: `No. ${at}`,
  token_secret: `toggl/workspace-${at}`,
}));

const configurations: readonly [name: string, config: object, setting: Setting][] = [
  ["as it is", {}, {}],
  ["with schedules and mails", { schedules, notify: ["a@acme.example"], alarm_notify: ["b@acme.example"] }, {}],
  ["with JWTs", { schedules, auth: { jwt: { issuer: "https://login.acme.example", audience: "toggl-insights" } } }, {}],
  [
    "in a network, as a private API",
    {
      schedules,
      vpc: { subnet_ids: ["subnet-0a1b2c3d"], security_group_ids: ["sg-0a1b2c3d"] },
      allow_from: { vpc_endpoints: ["vpce-0a1b2c3d"] },
    },
    { isInNetwork: true },
  ],
  [
    "with a key and short links",
    { schedules, kms_key_arn: keyArn, download_url_minutes: 5 },
    { hasKey: true, linkMinutes: 5 },
  ],
  ["with many workspaces", { schedules, workspaces: [...workspaces, ...many] }, { oneMore: "toggl/workspace-79" }],
];

describe.skipIf(!hasEngine)("each function may do what it is there for, and nothing else", () => {
  /** What was allowed before, as function and what. */
  const shown = new Set<string>();

  it.each(configurations)("%s", async (title, config, setting) => {
    const stack = deployed({ workspaces, ...config });
    const rows: string[][] = [];
    const wrong: string[] = [];
    let asked = 0;
    for (const { what, action, resource, who, context } of tries(stack, setting)) {
      const row = [action, what];
      for (const name of stack.functions) {
        const arn = typeof resource === "string" ? resource : resource(name);
        const verdict = await stack.ask(stack.account.roleCaller(stack.roleArn(name)), action, arn, context);
        asked++;
        row.push(verdict === "no" ? "-" : verdict);
        if (verdict !== (who.includes(name) ? "yes" : "no"))
          wrong.push(`${name} ${what} (${action} on ${arn}): ${verdict}`);
      }
      const cells = row.map((cell, at) => `${what} ${at < 2 ? "" : stack.functions[at - 2]} ${cell}`).slice(2);
      const isFirst = title === configurations[0]?.[0];
      if (isFirst || cells.some((cell) => !shown.has(cell) && !cell.endsWith(" -"))) rows.push(row);
      for (const cell of cells) shown.add(cell);
    }
    const head = ["action", "what", ...stack.functions];
    console.log(
      `${asked} rights tried, configured ${title}; what no table above shows:\n${textTable([head, ...rows])}\n`,
    );
    expect(wrong).toEqual([]);
  });
});
