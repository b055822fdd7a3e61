import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { type OwnPage, openToAll, startApiGateway } from "./api-gateway/api-gateway.ts";
import { type Authorize, type Caller, iamAuthorizer } from "./api-gateway/iam.ts";
import { tokenAuthorizer } from "./api-gateway/token-authorizer.ts";
import { readAssembly } from "./assembly/assembly.ts";
import type { Grant } from "./aws/account.ts";
import type { Credentials } from "./aws/credentials.ts";
import { hostedAccount } from "./aws/hosted-account.ts";
import type { BusEvent } from "./event-bridge/bus-event.ts";
import { startEventBridge } from "./event-bridge/event-bridge.ts";
import type { TopicSubscription } from "./event-bridge/from-template.ts";
import { asynchronousCalls, retryWaitsMs as lambdasWaitsMs } from "./lambda/asynchronous.ts";
import { type HostedFunction, hostFunction } from "./lambda/lambda.ts";
import { startStore } from "./s3/exports-store.ts";
import { type SecretValue, startSecretsManager } from "./secrets-manager/secrets-manager.ts";
import type { LocalSettings } from "./settings.ts";
import { startSns, type TopicMessage } from "./sns/sns.ts";
import { startEventSource } from "./sqs/event-source.ts";
import type { LocalQueue } from "./sqs/fifo-queue.ts";
import { startSqs } from "./sqs/sqs.ts";
import { type LocalToggl, startToggl } from "./toggl.ts";

interface Workspace {
  readonly id: number;
  readonly name: string;
  readonly token_secret: string;
}

interface HostOptions {
  /** The CDK's output folder. */
  readonly directory: string;
  readonly stackName: string;
  readonly workspaces: readonly Workspace[];
  readonly settings: LocalSettings;
  /** Who may call what, if callers have to sign; undefined if everybody may. */
  readonly callersOf?: ((apiArn: string) => readonly Caller[]) | undefined;
  /** A page beside the API. */
  readonly page?: OwnPage | undefined;
  readonly onLog: (line: string) => void;
  /** Sees every event on the bus. */
  readonly onEvent: (event: BusEvent) => void;
  /** How long Lambda waits before it calls a function again that failed while nobody waits for it; as AWS does if left out. */
  readonly retryWaitsMs?: readonly number[];
}

/** A synthesized stack that runs on this machine. */
export interface HostedAssembly {
  readonly url: string;
  /** Who may call, if callers have to sign. */
  readonly callers: readonly Caller[] | undefined;
  readonly toggl: LocalToggl;
  readonly s3Url: string;
  readonly bucket: string;
  /** A key that lists and reads the embedded S3's buckets; undefined where the files lie on the user's own server. */
  readonly readKey: Credentials | undefined;
  /** The secrets' values by name, or what to answer instead; a new value counts from the next read on. */
  readonly secrets: Map<string, SecretValue>;
  /** Most memory that each function's last call had in use, in megabytes, by logical id. */
  readonly peakMemoryMb: ReadonlyMap<string, number>;
  /** Where the secrets are served. */
  readonly secretsManagerUrl: string;
  /** Where the template's queues are served. */
  readonly sqsUrl: string;
  /** The template's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The template's queues by ARN. */
  readonly queues: ReadonlyMap<string, LocalQueue>;
  /** ARNs of the rules and schedules that fire by themselves. */
  readonly timedRules: readonly string[];
  /** Fires the rule or schedule of this name or ARN, as though it were due at this moment; false if there is none. */
  fire(schedule: string, at: Date): boolean;
  /** Functions by logical id. */
  readonly functions: ReadonlyMap<string, HostedFunction>;
  /** Where the functions' scratch disks lie. */
  readonly scratchDirectory: string;
  /** Everything that the template's policies allow, and whether it was used since the start. */
  grants(): readonly Grant[];
  close(): Promise<void>;
}

/** AWS's own example of an account. */
const accountId = "123456789012";

