import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conditions, Context } from "../../local/aws/conditions.ts";
import { decide, refuseUnknownStatement, type Statement } from "../../local/aws/policy.ts";
import { seed } from "../seed.ts";
import { engineAllows, hasEngine, ownAccount } from "./engine.ts";

const role = {
  principal: { arn: `arn:aws:iam::${ownAccount}:role/a` },
  who: `arn:aws:sts::${ownAccount}:assumed-role/a/s`,
};
const user = { principal: { arn: `arn:aws:iam::${ownAccount}:user/u` }, who: `arn:aws:iam::${ownAccount}:user/u` };
const service = { principal: { service: "events.amazonaws.com" }, who: "events.amazonaws.com" };

interface Case {
  readonly action: string;
  readonly resource: string;
  readonly asker: typeof role | typeof user | typeof service;
  readonly context: Context;
  readonly identity: Statement[];
  readonly resourcePolicy: Statement[];
}

const oneOrMore = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));

/**
 * Keys, each with the operators that AWS has for its type, and with values of policies and requests. Left out is what
 * the two take differently for a reason: an empty list or text under Null and IfExists, which the engine takes for a
 * value, and IAM's guide for none ("the context key exists and its value is not null"); 0.0.0.0/0, which for the engine no
 * address is in; and addresses of the other family, of which it says that they are neither in a range nor not in it.
 */
const keys: Readonly<Record<string, { operators: string[]; inPolicies: string[]; inRequests: string[] }>> = {
  "s3:authType": text(["REST-QUERY-STRING", "REST-HEADER", "rest-header", "REST-*", "*", ""]),
  "s3:prefix": text(["records/", "records/x/y", "rec?rds/*", "names/*", "*", "records/*"]),
  "aws:SourceAccount": text([ownAccount, "1", "*"]),
  "events:source": text(["mine", "yours", "m*", "MINE"]),
  "s3:signatureAge": {
    operators: negatable("NumericEquals", "NumericNotEquals").concat(
      ["NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"].flatMap(
        quantified,
      ),
    ),
    inPolicies: ["900000", "900001", "0", "900000.0", "-1"],
    inRequests: ["900000", "900001", "0", "1"],
  },
  "aws:SecureTransport": {
    operators: quantified("Bool"),
    inPolicies: ["true", "false", "TRUE", "False"],
    inRequests: ["true", "false"],
  },
  "aws:SourceIp": {
    operators: negatable("IpAddress", "NotIpAddress"),
    inPolicies: [
      "203.0.113.9",
      "203.0.113.0/24",
      "203.0.113.128/25",
      "198.51.100.0/23",
      "203.0.113.9/32",
      "128.0.0.0/1",
    ],
    inRequests: ["203.0.113.9", "203.0.113.255", "198.51.101.1", "10.0.0.1"],
  },
  "aws:SourceArn": arns(
    ["arn:aws:events:eu:1:rule/a", "arn:aws:events:*:1:rule/*", "arn:aws:*:eu:1:rule/a", "arn:aws:events:*:*:*"],
    ["arn:aws:events:eu:1:rule/a", "arn:aws:events:eu:1:rule/a/b", "arn:aws:events:eu:1:rule:a:b", "arn:aws:s3:::b"],
  ),
  "aws:PrincipalArn": arns(
    [role.principal.arn, `arn:aws:iam::${ownAccount}:role/*`, "arn:aws:iam::*:role/?", "arn:aws:iam::1:role/A"],
    [role.principal.arn, `arn:aws:iam::${ownAccount}:role/b/c`, "arn:aws:iam::1:role/a"],
  ),
};

function text(values: string[]) {
  const operators = ["StringEquals", "StringEqualsIgnoreCase", "StringLike"].flatMap((name) =>
    negatable(name, name.replace("String", "StringNot")),
  );
  return { operators, inPolicies: values, inRequests: values.filter((value) => value !== "") };
}
function arns(inPolicies: string[], inRequests: string[]) {
  const operators = [...negatable("ArnEquals", "ArnNotEquals"), ...negatable("ArnLike", "ArnNotLike")];
  return { operators, inPolicies, inRequests };
}
function negatable(...names: string[]): string[] {
  return names.flatMap(quantified);
}
function quantified(name: string): string[] {
  return ["", "ForAllValues:", "ForAnyValue:"].flatMap((set) => [`${set}${name}`, `${set}${name}IfExists`]);
}

