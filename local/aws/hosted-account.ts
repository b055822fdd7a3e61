import { randomBytes } from "node:crypto";
import type { Assembly } from "../assembly/assembly.ts";
import type { TemplateFunction } from "../lambda/from-template.ts";
import { failedInvocation, type InvocationResult } from "../lambda/invocation.ts";
import { type LocalSettings, newCredentials } from "../settings.ts";
import { type Account, type Identity, localAccount } from "./account.ts";
import { callRecord, type DecidedCall } from "./call-record.ts";
import type { Credentials } from "./credentials.ts";
import type { TemplateRole } from "./from-template.ts";
import type { Statement } from "./policy.ts";

interface Surroundings {
  readonly region: string;
  readonly accountId: string;
  readonly settings: LocalSettings;
  /** Sees every call that is decided on; without it they go to the file that the settings name, if they name one. */
  readonly onDecision?: ((call: DecidedCall) => void) | undefined;
}

interface HostedAccount {
  readonly account: Account;
  /** A key that lists and reads the buckets and does nothing else, for a person's own programs. */
  readonly readKey: Credentials;
  /** What a function signs with. */
  keyOf(hosted: TemplateFunction): Credentials;
  /**
   * What API Gateway gets instead of an answer if the function's policy does not let it call; undefined if it may.
   * @param source in whose name, below the API: `v1/GET/openapi.json`, or `authorizers/` and an id
   */
  denialByLambda(functionId: string, source: string): InvocationResult | undefined;
}

/** What Lambda does on a queue with the function's role. */
const pollingActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * The roles of a template with a key for each function, and the policies of its resources.
 * @throws Error that names what could not be deployed like this
 */
export function hostedAccount(
  assembly: Assembly,
  { region, accountId, settings, onDecision = recordOf(settings) }: Surroundings,
): HostedAccount {
  const { functions, roles, resourcePolicies, eventSources, api } = assembly;
  const sessionOf = ({ arn, name, policy }: TemplateRole, session: string): Identity => ({
    credentials: sessionCredentials(session),
    arn,
    userArn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`,
    policy,
  });
  const ofFunctions = new Map(
    functions.map((one) => {
      const role = roles.find(({ arn }) => arn === one.roleArn);
      if (!role) throw new Error(`The function ${one.logicalId} has a role that the template does not have.`);
      return [one.logicalId, sessionOf(role, one.name)] as const;
    }),
  );
  const others = roles.filter((role) => !functions.some(({ roleArn }) => roleArn === role.arn));
  const identities = [...ofFunctions.values(), ...others.map((role) => sessionOf(role, role.name))];
  const administrator = settings.credentials;
  const reader = readerOf(accountId, assembly.buckets);
  const people = [reader];
  const account = localAccount({ accountId, administrator, identities, people, resourcePolicies, onDecision });

  for (const { roleArn, arn, logicalId } of functions) {
    const denial = account.serviceCaller("lambda.amazonaws.com", arn).denial("sts:AssumeRole", roleArn);
    if (denial) throw new Error(`Lambda could not run ${logicalId}. ${denial}`);
  }
  for (const { roleArn, asynchronous, logicalId } of functions) {
    const { failuresArn } = asynchronous;
    const denial = failuresArn && account.roleCaller(roleArn).denial("sqs:SendMessage", failuresArn);
    if (denial) throw new Error(`Lambda could not put what ${logicalId} failed at on its queue. ${denial}`);
  }
  for (const { functionId, queueArn } of eventSources) {
    const { roleArn = "" } = functions.find(({ logicalId }) => logicalId === functionId) ?? {};
    const denials = pollingActions.flatMap((action) => account.roleCaller(roleArn).denial(action, queueArn) ?? []);
    if (denials.length > 0) throw new Error(`Lambda could not read the queue of ${functionId}. ${denials.join(" ")}`);
  }

  return {
    account,
    readKey: reader.credentials,
    // A server of the user's own knows only the key that was given, so it cannot tell the functions apart.
    keyOf: ({ logicalId }) =>
      (settings.s3Url === undefined && ofFunctions.get(logicalId)?.credentials) || administrator,
    denialByLambda(functionId, source) {
      const { arn = "" } = functions.find(({ logicalId }) => logicalId === functionId) ?? {};
      const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${api.id}/${source}`;
      const denial = account.serviceCaller("apigateway.amazonaws.com", sourceArn).denial("lambda:InvokeFunction", arn);
      return denial === undefined ? undefined : failedInvocation("AccessDeniedException", denial);
    },
  };
}

function readerOf(accountId: string, buckets: readonly string[]): Identity {
  const arn = `arn:aws:iam::${accountId}:user/reader`;
  const ofBuckets = buckets.map((name) => `arn:aws:s3:::${name}`);
  const statements: readonly Statement[] = [
    { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: ofBuckets },
    { Effect: "Allow", Action: "s3:GetObject", Resource: ofBuckets.map((bucket) => `${bucket}/*`) },
  ];
  const credentials = newCredentials("AKIALOCALREADER");
  return { credentials, arn, userArn: arn, policy: { name: "reader", statements } };
}

function recordOf({ callsFile }: LocalSettings): ((call: DecidedCall) => void) | undefined {
  return callsFile === undefined ? undefined : callRecord(callsFile);
}

/** As of a role that was assumed: with a token, and new at every start. */
function sessionCredentials(session: string): Credentials {
  const accessKeyId = `ASIA${session.replaceAll(/[^\w]/g, "").toUpperCase()}`;
  return { ...newCredentials(accessKeyId), sessionToken: randomBytes(96).toString("base64") };
}
