import { describe, expect, it } from "vitest";
import { routes } from "../../api/routes.ts";
import { callerPolicies } from "../../lib/caller-policies.ts";
import type { Context } from "../../local/aws/conditions.ts";
import { allows, type Statement } from "../../local/aws/policy.ts";
import { textTable } from "../text-table.ts";
import { bothSay, type Deployed, deployed, region } from "./deployed.ts";
import { engineAllows, hasEngine, ownAccount } from "./engine.ts";

const workspaces = [{ id: 123, name: "Acme", token_secret: "toggl/acme" }];
const schedule = {
  ...{ workspace_id: 123, report: "trends/projects", cron: "0 3 * * ? *" },
  ...{ period: "last-7-days", previous_period: "equal-length" },
};
const schedules = [
  { ...schedule, name: "nightly" },
  { ...schedule, name: "local", time_zone: "Europe/Berlin" },
];
const config = { workspaces, schedules, notify: ["a@acme.example"], alarm_notify: ["b@acme.example"] };
const otherAccount = "999999999999";

type Row = readonly [who: string, what: string, expected: "yes" | "no", verdict: string];

function expectRows(title: string, rows: readonly Row[]): void {
  const table = rows.map(([who, what, , verdict]) => [who, what, verdict]);
  console.log(`${title}\n${textTable([["who", "what", "may"], ...table])}\n`);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(([, , expected, verdict]) => expected !== verdict)).toEqual([]);
}

/** The names that a service's calls carry: in whose name it acts, and of which account. */
const inTheNameOf = (arn: string, account = ownAccount): Context => ({
  "aws:SourceArn": arn,
  "aws:SourceAccount": account,
});

