import { Template } from "aws-cdk-lib/assertions";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { describe, expect, it } from "vitest";
import { insightsApp } from "../../lib/insights-app.ts";
import { config, configFile, synthesized } from "./synthesized.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly PolicyName?: string;
    readonly PolicyDocument?: { readonly Statement: Statement[] };
    readonly Policies?: { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
    readonly ManagedPolicyArns?: unknown[];
    readonly Roles?: unknown[];
    readonly Role?: unknown;
  };
}

/** The only wildcards: below a prefix of the bucket, and the six characters that Secrets Manager appends to a name. */
const allowedWildcard =
  /"\/(exports|records|idempotency|coordination|current|coordination\/(names|quota|runs|warnings)|schedules|schedules\/accepted-columns|names)\/\*"|-\?{6}"/g;

/** What is wrong with the rights that a template gives, in words. */
function faultsOf(template: Template): string[] {
  const resources = Object.entries(template.toJSON().Resources as Record<string, Resource>);
  return resources.flatMap(([id, { Type, Properties }]) => {
    if (Type === "AWS::IAM::ManagedPolicy") return [`${id} is a managed policy`];
    const managed = (Properties?.ManagedPolicyArns ?? []).map(() => `${id} has a managed policy`);
    if (Type !== "AWS::IAM::Policy" && Type !== "AWS::IAM::Role") return managed;
    const documents = [Properties.PolicyDocument, ...(Properties.Policies ?? []).map((one) => one.PolicyDocument)];
    const statements = documents.flatMap((document) => document?.Statement ?? []);
    return [...managed, ...statements.flatMap((statement) => statementFaults(id, statement))];
  });
}

function statementFaults(id: string, statement: Statement): string[] {
  if ("NotAction" in statement || "NotResource" in statement) return [`${id} allows all but something`];
  const actions = [statement.Action].flat().filter((action) => action.includes("*"));
  const resources = [statement.Resource]
    .flat()
    .map((resource) => JSON.stringify(resource))
    .filter((resource) => /[*?]/.test(resource.replaceAll(allowedWildcard, '""')));
  return [...actions, ...resources].map((wildcard) => `${id} allows ${wildcard}`);
}

describe("the rights in the template", () => {
  it("have no wildcard but a key prefix and a secret's suffix, and no managed policy", () => {
    expect(faultsOf(synthesized())).toEqual([]);
  });

  it("have one more in a network of one's own, as AWS's own policy for joining it", () => {
    const vpc = { subnet_ids: ["subnet-0a1b2c3d"], security_group_ids: ["sg-0a1b2c3d"] };
    const template = synthesized({ ...config, vpc });
    expect(faultsOf(template).map((fault) => fault.replace(/^\S+ /, ""))).toEqual(Array(5).fill('allows "*"'));
    const everywhere = Object.values(template.findResources("AWS::IAM::Policy")).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Resource }: Statement) => Resource === "*"),
    );
    expect(everywhere.flatMap(({ Action }) => Action).filter((action) => !action.startsWith("ec2:"))).toEqual([]);
  });

  it("are found out with wildcards and with a managed policy", () => {
    const context = { "aws:cdk:bundling-stacks": [] };
    const { stack } = insightsApp({ configFile: configFile(config), context, validate: false });
    const assumedBy = new ServicePrincipal("lambda.amazonaws.com");
    const planted: [statement: { actions: string[]; resources: string[] }, fault: RegExp][] = [
      [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::b/exports/x"] }, /allows s3:Get\*/],
      [{ actions: ["s3:GetObject"], resources: ["*"] }, /allows "\*"/],
      [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] }, /allows "arn:aws:s3:::b\/\*"/],
      [{ actions: ["secretsmanager:GetSecretValue"], resources: ["arn:aws:x:::secret:*"] }, /secret:\*/],
    ];
    for (const [at, [statement]] of planted.entries()) {
      new Role(stack, `Planted${at}`, { assumedBy }).addToPolicy(new PolicyStatement(statement));
    }
    const managedPolicies = [ManagedPolicy.fromAwsManagedPolicyName("AdministratorAccess")];
    new Role(stack, "PlantedManaged", { assumedBy, managedPolicies });
    const faults = faultsOf(Template.fromStack(stack)).toSorted();
    expect(faults).toEqual([
      ...planted.map(([, fault], at) => expect.stringMatching(new RegExp(`^Planted${at}.*${fault.source}`))),
      expect.stringMatching(/^PlantedManaged\w* has a managed policy$/),
    ]);
  });
});

