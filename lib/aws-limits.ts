/*
 * Limits of AWS that a configuration can reach. CloudFormation would find them in the middle of a deployment, and name a
 * resource; here each names the setting. As of 2026-11:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

/** Something that AWS bounds: how much there is of it, how much may be, and where it comes from. */
interface Measured {
  readonly what: string;
  readonly amount: number;
  readonly max: number;
  readonly unit: string;
  /** The settings to change, and how. */
  readonly advice: string;
}

/** What of a synthesized template is more than AWS takes, a sentence each that names the setting. */
export function limitErrors(template: Template): string[] {
  const resources = Object.entries(template.Resources ?? {});
  const measured = [
    ...resources.flatMap(([id, { Type, Properties = {} }]) => measures[Type]?.(id, Properties) ?? []),
    ...rolePolicies(resources),
    ...attachedPolicies(resources),
    ...resources.flatMap(([id, { Properties = {} }]) => tags(id, Properties)),
    {
      what: "the stack",
      amount: resources.length,
      max: 500,
      unit: "resources",
      advice: "notify and schedules: list fewer, or deploy a second stack with a stack_name of its own",
    },
    {
      what: "the template",
      amount: Buffer.byteLength(JSON.stringify(template)),
      max: 1_000_000,
      unit: "bytes",
      advice: "schedules: list fewer, or deploy a second stack with a stack_name of its own",
    },
  ];
  const errors = measured
    .filter(({ amount, max }) => amount > max)
    .map(({ what, amount, max, unit, advice }) => `${advice}: ${what} would have ${amount} ${unit}; AWS takes ${max}`);
  return [...new Set(errors)];
}

const fewerSecrets = "workspaces: name fewer token_secret, or deploy a second stack with a stack_name of its own";

type Measure = (id: string, properties: Readonly<Record<string, unknown>>) => Measured[];

const measures: Readonly<Record<string, Measure>> = {
  "AWS::IAM::ManagedPolicy": (id, { PolicyDocument }) => [
    { what: `the policy ${id}`, amount: sizeOf(PolicyDocument), max: 6144, unit: "characters", advice: fewerSecrets },
  ],
  "AWS::SQS::QueuePolicy": (id, { PolicyDocument }) => [
    {
      what: `the queue's policy ${id}`,
      amount: sizeOf(PolicyDocument),
      max: 8192,
      unit: "bytes",
      advice: "schedules: list fewer",
    },
    {
      what: `the queue's policy ${id}`,
      amount: statementsOf(PolicyDocument),
      max: 20,
      unit: "statements",
      advice: "schedules: list fewer",
    },
  ],
  "AWS::ApiGateway::RestApi": (_, { Policy = "" }) => [
    {
      what: "the API's policy",
      amount: sizeOf(Policy),
      max: 8192,
      unit: "bytes",
      advice: "allow_from: list fewer, or larger ranges",
    },
  ],
  "AWS::S3::BucketPolicy": (_, { PolicyDocument }) => [
    { what: "the bucket's policy", amount: sizeOf(PolicyDocument), max: 20_480, unit: "bytes", advice: "kms_key_arn" },
  ],
};

/** How many managed policies each role would have: the CDK spreads a long policy over several. */
function attachedPolicies(resources: readonly [string, Resource][]): Measured[] {
  const counts = new Map<string, number>();
  for (const [id, { Type, Properties = {} }] of resources) {
    const { ManagedPolicyArns = [], Roles = [] } = Properties as { ManagedPolicyArns?: unknown[]; Roles?: unknown[] };
    if (Type === "AWS::IAM::Role") counts.set(id, (counts.get(id) ?? 0) + ManagedPolicyArns.length);
    if (Type !== "AWS::IAM::ManagedPolicy") continue;
    for (const role of Roles) counts.set(nameOf(role), (counts.get(nameOf(role)) ?? 0) + 1);
  }
  return [...counts].map(([role, amount]) => ({
    what: `the role ${role}`,
    amount,
    max: 10, // of which AWS grants more on request
    unit: "managed policies",
    advice: fewerSecrets,
  }));
}

function nameOf(role: unknown): string {
  const { Ref } = role as { Ref?: string };
  return Ref ?? JSON.stringify(role);
}

/** All inline policies of a role count together. */
function rolePolicies(resources: readonly [string, Resource][]): Measured[] {
  const sizes = new Map<string, number>();
  for (const [, { Type, Properties = {} }] of resources) {
    if (Type !== "AWS::IAM::Policy") continue;
    for (const role of (Properties.Roles as unknown[] | undefined) ?? []) {
      const name = nameOf(role);
      sizes.set(name, (sizes.get(name) ?? 0) + sizeOf(Properties.PolicyDocument));
    }
  }
  return [...sizes].map(([role, amount]) => {
    const what = `the policies within the role ${role}`;
    return { what, amount, max: 10_240, unit: "characters", advice: fewerSecrets };
  });
}

function tags(id: string, { Tags }: Readonly<Record<string, unknown>>): Measured[] {
  if (!Array.isArray(Tags)) return [];
  const what = id.includes("Bucket") ? "the bucket" : "a resource"; // one sentence for all of them
  return [{ what, amount: Tags.length, max: 50, unit: "tags", advice: "tags: list fewer" }];
}

/** Characters of a policy as it is sent: compact, and with names about as long as AWS makes them. */
function sizeOf(policy: unknown): number {
  return JSON.stringify(filledIn(policy)).length;
}

function statementsOf(policy: unknown): number {
  return ((policy as { Statement?: unknown[] } | undefined)?.Statement ?? []).length;
}

const pseudo: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::Region": "ap-southeast-2",
  "AWS::AccountId": "123456789012",
};

/** CloudFormation's functions replaced by a text of about the length of what they stand for. */
function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length > 0 || !/^(Ref|Fn::)/.test(name)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
  }
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(filledIn).join(separator);
  }
  return pseudo[String(argument)] ?? "x".repeat(100);
}