/** Hosts what was synthesized: every function's bundle, the API's routes, and the services that they call. */
export async function hostAssembly({
  directory,
  stackName,
  workspaces,
  settings,
  callersOf,
  page,
  onLog,
  onEvent,
  retryWaitsMs = lambdasWaitsMs,
}: HostOptions): Promise<HostedAssembly> {
  const { region, credentials, bucketName, port, functionProcesses: maxProcesses } = settings;
  const assembly = readAssembly(directory, { stackName, region, accountId, bucketName });
  const { account, readKey, keyOf, denialByLambda } = hostedAccount(assembly, { region, accountId, settings });
  const scratch = await mkdtemp(join(tmpdir(), "toggl-insights-scratch-"));

  const running: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    running.unshift(part);
    return part;
  };
  const close = async () => {
    for (const part of running) await part.close();
    await rm(scratch, { recursive: true, force: true });
  };

  try {
    const toggl = keep(
      await startToggl(
        settings,
        workspaces.map(({ id }) => id),
      ),
    );
    const secrets = new Map<string, SecretValue>(workspaces.map((one) => [one.token_secret, toggl.token]));
    const secretsManager = keep(await startSecretsManager({ secrets, region, credentials, account, accountId }));
    const store = keep(await startStore(settings, assembly.buckets, account, onLog));

    const sqs = keep(
      await startSqs({
        ...assembly,
        directory: resolve(settings.dataDirectory, "queues"),
        region,
        credentials,
        account,
        onLog,
      }),
    );
    const functions = new Map<string, HostedFunction>();
    const peakMemoryMb = new Map<string, number>();
    const invoke = async (functionId: string, event: unknown) => {
      const hosted = functions.get(functionId);
      if (!hosted) throw new Error(`The template has no function ${functionId}.`);
      const { maxMemoryUsedMb, ...result } = await hosted.invoke(event);
      peakMemoryMb.set(functionId, maxMemoryUsedMb);
      return result;
    };
    const { queues } = sqs;
    const asynchronous = keep(asynchronousCalls({ invoke, account, queues, retryWaitsMs, onLog }));
    const sns = keep(await startSns({ ...assembly, region, credentials, account, onNotice: noticeLog(onLog) }));
    const eventBridge = keep(
      await startEventBridge({
        ...assembly,
        ...sqs,
        region,
        accountId,
        credentials,
        account,
        invoke: (functionArn, body) => {
          const called = assembly.functions.find(({ arn }) => arn === functionArn);
          if (called) asynchronous.call(called, JSON.parse(body));
        },
        publish: sns.publish,
        onEvent,
        onUndelivered: (reason) => onLog(`Not delivered: ${reason}`),
      }),
    );

    /** API Gateway calls a function in the name of a method or an authorizer. */
    const invokeFor =
      (sourceOf: (event: APIGatewayProxyEvent) => string): typeof invoke =>
      async (functionId, event) =>
        denialByLambda(functionId, sourceOf(event as APIGatewayProxyEvent)) ?? invoke(functionId, event);
    const apiArn = `arn:aws:execute-api:${region}:${accountId}:local/${assembly.api.stage}`;
    const callers = callersOf?.(apiArn);
    const signed = callers ? iamAuthorizer({ callers, region, accountId, apiArn }) : openToAll;
    const authorizers = new Map(
      [...assembly.api.authorizers].map(([id, one]) => [
        id,
        tokenAuthorizer({ ...one, invoke: invokeFor(() => `authorizers/${one.id}`), apiArn }),
      ]),
    );
    const authorize: Authorize = (message, body, { authorizerId = "" }) =>
      (authorizers.get(authorizerId) ?? signed)(message, body);
    const invokeMethod = invokeFor(({ httpMethod, resource }) => `${assembly.api.stage}/${httpMethod}${resource}`);
    const { url } = keep(await startApiGateway({ api: assembly.api, invoke: invokeMethod, port, authorize, page }));
    for (const one of assembly.functions) {
      const environment = {
        ...one.environment,
        ...("TOGGL_BASE_URL" in one.environment && { TOGGL_BASE_URL: toggl.url }),
        ...("API_URL" in one.environment && { API_URL: url }),
        AWS_ENDPOINT_URL_S3: store.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
        AWS_ENDPOINT_URL_SQS: sqs.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
        AWS_ENDPOINT_URL_SNS: sns.url,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", // Lambda runs a newer Node than a laptop may have
      };
      const hosted = { ...one, environment, region, credentials: keyOf(one), onLog, maxProcesses };
      functions.set(one.logicalId, keep(hostFunction(hosted, scratch)));
    }
    for (const source of assembly.eventSources) {
      const queue = sqs.queues.get(source.queueArn);
      if (!queue) throw new Error(`The template has no queue ${source.queueArn}.`);
      keep(startEventSource({ source, queue, region, invoke }));
    }
    const [bucket = ""] = assembly.buckets;
    const { fire } = eventBridge;
    const hosted = { url, callers, toggl, s3Url: store.url, bucket, secrets, peakMemoryMb, queues, fire, functions };
    const timedRules = assembly.timedRules.map(({ arn }) => arn);
    const { outputs } = assembly;
    return {
      ...hosted,
      readKey: settings.s3Url === undefined ? readKey : undefined,
      secretsManagerUrl: secretsManager.url,
      sqsUrl: sqs.url,
      outputs,
      timedRules,
      scratchDirectory: scratch,
      grants: account.grants,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** On a laptop nobody is written to; what would be sent is in the log. */
function noticeLog(onLog: (line: string) => void) {
  return ({ protocol, endpoint }: TopicSubscription, { subject, message }: TopicMessage) => {
    if (subject !== undefined) onLog(`[${protocol} to ${endpoint}] Subject: ${subject}`);
    onLog(`[${protocol} to ${endpoint}] ${message}`);
  };
}