const template = synthesized();
const policies = Object.entries(template.findResources("AWS::IAM::Policy")) as [string, Resource][];
const policyOf = (name: string) => {
  const [, policy] = policies.find(([id]) => id.includes(`${name}Role`)) ?? [];
  return policy?.Properties.PolicyDocument?.Statement ?? [];
};
const actionsOf = (name: string) => policyOf(name).flatMap(({ Action }) => Action);

/** A policy's characters once CloudFormation has filled in where it is deployed. */
function deployedSize(document: unknown): number {
  const pseudo: Record<string, string> = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "123456789012",
  };
  const filled = JSON.stringify(document, (_, value) => {
    if (typeof value?.Ref === "string") return pseudo[value.Ref] ?? "x".repeat(64);
    if (value?.["Fn::GetAtt"]) return "x".repeat(128);
    return value;
  });
  const joined = JSON.stringify(JSON.parse(filled), (_, value) => value?.["Fn::Join"]?.[1]?.join("") ?? value);
  return joined.length;
}

describe("the stack's roles", () => {
  it("are each for the one service that works with it", () => {
    const jwt = { issuer: "https://login.acme.example", audience: "toggl-insights" };
    const all = synthesized({ ...config, auth: { jwt }, notify: ["accounts@acme.example"] });
    const { Resources } = all.toJSON();
    const resources = Object.values(Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>);
    const functions = resources.filter(({ Type }) => Type === "AWS::Lambda::Function");
    const roleOf = ({ Properties }: { Properties: Record<string, unknown> }) =>
      (Properties.Role as { "Fn::GetAtt": string[] })["Fn::GetAtt"][0] ?? "";
    const trusted = new Map(functions.map((one) => [roleOf(one), "lambda.amazonaws.com"]));
    expect(trusted.size).toBe(functions.length); // each has its own
    const trusts = all.findResources("AWS::IAM::Role");
    expect(Object.keys(trusts).toSorted()).toEqual([...trusted.keys()].toSorted());
    for (const [id, { Properties }] of Object.entries(trusts)) {
      const Principal = { Service: trusted.get(id) };
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: "sts:AssumeRole", Effect: "Allow", Principal },
      ]);
    }
  });
});

/** A name of a service stands for it in every account. */
describe("what AWS's services may do", () => {
  it("is for resources of this account alone", () => {
    const schedules = [
      { name: "a", workspace_id: 123, report: "trends/projects", cron: "0 3 * * ? *", period: "last-7-days" },
    ].map((one) => ({ ...one, previous_period: "equal-length" }));
    const all = synthesized({ ...config, schedules, notify: ["accounts@acme.example"] }).toJSON().Resources;
    const statements = Object.entries(all as Record<string, Resource>).flatMap(([id, { Type, Properties }]) =>
      /^AWS::(S3::Bucket|SQS::Queue|SNS::Topic)Policy$/.test(Type)
        ? (Properties.PolicyDocument?.Statement ?? []).map((statement) => ({ id, text: JSON.stringify(statement) }))
        : [],
    );
    const ofServices = statements.filter(({ text }) => text.includes('"Service":'));
    expect(ofServices.length).toBeGreaterThan(5);
    expect(ofServices.filter(({ text }) => !/"aws:Source(Account|Arn)":/.test(text))).toEqual([]);
    // EventBridge cannot fulfil a condition of a topic's policy: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    const toTopics = ofServices.filter(({ text }) => text.includes("sns:Publish"));
    expect(toTopics.filter(({ text }) => text.includes("events.amazonaws.com"))).toEqual([]);
    const permissions = Object.values(all as Record<string, Resource>).filter(
      ({ Type }) => Type === "AWS::Lambda::Permission",
    );
    expect(permissions.length).toBeGreaterThan(4);
    expect(permissions.filter(({ Properties }) => !("SourceArn" in Properties))).toEqual([]);
  });
});

