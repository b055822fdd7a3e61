import type { DecidedCall } from "./call-record.ts";
import type { Context } from "./conditions.ts";
import type { Credentials } from "./credentials.ts";
import {
  decide,
  isAbout,
  type NamedPolicy,
  partsOf,
  refuseUnknownStatement,
  type Statement,
  type StatementPart,
} from "./policy.ts";

/** Who may sign, and what they may do. */
export interface Identity {
  readonly credentials: Credentials;
  /** Of the role or user, which conditions are about. */
  readonly arn: string;
  /** As AWS's messages name who asked: of a role's session. */
  readonly userArn: string;
  readonly policy: NamedPolicy;
}

/** Who asks for something: a role, a user, or an AWS service in the name of a resource. */
export interface Caller {
  /** AWS's sentence of why it may not; undefined if it may. */
  denial(action: string, resource: string, context?: Context): string | undefined;
}

/** Something that a policy allows, and whether it was ever used. */
export interface Grant extends StatementPart {
  /** The logical id of the policy's resource, or of the role. */
  readonly policy: string;
  readonly isUsed: boolean;
}

/** The identities of a local AWS account and the policies of its resources: who may do what. */
export interface Account {
  credentialsOf(accessKeyId: string): Credentials | undefined;
  /** Whose key it is. */
  callerOf(accessKeyId: string): Caller;
  /** A role that a service has assumed; whether it may is another question. */
  roleCaller(roleArn: string): Caller;
  /** @param sourceArn in whose name: of a rule, an API's method … */
  serviceCaller(service: string, sourceArn: string): Caller;
  /** Everything that is allowed. */
  grants(): readonly Grant[];
}

interface AccountOptions {
  readonly accountId: string;
  /** The key of whoever runs this: it may do what no policy of a resource denies. */
  readonly administrator: Credentials;
  readonly identities: readonly Identity[];
  /** Keys for people's own programs: no part of what is deployed, so their policies are no grants. */
  readonly people?: readonly Identity[];
  /** By ARN: of buckets, queues, topics, functions; a role's says who may assume it. */
  readonly resourcePolicies: ReadonlyMap<string, NamedPolicy>;
  /** Sees every call that is decided on. */
  readonly onDecision?: ((call: DecidedCall) => void) | undefined;
}

/** @throws Error that names what in a policy is not known here: nothing is allowed by being overlooked */
export function localAccount({
  accountId,
  administrator,
  identities,
  people = [],
  resourcePolicies,
  onDecision,
}: AccountOptions): Account {
  const policies = [...new Set([...identities.map(({ policy }) => policy), ...resourcePolicies.values()])];
  for (const policy of policies) for (const statement of policy.statements) refuseUnknownIn(policy.name, statement);
  const grants = policies.flatMap(({ name, statements }) =>
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap((statement) => partsOf(statement).map((part) => ({ policy: name, statement, part, isUsed: false }))),
  );
  const policyOf = (resource: string) => resourcePolicies.get(resource) ?? resourcePolicies.get(bucketOf(resource));

  const denial = (request: Parameters<typeof decide>[0], who: string, identity?: NamedPolicy) => {
    const resourcePolicy = policyOf(request.resource);
    const decision = decide(request, identity?.statements ?? [], resourcePolicy?.statements);
    onDecision?.({ request, who, identity, resource: resourcePolicy, isAllowed: decision.isAllowed });
    if (!decision.isAllowed) {
      const { action, resource } = request;
      return `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${decision.because}`;
    }
    for (const grant of grants) {
      if (!grant.isUsed && decision.by.includes(grant.statement) && isAbout(grant.part, request)) grant.isUsed = true;
    }
    return undefined;
  };
  const callerWith = ({ arn, userArn, policy }: Identity): Caller => ({
    denial: (action, resource, context = {}) => {
      const known = { "aws:PrincipalArn": arn, "aws:PrincipalAccount": accountId, ...overLoopback };
      const request = { action, resource, principal: { arn }, context: { ...known, ...context } };
      return denial(request, userArn, policy);
    },
  });

  const holders = new Map(
    [administratorOf(accountId, administrator), ...identities, ...people].map((one) => [
      one.credentials.accessKeyId,
      one,
    ]),
  );

  return {
    credentialsOf: (id) => holders.get(id)?.credentials,
    callerOf(id) {
      const identity = holders.get(id);
      if (!identity) throw new Error(`Nobody has the key ${id}.`);
      return callerWith(identity);
    },
    roleCaller(roleArn) {
      const identity = identities.find(({ arn }) => arn === roleArn);
      if (!identity) throw new Error(`The template has no role ${roleArn}.`);
      return callerWith(identity);
    },
    serviceCaller: (service, sourceArn) => ({
      denial(action, resource, context = {}) {
        const known = { "aws:SourceArn": sourceArn, "aws:SourceAccount": accountId, ...overLoopback };
        const request = { action, resource, principal: { service }, context: { ...known, ...context } };
        return denial(request, service);
      },
    }),
    grants: () => grants.map(({ policy, part, isUsed }) => ({ policy, ...part, isUsed })),
  };
}

/** Callers on this machine use plain http over the loopback, which nobody else can read: it counts as TLS here. */
const overLoopback = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:SourceIp": "127.0.0.1" };

/** What a local service knows about who may sign and do what. */
export interface Holders {
  readonly credentials: Credentials;
  /** Left out, those credentials may do everything. */
  readonly account?: Account | undefined;
}

/** An account in which one key may do everything. */
export function soleKey(administrator: Credentials): Account {
  return localAccount({ accountId: "123456789012", administrator, identities: [], resourcePolicies: new Map() });
}

function administratorOf(accountId: string, credentials: Credentials): Identity {
  const arn = `arn:aws:iam::${accountId}:user/administrator`;
  const statements = [{ Effect: "Allow", Action: "*", Resource: "*" }] as const;
  return { credentials, arn, userArn: arn, policy: { name: "administrator", statements } };
}

function refuseUnknownIn(name: string, statement: Statement): void {
  try {
    refuseUnknownStatement(statement);
  } catch (error) {
    throw new Error(`The policy ${name} cannot be evaluated here. ${(error as Error).message}`, { cause: error });
  }
}

/** An object's policy is that of its bucket. */
function bucketOf(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}