describe.skipIf(!hasEngine)("AWS's services", () => {
  it("do what they are here for, in this account's name alone", async () => {
    const stack = deployed(config);
    const queue = stack.arnOf("AWS::SQS::Queue", "ExportsQueue");
    const deadLetters = stack.arnOf("AWS::SQS::Queue", "ExportsDeadLetters");
    const undelivered = stack.arnOf("AWS::SQS::Queue", "ExportsUndelivered");
    const notices = stack.arnOf("AWS::SNS::Topic", "Notices");
    const alarms = stack.arnOf("AWS::SNS::Topic", "Alarms");
    const rule = stack.assembly.timedRules.find(({ scheduler }) => !scheduler)?.arn ?? "";
    const [watch = ""] = stack.assembly.timedRules.map(({ arn }) => arn).filter((arn) => arn.includes("watch"));
    const onEvents = stack.assembly.eventRules[0]?.arn ?? "";
    const { roleArn: senderArn = "", groupArn = "" } =
      stack.assembly.timedRules.find(({ scheduler }) => scheduler)?.scheduler ?? {};
    const [method, authorizer] = ["v1/GET/openapi.json", "authorizers/x"].map(
      (path) => `arn:aws:execute-api:${region}:${ownAccount}:${stack.assembly.api.id}/${path}`,
    );
    const theirs = (arn: string) => arn.replace(ownAccount, otherAccount);
    const http: Context = { "aws:SecureTransport": "false" };

    const rows: Row[] = [];
    const service = async (
      [name, source]: readonly [string, string],
      [action, arn, what]: readonly [string, string, string],
      expected: Row[2],
      context: Context = {},
    ) => {
      const caller = stack.account.serviceCaller(`${name}.amazonaws.com`, source);
      const account = source.split(":")[4] || ownAccount;
      const asked = { ...inTheNameOf(source, account), ...context };
      const how = [
        account === ownAccount ? "" : ", of another account",
        context["aws:SecureTransport"] ? ", over http" : "",
      ];
      const verdict = await stack.ask(caller, action, arn, asked);
      rows.push([
        `${name}: ${source.split(":").slice(5).join(":")}${how.join("")}`,
        `${action} ${what}`,
        expected,
        verdict,
      ]);
    };
    const toQueue = ["sqs:SendMessage", queue, "the queue"] as const;
    const toDeadLetters = ["sqs:SendMessage", deadLetters, "the dead letters"] as const;
    const toUndelivered = ["sqs:SendMessage", undelivered, "what is undelivered"] as const;
    const toNotices = ["sns:Publish", notices, "the topic of notices"] as const;
    const toAlarms = ["sns:Publish", alarms, "the topic of alarms"] as const;
    const alarm = `arn:aws:cloudwatch:${region}:${ownAccount}:alarm:any`;

    await service(["events", rule], toQueue, "yes");
    await service(["events", theirs(rule)], toQueue, "no");
    await service(["events", rule], toQueue, "no", http);
    await service(["events", rule], ["sqs:ReceiveMessage", queue, "the queue"], "no");
    await service(["events", rule], toDeadLetters, "no");
    await service(["events", rule], toUndelivered, "yes");
    await service(["events", watch], toUndelivered, "yes");
    await service(["events", theirs(watch)], toUndelivered, "no");
    await service(["sns", notices], toUndelivered, "yes");
    await service(["sns", alarms], toUndelivered, "yes");
    await service(["sns", theirs(notices)], toUndelivered, "no");
    await service(["sns", notices], toQueue, "no");
    await service(["s3", stack.arnOf("AWS::S3::Bucket")], toQueue, "no");

    await service(["events", onEvents], toNotices, "no"); // a function does
    await service(["events", theirs(onEvents)], toNotices, "no");
    await service(["events", onEvents], toNotices, "no", http);
    await service(["events", onEvents], ["sns:Subscribe", notices, "the topic of notices"], "no");
    await service(["cloudwatch", alarm], toAlarms, "yes");
    await service(["cloudwatch", theirs(alarm)], toAlarms, "no");
    await service(["cloudwatch", alarm], toNotices, "no");
    await service(["events", onEvents], toAlarms, "no");

    const assume = (arn: string, what: string) => ["sts:AssumeRole", arn, what] as const;
    await service(["scheduler", groupArn], assume(senderArn, "Scheduler's role"), "yes");
    await service(["scheduler", theirs(groupArn)], assume(senderArn, "Scheduler's role"), "no");
    await service(["events", rule], assume(senderArn, "Scheduler's role"), "no");
    for (const name of stack.functions) {
      const [arn, role] = [stack.functionArn(name), stack.roleArn(name)];
      await service(["lambda", arn], assume(role, `the role of ${name}`), "yes");
      await service(
        ["ec2", `arn:aws:ec2:${region}:${ownAccount}:instance/i-1`],
        assume(role, `the role of ${name}`),
        "no",
      );
      const call = ["lambda:InvokeFunction", arn, name] as const;
      const isRouted = routes.some((route) => route.function === name);
      await service(["apigateway", method ?? ""], call, isRouted ? "yes" : "no");
      await service(["apigateway", (method ?? "").replace(stack.assembly.api.id, "another")], call, "no");
      await service(["apigateway", theirs(method ?? "")], call, "no");
      await service(["apigateway", authorizer ?? ""], call, "no");
      await service(["events", watch], call, name === "watch-schedules" ? "yes" : "no");
      await service(["events", rule], call, "no");
      await service(["events", onEvents], call, name === "send-notices" ? "yes" : "no");
    }

    const scheduler = stack.account.roleCaller(senderArn);
    const sends = [
      [...toQueue, "yes"],
      [...toUndelivered, "yes"],
      [...toDeadLetters, "no"],
      ["sqs:ReceiveMessage", queue, "the queue", "no"],
      ["lambda:InvokeFunction", stack.functionArn("run-export"), "run-export", "no"],
      ["sqs:SendMessage", theirs(queue), "another account's queue", "no"],
    ] as const;
    for (const [action, arn, what, expected] of sends) {
      rows.push(["Scheduler's role", `${action} ${what}`, expected, await stack.ask(scheduler, action, arn)]);
    }
    expectRows("AWS's services", rows);
  });
});

/** A policy that allows everything, which somebody else's administrator can write for himself. */
const everything: Statement[] = [{ Effect: "Allow", Action: "*", Resource: "*" }];

/** Who is not of this account: the engine alone is asked, since the local services have no other accounts. */
const outsiders: readonly (readonly [who: string, arn: string | undefined, identity: readonly Statement[]])[] = [
  ["another account's administrator", `arn:aws:iam::${otherAccount}:user/root-like`, everything],
  ["another account's role", `arn:aws:sts::${otherAccount}:assumed-role/any/session`, everything],
  ["somebody without a signature", undefined, []],
];

type Try = readonly [action: string, resource: string, policy: readonly Statement[], context?: Context];