describe("what each function may do", () => {
  it("is that of a role of its own", () => {
    const roles = Object.values(template.findResources("AWS::Lambda::Function")).map(({ Properties }) =>
      JSON.stringify(Properties.Role),
    );
    expect(new Set(roles).size).toBe(5);
    for (const [, { Properties }] of policies) expect(Properties.Roles).toHaveLength(1);
  });

  it("is no S3 for load-trends", () => {
    expect(actionsOf("LoadTrends").sort()).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "secretsmanager:GetSecretValue",
    ]);
  });

  it("is no secret and no writing for browse-exports", () => {
    expect(new Set(actionsOf("BrowseExports"))).toEqual(
      new Set(["logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:ListBucket"]),
    );
  });

  it("is names and the hours to ask for them for list-names, and no other part of the bucket", () => {
    const objects = (action: string) =>
      policyOf("ListNames")
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((resource) => /"(\/[^"]+)"/.exec(JSON.stringify(resource))?.[1]);
    expect(objects("s3:GetObject")).toEqual(["/names/*"]);
    expect(objects("s3:PutObject").sort()).toEqual(["/coordination/names/*", "/coordination/warnings/*", "/names/*"]);
    expect(new Set(actionsOf("ListNames"))).toEqual(
      new Set([
        ...["logs:CreateLogStream", "logs:PutLogEvents", "secretsmanager:GetSecretValue"],
        ...["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
      ]),
    );
  });

  it("is the quota's notes, runs and what Toggl warned of for create-export, and nothing else that is coordinated", () => {
    const coordinated = (action: string) =>
      policyOf("CreateExport")
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .flatMap((resource) => /"(\/coordination[^"]+)"/.exec(JSON.stringify(resource))?.[1] ?? []);
    expect(coordinated("s3:PutObject")).toEqual([
      "/coordination/quota/*",
      "/coordination/runs/*",
      "/coordination/warnings/*",
    ]);
    expect(coordinated("s3:GetObject")).toEqual(["/coordination/quota/*"]);
  });

  it("is to read each secret once, whoever shares it, and none else", () => {
    const secrets = policyOf("CreateExport").filter(({ Action }) => Action === "secretsmanager:GetSecretValue");
    const resources = secrets.flatMap(({ Resource }) => Resource).map((resource) => JSON.stringify(resource));
    expect(resources).toEqual([
      expect.stringContaining(':secret:toggl/acme"'), // so that AWS says of one that does not exist that it does not
      expect.stringContaining(':secret:toggl/acme-??????"'),
      expect.stringContaining(':secret:toggl/cafe"'),
      expect.stringContaining(':secret:toggl/cafe-??????"'),
    ]);
  });

  it("fits into AWS's sizes of policies with as many secrets as the variables take", () => {
    const workspaces = Array.from({ length: 90 }, (_, at) => ({
      id: 1_000_001 + at,
      name: `No. ${at}`,
      token_secret: `toggl/workspace-${at}`,
    }));
    const resources = Object.values(
      synthesized({ ...config, workspaces }).toJSON().Resources as Record<string, Resource>,
    );
    const sizes = (type: string) =>
      resources.filter(({ Type }) => Type === type).map(({ Properties }) => deployedSize(Properties.PolicyDocument));
    expect(Math.max(...sizes("AWS::IAM::Policy"))).toBeLessThan(10_240);
    expect(Math.max(...sizes("AWS::IAM::ManagedPolicy"))).toBeLessThan(6144);
  });

  it("is nothing that deletes", () => {
    expect(policies.flatMap(([id]) => actionsOf(id)).filter((action) => /delete/i.test(action))).toEqual([]);
  });
});
