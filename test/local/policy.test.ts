import { describe, expect, it } from "vitest";
import { type Conditions, type Context, conditionsHold } from "../../local/aws/conditions.ts";
import { type AccessRequest, allows, decide, refuseUnknownStatement, type Statement } from "../../local/aws/policy.ts";

const invoke = "execute-api:Invoke";
const variable = ["$", "{aws:username}"].join("");
const allow = (...Resource: string[]) => ({ Effect: "Allow" as const, Action: [invoke], Resource });
const api = "arn:aws:execute-api:eu-central-1:111122223333:a1b2/v1";

it.each([
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/1/exports`, true],
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/1/exports/x/file`, true],
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/12/exports`, false],
  [`${api}/GET/workspace/1/*`, `${api}/POST/workspace/1/exports`, false],
  [`${api}/GET/workspace/?/exports`, `${api}/GET/workspace/7/exports`, true],
  [`${api}/GET/workspace/?/exports`, `${api}/GET/workspace/77/exports`, false],
  [`${api}/GET/a.b`, `${api}/GET/aXb`, false],
])("a policy for %s and %s: %s", (pattern, resource, expected) => {
  expect(allows({ Statement: [allow(pattern)] }, invoke, resource)).toBe(expected);
});

it("denies what one statement denies, whatever another allows", () => {
  const deny = { ...allow(`${api}/GET/workspace/2/*`), Effect: "Deny" as const };
  const policy = { Statement: [allow(`${api}/*`), deny] };
  expect(allows(policy, invoke, `${api}/GET/workspace/1/exports`)).toBe(true);
  expect(allows(policy, invoke, `${api}/GET/workspace/2/exports`)).toBe(false);
});

it("takes actions in any case, and no other action", () => {
  const policy = { Statement: [{ ...allow(`${api}/*`), Action: ["EXECUTE-API:invoke"] }] };
  expect(allows(policy, invoke, `${api}/GET/x`)).toBe(true);
  expect(allows(policy, "execute-api:ManageConnections", `${api}/GET/x`)).toBe(false);
});

it.each([
  ["arn:aws:sqs:*:123456789012:q", true],
  ["arn:aws:sqs:us-*-1:123456789012:?", true],
  ["*", true],
  ["arn:*", true],
  ["arn:aws:sqs:us-east-1:*", true],
  ["arn:aws:sqs:us-east-1:1*", true],
  ["arn:aws:sqs:us-east-1:2*", false],
  ["arn:aws:sqs:*:q", false], // a * reaches over a colon only at the end
  ["arn:aws:sqs*:q", false],
  ["arn:aws:sqs:*:*:*:q", false],
])("a resource %s: %s", (pattern, expected) => {
  expect(allows({ Statement: [allow(pattern)] }, invoke, "arn:aws:sqs:us-east-1:123456789012:q")).toBe(expected);
});

it.each<[string, Partial<Statement>, boolean]>([
  ["one action and resource, not in a list", { Action: "sqs:SendMessage", Resource: "queue" }, true],
  ["all but another action", { NotAction: "sqs:DeleteMessage", Resource: "queue" }, true],
  ["all but this action", { NotAction: ["sqs:Send*"], Resource: "queue" }, false],
  ["all but another resource", { Action: "sqs:*", NotResource: "topic" }, true],
  ["all but this resource", { Action: "sqs:*", NotResource: ["que*"] }, false],
])("%s: %s", (_, statement, expected) => {
  expect(allows({ Statement: [{ Effect: "Allow", ...statement }] }, "sqs:SendMessage", "queue")).toBe(expected);
});

describe("the policy of a resource", () => {
  const role = { arn: "arn:aws:iam::123456789012:role/worker" };
  const service = { service: "events.amazonaws.com" };
  const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "queue" } as const;
  const may = (Principal: Statement["Principal"], principal: NonNullable<AccessRequest["principal"]>) =>
    decide(
      { action: "sqs:SendMessage", resource: "queue", principal },
      [],
      [{ ...send, ...(Principal && { Principal }) }],
    ).isAllowed;

  it.each<[string, Statement["Principal"], NonNullable<AccessRequest["principal"]>, boolean]>([
    ["everybody", "*", role, true],
    ["every identity", { AWS: "*" }, role, true],
    ["the role", { AWS: ["arn:aws:iam::123456789012:role/other", role.arn] }, role, true],
    ["another role", { AWS: "arn:aws:iam::123456789012:role/other" }, role, false],
    ["the service", { Service: ["sns.amazonaws.com", "events.amazonaws.com"] }, service, true],
    ["another service", { Service: "sns.amazonaws.com" }, service, false],
    ["a service, asked by a role", { Service: "events.amazonaws.com" }, role, false],
    ["nobody", undefined, role, false],
  ])("for %s", (_, Principal, principal, expected) => {
    expect(may(Principal, principal)).toBe(expected);
  });

  it("denies what the role's own allows, and says which of them did", () => {
    const request = { action: "sqs:SendMessage", resource: "queue", principal: role };
    const deny = { ...send, Effect: "Deny", Principal: "*" } as const;
    expect(decide(request, [send], [deny])).toEqual({
      isAllowed: false,
      because: "with an explicit deny in a resource-based policy",
    });
    expect(decide(request, [{ ...send, Effect: "Deny" }])).toMatchObject({
      because: "with an explicit deny in an identity-based policy",
    });
    expect(decide(request, [])).toEqual({
      isAllowed: false,
      because: "because no identity-based policy allows the sqs:SendMessage action",
    });
  });

  it("decides alone on who may assume a role", () => {
    const request = { action: "sts:AssumeRole", resource: "arn:aws:iam::123456789012:role/other", principal: role };
    const assume = { Effect: "Allow", Action: "sts:*", Resource: "*" } as const;
    const trust = (AWS: string): Statement => ({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS } });
    expect(decide(request, [assume], [trust("arn:aws:iam::123456789012:role/third")]).isAllowed).toBe(false);
    expect(decide(request, [assume], []).isAllowed).toBe(false);
    expect(decide(request, [], [trust(role.arn)]).isAllowed).toBe(true);
  });

  it("does not guess at whole accounts", () => {
    expect(() => may({ AWS: "arn:aws:iam::123456789012:root" }, role)).toThrow(/principal is not known here/);
  });
});

describe("a condition", () => {
  const key = "events:source"; // the one of several values; the others have one
  it.each<[Conditions, Context, boolean]>([
    [{ StringEquals: { "s3:authType": "A" } }, { "s3:authType": "A" }, true],
    [{ StringEquals: { "S3:AUTHTYPE": ["B", "A"] } }, { "s3:authType": "A" }, true],
    [{ StringEquals: { "s3:authType": "A" } }, { "s3:authType": "a" }, false],
    [{ StringEquals: { "s3:authType": "A" } }, {}, false],
    [{ StringEqualsIfExists: { "s3:authType": "A" } }, {}, true],
    [{ StringEqualsIfExists: { "s3:authType": "A" } }, { "s3:authType": "B" }, false],
    [{ StringNotEquals: { "s3:authType": ["A", "B"] } }, { "s3:authType": "B" }, false],
    [{ StringNotEquals: { "s3:authType": ["A", "B"] } }, { "s3:authType": "C" }, true],
    [{ StringNotEquals: { "s3:authType": "A" } }, {}, true],
    [{ StringEqualsIgnoreCase: { "s3:authType": "A" } }, { "s3:authType": "a" }, true],
    [{ StringLike: { "s3:prefix": "records/*" } }, { "s3:prefix": "records/x/y" }, true],
    [{ StringNotLike: { "s3:prefix": "records/*" } }, { "s3:prefix": "names/x" }, true],
    // Both must hold.
    [{ StringEquals: { "s3:authType": "A", "s3:prefix": "p" } }, { "s3:authType": "A", "s3:prefix": "q" }, false],
    [{ StringEquals: { "s3:authType": "A" }, Bool: { "aws:SecureTransport": "true" } }, { "s3:authType": "A" }, false],
    [{ Bool: { "aws:SecureTransport": false } }, { "aws:SecureTransport": "false" }, true],
    [{ NumericGreaterThan: { "s3:signatureAge": 900_000 } }, { "s3:signatureAge": "900001" }, true],
    [{ NumericGreaterThan: { "s3:signatureAge": 900_000 } }, { "s3:signatureAge": "900000" }, false],
    [{ NumericGreaterThan: { "s3:signatureAge": 900_000 } }, {}, false],
    [{ NumericLessThan: { "s3:TlsVersion": 1.2 } }, { "s3:TlsVersion": "1.3" }, false],
    [{ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, { "aws:SourceIp": "203.0.113.9" }, true],
    [{ IpAddress: { "aws:SourceIp": ["203.0.113.9", "2001:db8::/32"] } }, { "aws:SourceIp": "2001:db8::1" }, true],
    [{ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, { "aws:SourceIp": "203.0.114.9" }, false],
    [{ NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, { "aws:SourceIp": "203.0.114.9" }, true],
    [
      { ArnLike: { "aws:SourceArn": "arn:aws:events:*:1:rule/*" } },
      { "aws:SourceArn": "arn:aws:events:eu:1:rule/a/b" },
      true,
    ],
    [
      { ArnLike: { "aws:SourceArn": "arn:aws:events:*:1:rule/*" } },
      { "aws:SourceArn": "arn:aws:events:eu:2:rule/a" },
      false,
    ],
    [
      { ArnLike: { "aws:SourceArn": "arn:aws:*:1:rule/a:x" } },
      { "aws:SourceArn": "arn:aws:events:eu:1:rule/a:x" },
      false,
    ],
    [
      { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::1:role/a"] } },
      { "aws:PrincipalArn": "arn:aws:iam::1:role/b" },
      true,
    ],
    [
      { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::1:role/a"] } },
      { "aws:PrincipalArn": "arn:aws:iam::1:role/a" },
      false,
    ],
    [{ Null: { [key]: "false" } }, { [key]: ["mine"] }, true],
    [{ Null: { [key]: "false" } }, {}, false],
    [{ Null: { [key]: "false" } }, { [key]: [] }, false],
    [{ Null: { [key]: "true" } }, {}, true],
    [{ StringEquals: { [key]: "mine" } }, { [key]: ["mine"] }, false],
    [{ "ForAllValues:StringEquals": { [key]: "mine" } }, { [key]: ["mine", "mine"] }, true],
    [{ "ForAllValues:StringEquals": { [key]: "mine" } }, { [key]: ["mine", "yours"] }, false],
    [{ "ForAllValues:StringEquals": { [key]: "mine" } }, {}, true],
    [{ "ForAnyValue:StringEquals": { [key]: "mine" } }, { [key]: ["mine", "yours"] }, true],
    [{ "ForAnyValue:StringEquals": { [key]: "mine" } }, {}, false],
    [{ "ForAnyValue:StringNotEquals": { [key]: "mine" } }, { [key]: ["mine"] }, false],
    [{ "ForAnyValue:StringEqualsIfExists": { [key]: "mine" } }, {}, false], // somebody tried it on AWS, see conditions.ts
    [{ "ForAnyValue:StringNotEqualsIfExists": { [key]: "mine" } }, {}, false],
    [{ "ForAllValues:StringEqualsIfExists": { [key]: "mine" } }, {}, true],
    // S3's guide has "" for the list that asks for no prefix.
    [{ StringEquals: { "s3:prefix": ["", "home/"] } }, { "s3:prefix": "" }, true],
    [{ StringEquals: { "s3:prefix": ["", "home/"] } }, {}, false],
    [{ StringNotEquals: { "s3:prefix": "" } }, { "s3:prefix": "" }, false],
    [{ StringEqualsIfExists: { "s3:prefix": "home/" } }, { "s3:prefix": "" }, false],
    [{ "ForAllValues:StringEquals": { "s3:prefix": "home/" } }, { "s3:prefix": "" }, true],
    [{ "ForAnyValue:StringEquals": { "s3:prefix": "" } }, { "s3:prefix": "" }, false],
    [{ Null: { "s3:prefix": "false" } }, { "s3:prefix": "" }, false],
  ])("%j with %j: %s", (conditions, context, expected) => {
    expect(conditionsHold(conditions, context)).toBe(expected);
  });

  it.each<[string, Conditions | object, RegExp]>([
    ["an operator", { DateGreaterThan: { "s3:authType": "A" } }, /operator DateGreaterThan is not known/],
    ["an operator that is misspelt", { StringEqual: { "s3:authType": "A" } }, /operator StringEqual is not known/],
    ["a key", { StringEquals: { "aws:ResourceTag/stage": "A" } }, /key aws:ResourceTag\/stage is not known/],
    ["a variable", { StringEquals: { "s3:prefix": `home/${variable}` } }, /Variables .* are not known/],
    ["a number", { NumericLessThan: { "s3:signatureAge": "0x10" } }, /The value 0x10 is nothing that Numeric/],
    ["a number", { NumericNotEqualsIfExists: { "s3:signatureAge": [1, "soon"] } }, /The value soon is nothing/],
    ["a truth", { Bool: { "aws:SecureTransport": "yes" } }, /The value yes is nothing that Bool/],
    ["a truth", { Null: { [key]: "no" } }, /The value no is nothing that Null/],
    ["an address", { NotIpAddress: { "aws:SourceIp": "home" } }, /The value home is nothing that NotIpAddress/],
    ["an ARN", { ArnLike: { "aws:SourceArn": "arn:aws:sqs:*:q" } }, /The value arn:aws:sqs:\*:q is nothing/],
    ["an ARN", { "ForAnyValue:ArnNotEquals": { "aws:PrincipalArn": "*" } }, /The value \* is nothing/],
  ])("with %s that is not known is an error before anybody asks, whatever else it says", (_, Condition, message) => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition } as Statement;
    expect(() => refuseUnknownStatement(statement)).toThrow(message);
    expect(() => conditionsHold(Condition as Conditions, {})).toThrow(message);
  });

  it("does not guess at what AWS has not written down", () => {
    expect(() => conditionsHold({ StringNotEquals: { [key]: "mine" } }, { [key]: ["yours"] })).toThrow(/not known/);
  });
});

it.each<[string, object]>([
  ["NotPrincipal", { NotPrincipal: { AWS: "*" } }],
  ["a variable in a resource", { Resource: `arn:aws:s3:::b/${variable}/*` }],
  ["half an ARN", { Resource: ["arn:aws:sqs:*:q"] }],
  ["half an ARN that is left out", { Resource: undefined, NotResource: "arn:aws:sqs*:q" }],
])("a statement with %s is an error, not a guess", (_, more) => {
  expect(() => refuseUnknownStatement({ Effect: "Allow", Action: "s3:*", Resource: "*", ...more })).toThrow(
    /not known/,
  );
});
