import type { Resolve } from "../assembly/resolver.ts";
import { resourcesOf, type Template } from "../assembly/template.ts";
import type { NamedPolicy, Statement } from "./policy.ts";

/** A role of the template. */
export interface TemplateRole {
  readonly name: string;
  readonly arn: string;
  /** What it may do. */
  readonly policy: NamedPolicy;
}

interface Document {
  readonly Statement: Statement | readonly Statement[];
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: Document;
  readonly Policies?: readonly { readonly PolicyDocument: Document }[];
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly PermissionsBoundary?: unknown;
}

interface AttachedPolicy {
  readonly PolicyDocument: Document;
  /** Names: what `Ref` of a role stands for. */
  readonly Roles?: readonly string[];
}

/**
 * The roles with all that their own, attached and managed policies allow.
 * @throws Error that names what the template does not show of a role's rights
 */
export function readRoles(template: Template, resolve: Resolve): TemplateRole[] {
  const attached = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].flatMap((type) =>
    resourcesOf(template, type).map(([id, properties]) => ({ id, ...(resolve(properties) as AttachedPolicy) })),
  );
  return resourcesOf(template, "AWS::IAM::Role").map(([id, properties]) => {
    const { Policies = [], ManagedPolicyArns = [], PermissionsBoundary } = properties as unknown as RoleProperties;
    const foreign = ManagedPolicyArns.map((arn) => (arn as { Ref?: string }).Ref ?? JSON.stringify(arn)).filter(
      (name) => !attached.some((policy) => policy.id === name),
    );
    if (PermissionsBoundary !== undefined) foreign.push("a boundary of permissions");
    if (foreign.length > 0) throw new Error(`What ${id} may do is not in the template: it has ${foreign.join(", ")}.`);
    const name = String(resolve({ Ref: id }));
    const managed = ManagedPolicyArns.map((arn) => (arn as { Ref?: string }).Ref);
    const documents = [
      ...(resolve(Policies) as RoleProperties["Policies"] & object).map((one) => one.PolicyDocument),
      ...attached
        .filter((policy) => policy.Roles?.includes(name) || managed.includes(policy.id))
        .map((policy) => policy.PolicyDocument),
    ];
    const policy = { name: id, statements: documents.flatMap(statementsOf) };
    return { name, arn: String(resolve({ "Fn::GetAtt": [id, "Arn"] })), policy };
  });
}

/** The policies of the template's resources, by the resource's ARN. */
export function readResourcePolicies(template: Template, resolve: Resolve): Map<string, NamedPolicy> {
  const found = new Map<string, NamedPolicy>();
  const add = (arn: unknown, name: string, statements: readonly Statement[]) => {
    const before = found.get(String(arn));
    if (!before) found.set(String(arn), { name, statements });
    else found.set(String(arn), { name: before.name, statements: [...before.statements, ...statements] });
  };
  const arnOf = (id: string) => resolve({ "Fn::GetAtt": [id, "Arn"] });

  for (const { type, of } of attachedTo) {
    for (const [id, properties] of resourcesOf(template, type)) {
      const statements = statementsOf(resolve(properties.PolicyDocument) as Document);
      for (const target of [properties[of]].flat()) {
        const named = (target as { Ref?: string }).Ref;
        if (named === undefined) throw new Error(`${id} is the policy of what the template does not have.`);
        add(type === "AWS::SNS::TopicPolicy" ? resolve(target) : arnOf(named), id, statements);
      }
    }
  }
  for (const [id, properties] of resourcesOf(template, "AWS::Lambda::Permission")) {
    const { FunctionName, ...permission } = resolve(properties) as PermissionProperties;
    add(FunctionName, id, [permissionStatement(FunctionName, permission)]);
  }
  for (const [id, properties] of resourcesOf(template, "AWS::IAM::Role")) {
    const { AssumeRolePolicyDocument } = resolve(properties) as RoleProperties;
    add(arnOf(id), `${id}: who may assume it`, statementsOf(AssumeRolePolicyDocument));
  }
  for (const type of ["AWS::Events::EventBusPolicy", "AWS::SecretsManager::ResourcePolicy"]) {
    const [id] = resourcesOf(template, type)[0] ?? [];
    if (id !== undefined) throw new Error(`A policy of the type ${type} is not known here: ${id}.`);
  }
  return found;
}

const attachedTo = [
  { type: "AWS::S3::BucketPolicy", of: "Bucket" },
  { type: "AWS::SQS::QueuePolicy", of: "Queues" },
  { type: "AWS::SNS::TopicPolicy", of: "Topics" },
] as const;

interface PermissionProperties {
  readonly FunctionName: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

function permissionStatement(Resource: string, permission: Omit<PermissionProperties, "FunctionName">): Statement {
  const { Action, Principal, SourceArn, SourceAccount } = permission;
  return {
    Effect: "Allow",
    Principal: { Service: Principal },
    Action,
    Resource,
    Condition: {
      ...(SourceArn && { ArnLike: { "aws:SourceArn": SourceArn } }),
      ...(SourceAccount && { StringEquals: { "aws:SourceAccount": SourceAccount } }),
    },
  };
}

function statementsOf({ Statement }: Document): Statement[] {
  return [Statement].flat() as Statement[];
}