/** PutEvents is what has a key of several values; the others are those of a list in S3. */
const isOfEvents = (key: string) => key.startsWith("events:");
/** S3's keys are none of PutEvents'. */
const isAskedOf = (key: string, isEvents: boolean) => !isEvents || !key.startsWith("s3:");
const oneCondition = fc.constantFrom(...Object.keys(keys)).chain((key) => {
  const { operators = [], inPolicies = [] } = keys[key] ?? {};
  const isFit = (operator: string) => !isOfEvents(key) || /:/.test(operator) || !/Not/.test(operator); // ours says it cannot tell
  return fc
    .oneof(
      {
        weight: 9,
        arbitrary: fc.tuple(fc.constantFrom(...operators.filter(isFit)), oneOrMore(fc.constantFrom(...inPolicies))),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constant("Null"),
          fc.constantFrom<string | string[]>("true", "false", ["true", "false"]),
        ),
      },
    )
    .map(([operator, value]) => ({ operator, key, value }));
});
const someContext = fc.record(
  Object.fromEntries(
    Object.entries(keys).map(([key, { inRequests }]) => {
      const value = fc.constantFrom(...inRequests);
      return [key, isOfEvents(key) ? fc.array(value, { minLength: 1, maxLength: 3 }) : value];
    }),
  ),
  { requiredKeys: [] },
);
const conditionCases: fc.Arbitrary<Case> = fc
  .record({ conditions: fc.array(oneCondition, { minLength: 1, maxLength: 2 }), context: someContext })
  .map(({ conditions, context }) => {
    const isEvents = conditions.some(({ key }) => isOfEvents(key));
    const merged: Record<string, Record<string, string | string[]>> = {};
    for (const { operator, key, value } of conditions.filter((one) => isAskedOf(one.key, isEvents))) {
      merged[operator] = { ...merged[operator], [key]: value };
    }
    const call = isEvents
      ? { action: "events:PutEvents", resource: `arn:aws:events:us-east-1:${ownAccount}:event-bus/default` }
      : { action: "s3:ListBucket", resource: "arn:aws:s3:::b" };
    const Condition: Conditions = merged;
    const identity: Statement[] = [{ Effect: "Allow", Action: call.action, Resource: "*", Condition }];
    return { ...call, asker: role, context: context as Context, identity, resourcePolicy: [] };
  });

const actions = fc.constantFrom(
  ...["s3:GetObject", "s3:PutObject", "S3:getobject", "s3:Get*", "s3:*", "*", "s3:GetObjec?", "s3:*Object"],
  ...["s3:GetObject*", "sqs:SendMessage", "sqs:*", "sts:AssumeRole", "sts:*"],
);
const wholeArns = [
  ...["*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x", "arn:aws:s3:::*", "arn:aws:s3:::b/?"],
  ...["arn:aws:s3:::B/x", "arn:aws:s3:::b/x/*", "arn:aws:s3:::b/x.y+z", "arn:aws:s3:::b/x?y+z", "arn:aws:s3:*:*:b/x"],
  ...["arn:aws:s3:::b/a:*", "arn:aws:s3:::b/a:b", "arn:aws:s3:*:b/a:b", "arn:aws:sqs:*:*:q"],
  ...[`arn:aws:sqs:us-east-1:${ownAccount}:q`, `arn:aws:sqs:us-east-1:${ownAccount}:*`],
  ...[`arn:aws:iam::${ownAccount}:role/r`, "arn:aws:iam::*:role/*", "arn:aws:iam::999999999999:role/r"],
];
/** Under NotResource the engine has none of these fit anything, which AWS says nowhere. */
const shortArns = ["arn:*", "arn:aws:s3:*", "arn:aws:sqs:us-east-1:*"];
/** Names of roles in one case and without a path: the engine compares no more of them. */
const principals = fc.constantFrom<NonNullable<Statement["Principal"]>>(
  "*",
  { AWS: "*" },
  { AWS: role.principal.arn },
  { AWS: [`arn:aws:iam::${ownAccount}:role/b`, user.principal.arn] },
  { Service: service.who },
  { Service: ["sns.amazonaws.com", service.who] },
  { AWS: role.principal.arn, Service: service.who },
);
const statement = fc
  .record({
    effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
    actions: fc.tuple(fc.constantFrom("Action", "Action", "NotAction"), oneOrMore(actions)),
    resources: fc.oneof(
      fc.tuple(fc.constant("Resource"), oneOrMore(fc.constantFrom(...wholeArns, ...shortArns))),
      fc.tuple(fc.constant("NotResource"), oneOrMore(fc.constantFrom(...wholeArns))),
    ),
  })
  .map(
    (of) => ({ Effect: of.effect, [of.actions[0]]: of.actions[1], [of.resources[0]]: of.resources[1] }) as Statement,
  );