describe.skipIf(!hasEngine)("who is not of this account", () => {
  it.each<[string, object]>([
    ["as it is", {}],
    ["as a private API", { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d"] } }],
    ["from some addresses", { allow_from: { ip_ranges: ["203.0.113.0/24"] } }],
  ])("may do nothing, configured %s", async (title, more) => {
    const stack = deployed({ ...config, ...more });
    const bucket = stack.arnOf("AWS::S3::Bucket");
    const queue = stack.arnOf("AWS::SQS::Queue", "ExportsQueue");
    const topic = stack.arnOf("AWS::SNS::Topic", "Notices");
    const api = `arn:aws:execute-api:${region}:${ownAccount}:a1b2c3/v1`;
    const link: Context = { "s3:authType": "REST-QUERY-STRING", "s3:signatureAge": "1" };
    const origin: Context = { "aws:SourceIp": "203.0.113.9", "aws:SourceVpce": "vpce-0a1b2c3d" };
    const tries: readonly Try[] = [
      ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].map(
        (action) => [action, `${bucket}/exports/x.csv`, stack.policyOf(bucket)] as const,
      ),
      ["s3:GetObject", `${bucket}/exports/x.csv`, stack.policyOf(bucket), link],
      ["s3:ListBucket", bucket, stack.policyOf(bucket)],
      ["s3:PutBucketPolicy", bucket, stack.policyOf(bucket)],
      ...["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue"].map(
        (action) => [action, queue, stack.policyOf(queue)] as const,
      ),
      ["sns:Publish", topic, stack.policyOf(topic)],
      ["sns:Subscribe", topic, stack.policyOf(topic)],
      ["lambda:InvokeFunction", stack.functionArn("create-export"), stack.policyOf(stack.functionArn("create-export"))],
      ["sts:AssumeRole", stack.roleArn("run-export"), stack.policyOf(stack.roleArn("run-export"))],
      ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${region}:${ownAccount}:secret:toggl/acme-AbC123`, []],
      ["events:PutEvents", `arn:aws:events:${region}:${ownAccount}:event-bus/default`, []],
      ["execute-api:Invoke", `${api}/GET/workspace/123/exports`, stack.apiPolicy(api), origin],
    ];
    const may = async ([, who, identity]: (typeof outsiders)[number], [action, resource, policy, context]: Try) => {
      const known = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", ...context };
      return engineAllows({ action, resource, who, context: known, identity, resourcePolicy: policy });
    };
    const rows: string[][] = [];
    for (const each of tries) {
      const [action, , , context] = each;
      const verdicts: string[] = [];
      for (const outsider of outsiders) verdicts.push((await may(outsider, each)) ? "YES" : "-");
      rows.push([action, context === link ? "by a link" : "", ...verdicts]);
    }
    const head = ["action", "how", ...outsiders.map(([who]) => who)];
    console.log(`Outsiders, configured ${title} (the engine alone)\n${textTable([head, ...rows])}\n`);
    expect(rows.filter((row) => row.includes("YES"))).toEqual([]);

    // The question is one that can be answered with yes.
    const open: Statement = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };
    for (const outsider of outsiders) {
      const file = `${bucket}/exports/x.csv`;
      expect(await may(outsider, ["s3:GetObject", file, [...stack.policyOf(bucket), open]])).toBe(true);
      expect(await may(outsider, ["s3:GetObject", file, [...stack.policyOf(bucket), open], link])).toBe(false);
    }
  });
});

describe.skipIf(!hasEngine)("this account's own people", () => {
  it("may do in the bucket what their own policies say, but over TLS and without links", async () => {
    const stack = deployed(config);
    const bucket = stack.arnOf("AWS::S3::Bucket");
    const administrator = stack.account.callerOf(stack.administratorKey);
    const link: Context = { "s3:authType": "REST-QUERY-STRING", "s3:signatureAge": "1" };
    const tries: readonly [string, string, Context, Row[2]][] = [
      ["reads a file", `${bucket}/exports/x.csv`, {}, "yes"],
      ["reads it by a link of his own", `${bucket}/exports/x.csv`, link, "no"],
      ["reads it over http", `${bucket}/exports/x.csv`, { "aws:SecureTransport": "false" }, "no"],
      ["reads it over TLS 1.1", `${bucket}/exports/x.csv`, { "s3:TlsVersion": "1.1" }, "no"],
    ];
    const rows: Row[] = [];
    for (const [what, arn, context, expected] of tries) {
      rows.push(["an administrator", what, expected, await stack.ask(administrator, "s3:GetObject", arn, context)]);
    }
    expectRows("This account's own people", rows);
  });
});

/** What a caller may try on the API, in words of the routes. */
function callsOf(here: string) {
  const path = (text: string, workspace: number) =>
    text
      .replace("{workspace_id}", String(workspace))
      .replace("{name}", "nightly")
      .replace(/\{[^}]+\}/g, "01J");
  const routed = routes
    .filter((route) => route.method !== "ANY" && !/\{proxy/.test(route.path))
    .flatMap(({ method, path: text }) =>
      (text.includes("{workspace_id}") ? [123, 1234, 456] : [0]).map((workspace) => ({
        method,
        path: path(text, workspace),
        workspace,
        arn: `${here}/${method}${path(text, workspace)}`,
      })),
    );
  const others = ["DELETE", "PUT", "PATCH"].map((method) => ({
    ...{ method, path: "/workspace/123/exports", workspace: 123 },
    arn: `${here}/${method}/workspace/123/exports`,
  }));
  const elsewhere = [here.replace("/v1", "/test"), here.replace("a1b2c3", "another")].map((other) => ({
    ...{ method: "GET", path: `/workspace/123/exports of ${other.split(":").at(-1)}`, workspace: 0 },
    arn: `${other}/GET/workspace/123/exports`,
  }));
  return [...routed, ...others, ...elsewhere];
}

type Call = ReturnType<typeof callsOf>[number];

/** What docs/security.md says that each policy is for. */
const mayCall: Record<keyof typeof callerPolicies, (call: Call) => boolean> = {
  "workspace-caller": ({ workspace, method }) => workspace === 123 && /^(GET|HEAD|POST)$/.test(method),
  "read-only-caller": ({ workspace, method }) => workspace > 0 && /^(GET|HEAD)$/.test(method),
  operator: ({ workspace, method, path }) =>
    workspace > 0 && (/^(GET|HEAD)$/.test(method) || (method === "POST" && /\/schedules\/nightly\/\w/.test(path))),
};

describe.skipIf(!hasEngine)("callers of the API", () => {
  const api = `arn:aws:execute-api:${region}:${ownAccount}:a1b2c3/v1`;
  const names = Object.keys(callerPolicies) as (keyof typeof callerPolicies)[];
  const statementsOf = new Map(
    names.map((name) => [name, callerPolicies[name]({ apiArn: api, workspaceId: 123 }).Statement] as const),
  );
  const user = (account = ownAccount) => `arn:aws:iam::${account}:user/caller`;

  it("may call what the policies in docs/security.md are for", async () => {
    const rows: string[][] = [];
    const wrong: string[] = [];
    for (const call of callsOf(api)) {
      const row = [call.method, call.path];
      for (const name of names) {
        const Statement = statementsOf.get(name) ?? [];
        const action = "execute-api:Invoke";
        const engine = await engineAllows({
          action,
          resource: call.arn,
          who: user(),
          context: {},
          identity: Statement,
        });
        const verdict = bothSay(allows({ Statement }, action, call.arn), engine);
        row.push(verdict === "no" ? "-" : verdict);
        if (verdict !== (mayCall[name](call) ? "yes" : "no")) wrong.push(`${name} ${call.arn}: ${verdict}`);
      }
      rows.push(row);
    }
    console.log(`Callers\n${textTable([["method", "path", ...names], ...rows])}\n`);
    expect(wrong).toEqual([]);
  });

  it.each<[string, object, Context, Context]>([
    [
      "addresses",
      { allow_from: { ip_ranges: ["203.0.113.0/24", "2001:db8::/32"] } },
      { "aws:SourceIp": "203.0.113.9" },
      { "aws:SourceIp": "198.51.100.1" },
    ],
    [
      "VPC endpoints",
      { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d"] } },
      { "aws:SourceVpce": "vpce-0a1b2c3d" },
      { "aws:SourceVpce": "vpce-99999999" },
    ],
  ])(
    "come in from the %s that are configured, if their policy lets them, and from nowhere else",
    async (_, more, inside, outside) => {
      const stack: Deployed = deployed({ ...config, ...more });
      const resourcePolicy = stack.apiPolicy(api);
      expect(resourcePolicy.length).toBe(1);
      const may = (who: string | undefined, identity: readonly Statement[], context: Context) =>
        engineAllows({
          ...{ action: "execute-api:Invoke", resource: `${api}/GET/workspace/123/exports`, who },
          ...{ context, identity, resourcePolicy },
        });
      const reads = statementsOf.get("read-only-caller") ?? [];
      expect({
        inside: await may(user(), reads, inside),
        outside: await may(user(), reads, outside),
        nowhere: await may(user(), reads, {}),
        insideWithoutPolicy: await may(user(), [], inside),
        insideOfAnotherAccount: await may(user(otherAccount), everything, inside),
        insideUnsigned: await may(undefined, [], inside),
      }).toEqual({
        inside: true,
        ...{ outside: false, nowhere: false, insideWithoutPolicy: false },
        ...{ insideOfAnotherAccount: false, insideUnsigned: false },
      });
    },
  );
});
