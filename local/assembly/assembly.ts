import { readFileSync } from "node:fs";
import { resolve as absolute, join } from "node:path";
import { type RestApi, readRestApi } from "../api-gateway/from-template.ts";
import { readResourcePolicies, readRoles, type TemplateRole } from "../aws/from-template.ts";
import type { NamedPolicy } from "../aws/policy.ts";
import {
  type EventRule,
  readEventRules,
  readSubscriptions,
  readTimedRules,
  type TimedRule,
  type TopicSubscription,
} from "../event-bridge/from-template.ts";
import { readFunctions, type TemplateFunction } from "../lambda/from-template.ts";
import { readEventSources, readQueues, type TemplateEventSource, type TemplateQueue } from "../sqs/from-template.ts";
import { resolver } from "./resolver.ts";
import { resourcesOf, type Template } from "./template.ts";

/** What a synthesized stack asks to be hosted. */
export interface Assembly {
  readonly functions: readonly TemplateFunction[];
  readonly roles: readonly TemplateRole[];
  /** By the resource's ARN. */
  readonly resourcePolicies: ReadonlyMap<string, NamedPolicy>;
  readonly api: RestApi;
  readonly buckets: readonly string[];
  readonly queues: readonly TemplateQueue[];
  readonly eventSources: readonly TemplateEventSource[];
  readonly eventRules: readonly EventRule[];
  readonly timedRules: readonly TimedRule[];
  /** ARNs of topics. */
  readonly topics: readonly string[];
  readonly subscriptions: readonly TopicSubscription[];
  readonly outputs: Readonly<Record<string, string>>;
}

interface AssemblyOptions {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** The name of the stack's bucket, if it is not to be made up. */
  readonly bucketName?: string | undefined;
}

/**
 * Reads a synthesized stack from the CDK's output folder.
 * @throws Error that names what in the template is not known here
 */
export function readAssembly(directory: string, options: AssemblyOptions): Assembly {
  const template: Template = readJson(join(directory, `${options.stackName}.template.json`));
  const bucketIds = resourcesOf(template, "AWS::S3::Bucket").map(([id]) => id);
  const { bucketName } = options;
  const names = bucketName === undefined ? {} : Object.fromEntries(bucketIds.map((id) => [id, bucketName]));
  const resolve = resolver(template, { ...options, names });
  const outputs = Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, String(resolve(Value))]);
  return {
    functions: readFunctions(template, resolve, assetFolders(directory, options.stackName)),
    roles: readRoles(template, resolve),
    resourcePolicies: readResourcePolicies(template, resolve),
    api: readRestApi(template, resolve),
    buckets: bucketIds.map((id) => String(resolve({ Ref: id }))),
    queues: readQueues(template, resolve),
    eventSources: readEventSources(template, resolve),
    eventRules: readEventRules(template, resolve),
    timedRules: readTimedRules(template, resolve),
    topics: resourcesOf(template, "AWS::SNS::Topic").map(([id]) => String(resolve({ Ref: id }))),
    subscriptions: readSubscriptions(template, resolve),
    outputs: Object.fromEntries(outputs),
  };
}

/** Folders of the assets, by the key under which they would lie in the CDK's bucket. */
function assetFolders(directory: string, stackName: string): ReadonlyMap<string, string> {
  const { files }: AssetManifest = readJson(join(directory, `${stackName}.assets.json`));
  return new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, absolute(directory, source.path)] as const),
    ),
  );
}

interface AssetManifest {
  readonly files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8"));
}