const resourceStatement = fc.tuple(statement, principals).map(([of, Principal]): Statement => ({ ...of, Principal }));
/** Every role has a policy of who may assume it. */
const trust: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
  Resource: "*",
};
const statementCases: fc.Arbitrary<Case> = fc
  .record({
    call: fc.constantFrom(
      ["s3:GetObject", "arn:aws:s3:::b/x"],
      ["s3:GetObject", "arn:aws:s3:::b/x/y"],
      ["s3:GetObject", "arn:aws:s3:::b/a:b"],
      ["s3:GetObject", "arn:aws:s3:::b/X"],
      ["s3:PutObject", "arn:aws:s3:::b/x.y+z"],
      ["sqs:SendMessage", `arn:aws:sqs:us-east-1:${ownAccount}:q`],
      ["sts:AssumeRole", `arn:aws:iam::${ownAccount}:role/r`],
    ),
    asker: fc.constantFrom<Case["asker"]>(role, user, service),
    identity: fc.array(statement, { maxLength: 3 }),
    resourcePolicy: fc.array(resourceStatement, { maxLength: 3 }),
  })
  .map(({ call: [action = "", resource = ""], asker, identity, resourcePolicy }) => ({
    ...{ action, resource, asker, context: {} },
    identity: asker === service ? [] : identity,
    resourcePolicy: action === "sts:AssumeRole" ? [...resourcePolicy, trust] : resourcePolicy,
  }));

/** What the two say of each case where they differ. */
async function disagreements(title: string, cases: fc.Arbitrary<Case>, count: number): Promise<string[]> {
  const found: string[] = [];
  let allowed = 0;
  for (const one of fc.sample(cases, { numRuns: count, seed })) {
    const { action, resource, asker, context, identity, resourcePolicy } = one;
    for (const each of [...identity, ...resourcePolicy]) refuseUnknownStatement(each);
    const { isAllowed } = decide({ action, resource, principal: asker.principal, context }, identity, resourcePolicy);
    const theirs = await engineAllows({ action, resource, who: asker.who, context, identity, resourcePolicy });
    if (isAllowed) allowed++;
    if (isAllowed !== theirs) found.push(`here ${isAllowed}, engine ${theirs}: ${JSON.stringify(one)}`);
  }
  console.log(`${title}: ${count} cases, ${allowed} allowed, ${count - allowed} denied, ${found.length} disagreeing`);
  expect(Math.min(allowed, count - allowed)).toBeGreaterThan(count / 5);
  return found.slice(0, 5);
}

describe.skipIf(!hasEngine)("the local evaluator says what the engine says", () => {
  it("of conditions", async () => {
    expect(await disagreements("Conditions", conditionCases, 4000)).toEqual([]);
  });

  it("of actions, resources and principals", async () => {
    expect(await disagreements("Actions, resources and principals", statementCases, 4000)).toEqual([]);
  });
});
