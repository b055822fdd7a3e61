import { arnMatches, type Conditions, type Context, conditionsHold, matches, refuseUnknown } from "./conditions.ts";

type OneOrMore = string | readonly string[];

/** A statement of a policy in JSON. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in the policy of a resource: `"*"`, or by kind such as `{"Service": "events.amazonaws.com"}`. */
  readonly Principal?: "*" | Readonly<Record<string, OneOrMore>>;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  /** A role's trust policy has none. */
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Conditions;
}

/** An IAM policy, or the policy of a resource. */
export interface Policy {
  readonly Statement: readonly Statement[];
}

/** A policy, and where it stands in the template. */
export interface NamedPolicy {
  /** The logical id of the resource that has it. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What somebody wants to do. */
export interface AccessRequest {
  /** Such as `s3:GetObject`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Who: an AWS service's name, or the ARN of a role or user; left out where only the caller's own policy is asked. */
  readonly principal?: { readonly service: string } | { readonly arn: string };
  /** What conditions can be about. */
  readonly context?: Context;
}

/** Whether it may, and if not, how AWS words why. */
type Decision =
  | { readonly isAllowed: true; readonly by: readonly Statement[] }
  | { readonly isAllowed: false; readonly because: string };

/**
 * Decides as AWS does within one account: a denial anywhere wins, an allowance anywhere is enough, else it is denied.
 * Only a role is not assumed unless its own policy allows it.
 * @param identity statements of the caller
 * @param resource statements of what it is asked for
 * @throws Error that names what in a statement is not known here
 */
export function decide(
  request: AccessRequest,
  identity: readonly Statement[],
  resource: readonly Statement[] = [],
): Decision {
  const ofIdentity = identity.filter((statement) => applies(statement, request));
  const ofResource = resource.filter((statement) => isFor(statement, request) && applies(statement, request));
  const isDenied = (statements: readonly Statement[]) => statements.some(({ Effect }) => Effect === "Deny");
  if (isDenied(ofIdentity)) return refused("with an explicit deny in an identity-based policy");
  if (isDenied(ofResource)) return refused("with an explicit deny in a resource-based policy");
  const by = isAssumption(request) && ofResource.length === 0 ? [] : [...ofIdentity, ...ofResource];
  if (by.length > 0) return { isAllowed: true, by };
  const kind = request.principal && "service" in request.principal ? "resource" : "identity";
  return refused(`because no ${kind}-based policy allows the ${request.action} action`);
}

/** Whether a policy allows an action on a resource. */
export function allows({ Statement }: Policy, action: string, resource: string): boolean {
  return decide({ action, resource }, Statement).isAllowed;
}

/** @throws Error that names what in a statement is not known here, before it is ever asked */
export function refuseUnknownStatement(statement: Statement): void {
  if ("NotPrincipal" in statement) throw new Error("NotPrincipal is not known here.");
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  for (const pattern of [Action, NotAction, Resource, NotResource].flatMap(list)) refuseVariable(pattern);
  for (const pattern of [Resource, NotResource].flatMap(list)) refusePartOfArn(pattern);
  refuseUnknown(Condition);
}

/** One action on one resource that a statement names, and in the policy of a resource for one principal. */
export interface StatementPart {
  readonly principal?: string;
  readonly action: string;
  /** Left out in who may assume a role. */
  readonly resource?: string;
}

/** What can be used of a statement, part by part. */
export function partsOf({ Principal, Action, NotAction, Resource, NotResource }: Statement): StatementPart[] {
  const principals = typeof Principal === "object" ? Object.values(Principal).flatMap(list) : [Principal];
  const actions = NotAction === undefined ? list(Action) : [allBut(NotAction)];
  const resources = NotResource === undefined ? list(Resource) : [allBut(NotResource)];
  return principals.flatMap((principal) =>
    actions.flatMap((action) =>
      (resources.length > 0 ? resources : [undefined]).map((resource) => ({
        ...(principal !== undefined && { principal }),
        action,
        ...(resource !== undefined && { resource }),
      })),
    ),
  );
}

/** Whether a request that a statement allowed was about this part of it. */
export function isAbout(part: StatementPart, { principal = { arn: "" }, action, resource }: AccessRequest): boolean {
  const who = "service" in principal ? principal.service : principal.arn;
  const fits = (pattern: string | undefined, text: string) =>
    pattern === undefined || pattern.startsWith(allBut("")) || matches(pattern, text);
  return (
    fits(part.principal, who) && fits(part.action.toLowerCase(), action.toLowerCase()) && fits(part.resource, resource)
  );
}

function allBut(patterns: OneOrMore): string {
  return `all but ${list(patterns).join(", ")}`;
}

function applies(statement: Statement, { action, resource, context = {} }: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const isActed = NotAction === undefined && list(Action).some((pattern) => isAction(pattern, action));
  const isOtherAction = NotAction !== undefined && !list(NotAction).some((pattern) => isAction(pattern, action));
  if (!isActed && !isOtherAction) return false;
  if (NotResource !== undefined && list(NotResource).some((pattern) => isResource(pattern, resource))) return false;
  if (Resource !== undefined && !list(Resource).some((pattern) => isResource(pattern, resource))) return false;
  return conditionsHold(Condition, context);
}

/** Whether a statement of a resource's policy is about who asks. */
function isFor({ Principal }: Statement, { principal }: AccessRequest): boolean {
  if (Principal === "*") return true;
  return Object.entries(Principal ?? {}).some(([kind, names]) =>
    list(names).some((name) => {
      if (kind === "AWS" && name === "*") return true;
      if (kind === "Service") return principal !== undefined && "service" in principal && principal.service === name;
      if (kind !== "AWS" || !/:(role|user)\//.test(name)) throw new Error(`This principal is not known here: ${name}`);
      return principal !== undefined && "arn" in principal && arnMatches(name, principal.arn);
    }),
  );
}

function isAction(pattern: string, action: string): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}

/** Part by part, as IAM's guide says: a `*` reaches over a colon only at the end. */
function isResource(pattern: string, resource: string): boolean {
  const missing = pattern.endsWith("*") ? 6 - pattern.split(":").length : 0;
  return arnMatches(pattern + ":*".repeat(Math.max(0, missing)), resource);
}

/** Its own policy must allow that, whatever an identity's does (https://repost.aws/questions/QU4Kr2A6bpRtO8haGVu9hP6g). */
function isAssumption({ action }: AccessRequest): boolean {
  return action.toLowerCase() === "sts:assumerole";
}

function list(value: OneOrMore | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

function refuseVariable(pattern: string): void {
  if (pattern.includes("${")) throw new Error(`Variables of policies are not known here: ${pattern}`);
}

/** What AWS makes of them is not written down, and the CDK writes none. */
function refusePartOfArn(pattern: string): void {
  if (pattern.endsWith("*") || pattern.split(":").length >= 6) return;
  throw new Error(`A resource that is no whole ARN is not known here: ${pattern}`);
}

function refused(because: string): Decision {
  return { isAllowed: false, because };
}
