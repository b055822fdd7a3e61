/**
 * An IAM engine of somebody else's, `@cloud-copilot/iam-simulate` (https://github.com/cloud-copilot/iam-simulate). It is
 * under the AGPL, so it is no dependency of this package: install it outside of this folder, and say where.
 *
 *     npm install --prefix /tmp/iam-engine @cloud-copilot/iam-simulate@0.1.173
 *     IAM_SIMULATE=/tmp/iam-engine npm run test:iam
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../../local/aws/conditions.ts";
import type { Statement } from "../../local/aws/policy.ts";

/** What is asked of the engine, and what it is to go by. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  /** The ARN of a role's session or a user, a service's name, or nobody in particular: a request without a signature. */
  readonly who: string | undefined;
  readonly context: Context;
  readonly identity?: readonly Statement[] | undefined;
  readonly resourcePolicy?: readonly Statement[] | undefined;
}

/** The part of the engine's interface that is used here. */
interface Engine {
  runSimulation(simulation: object, options: object): Promise<Answer>;
  readonly anonymousPrincipal: object;
}

type Answer =
  | { readonly resultType: "error"; readonly errors: object }
  | {
      readonly resultType: "single" | "wildcard";
      readonly overallResult: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
    };

const { IAM_SIMULATE: prefix } = process.env;
const entry = prefix && join(prefix, "node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js");

/** Whether there is an engine to ask. */
export const hasEngine = entry !== undefined && existsSync(entry);

if (!hasEngine) {
  const why = prefix ? `${prefix} HAS NO @cloud-copilot/iam-simulate` : "IAM_SIMULATE IS NOT SET";
  console.error(`\n!!! NOT TESTED: THE INDEPENDENT IAM ENGINE IS MISSING, ${why} (see test/iam/engine.ts)\n`);
}

const engine: Engine | undefined = hasEngine ? await import(pathToFileURL(entry ?? "").href) : undefined;

/** The account that owns what has no account in its ARN. */
export const ownAccount = "123456789012";

/**
 * What the engine makes of it.
 * @throws Error that says what the engine finds wrong with a policy, the action or the resource
 */
export async function engineAllows(question: Question): Promise<boolean> {
  if (!engine) throw new Error("There is no engine.");
  const { action, resource, who, context, identity, resourcePolicy } = question;
  const known = Object.entries(context).filter(([, value]) => value !== undefined);
  const answer = await engine.runSimulation(
    {
      request: {
        principal: who ?? engine.anonymousPrincipal,
        action,
        resource: { resource, accountId: resource.split(":")[4] || ownAccount },
        contextVariables: Object.fromEntries(known),
      },
      identityPolicies: identity?.length ? [{ name: "identity", policy: documentOf(identity) }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy?.length && { resourcePolicy: documentOf(resourcePolicy) }),
    },
    { simulationMode: "Strict" },
  );
  if (answer.resultType === "error") {
    throw new Error(`The engine cannot judge ${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === "Allowed";
}

const documents = new WeakMap<readonly Statement[], object>();

/** As the CDK writes it; the same one for the same statements, since the engine checks each document once. */
function documentOf(statements: readonly Statement[]): object {
  const document = documents.get(statements) ?? { Version: "2012-10-17", Statement: statements };
  documents.set(statements, document);
  return document;
}
