import { describe, expect, it } from "vitest";
import { functions } from "../../lambdas/contract.ts";
import { resolver } from "../../local/assembly/resolver.ts";
import type { Template as TemplateJson } from "../../local/assembly/template.ts";
import { config, synthesized } from "./synthesized.ts";

/*
 * What `npm start` replaces or has no use for: addresses, sizes, times and policies of retrying that only AWS goes by. A
 * value that is wrong here works on a laptop and fails on AWS, so each is written down once more.
 */

const schedule = {
  name: "weekly",
  workspace_id: 123,
  report: "trends/projects",
  cron: "0 6 ? * MON *",
  period: "previous-week",
};
const template = synthesized({
  ...config,
  toggl_base_url: "https://proxy.acme.example/toggl",
  max_file_megabytes: 200,
  notify: ["accounts@acme.example"],
  auth: { jwt: { issuer: "https://login.acme.example", audience: "toggl-insights" } },
  schedules: [schedule, { ...schedule, name: "berlin", time_zone: "Europe/Berlin" }],
});
const json = template.toJSON() as TemplateJson;
const resolve = resolver(json, { region: "eu-central-1", accountId: "123456789012", stackName: "S", names: {} });
type Properties = Record<string, unknown>;
const all = (type: string): [id: string, properties: Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties ?? {}]);
const idOf = (type: string, part: string): string => {
  const ids = all(type)
    .map(([id]) => id)
    .filter((id) => id.includes(part));
  if (ids.length !== 1 || ids[0] === undefined) throw new Error(`${ids.length} resources ${type} like ${part}`);
  return ids[0];
};
const one = (type: string, part: string) =>
  resolve(template.findResources(type)[idOf(type, part)]?.Properties) as Properties;
const ref = (type: string, part: string) => resolve({ Ref: idOf(type, part) });
const arn = (type: string, part: string) => resolve({ "Fn::GetAtt": [idOf(type, part), "Arn"] });

const [queue, deadLetters, undelivered] = ["ExportsQueue", "ExportsDeadLetters", "ExportsUndelivered"];
const bucket = ref("AWS::S3::Bucket", "ExportsBucket");
const own = { SERVICE_NAME: "TogglInsights", NODE_OPTIONS: "--max-semi-space-size=16" };
const toggl = {
  TOGGL_BASE_URL: "https://proxy.acme.example/toggl",
  WORKSPACE_SECRETS: '{"123":"toggl/acme","456":"toggl/acme","789":"toggl/cafe"}',
};
const apiUrl = `https://${ref("AWS::ApiGateway::RestApi", "Api")}.execute-api.eu-central-1.amazonaws.com/v1/`;

/** Megabytes, seconds, megabytes of scratch disk (Lambda's 512 if undefined), and every variable. */
const table: Record<keyof typeof functions, [part: string, number, number, number | undefined, object]> = {
  "load-trends": ["LoadTrends", 1024, 28, undefined, { ...own, ...toggl }],
  "create-export": [
    "CreateExport",
    1024,
    28,
    712, // one file, and what is on the way
    {
      ...own,
      ...toggl,
      EXPORTS_BUCKET: bucket,
      DOWNLOAD_URL_TTL_SECONDS: "600",
      MAX_FILE_BYTES: "209715200",
      EXPORT_QUEUE_URL: ref("AWS::SQS::Queue", queue),
    },
  ],
  "browse-exports": [
    "BrowseExports",
    512,
    28,
    undefined,
    { ...own, WORKSPACE_IDS: "123,456,789", EXPORTS_BUCKET: bucket, DOWNLOAD_URL_TTL_SECONDS: "600" },
  ],
  "list-names": ["ListNames", 512, 28, undefined, { ...own, ...toggl, EXPORTS_BUCKET: bucket }],
  "run-export": [
    "RunExport",
    1024,
    300,
    912, // two files, to compare them
    {
      ...own,
      ...toggl,
      EXPORTS_BUCKET: bucket,
      MAX_FILE_BYTES: "209715200",
      EXPORT_QUEUE_URL: ref("AWS::SQS::Queue", queue),
      DEAD_LETTER_QUEUE_URL: ref("AWS::SQS::Queue", deadLetters),
      API_URL: apiUrl,
    },
  ],
  "authorize-caller": [
    "AuthorizeCaller",
    512,
    15,
    undefined,
    {
      ...own,
      JWT_ISSUER: "https://login.acme.example",
      JWT_AUDIENCE: "toggl-insights",
      JWT_WORKSPACE_CLAIM: "workspace_id",
    },
  ],
  "watch-schedules": ["WatchSchedules", 512, 60, undefined, { ...own, EXPORTS_BUCKET: bucket }],
  "send-notices": [
    "SendNotices",
    256,
    30,
    undefined,
    { ...own, NOTICES_TOPIC_ARN: ref("AWS::SNS::Topic", "NoticesTopic") },
  ],
};

describe("a function's settings", () => {
  it.each(Object.entries(table))("%s", (_, [part, MemorySize, Timeout, scratch, Variables]) => {
    const { Code, Role, Tags, Description, ...rest } = one("AWS::Lambda::Function", part);
    expect([Code, Role, Tags, Description].every(Boolean)).toBe(true);
    // Nothing else: no reserved concurrency, which would take from the account's and turn calls away.
    expect(rest).toEqual({
      Architectures: ["arm64"],
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      LoggingConfig: { LogFormat: "JSON", LogGroup: ref("AWS::Logs::LogGroup", part) },
      MemorySize,
      Timeout,
      ...(scratch && { EphemeralStorage: { Size: scratch } }),
      Environment: { Variables },
    });
  });

  it("are those of the table, each with a log group of its own that goes with the stack", () => {
    expect(all("AWS::Lambda::Function")).toHaveLength(Object.keys(table).length);
    expect(Object.keys(table).sort()).toEqual(Object.keys(functions).sort());
    for (const [, [part]] of Object.entries(table)) {
      template.hasResource("AWS::Logs::LogGroup", { DeletionPolicy: "Delete", Properties: { RetentionInDays: 14 } });
      expect(one("AWS::Logs::LogGroup", part).RetentionInDays).toBe(14);
    }
  });

  it("give the largest files that can be configured a scratch disk that Lambda has", () => {
    const large = synthesized({ ...config, max_file_megabytes: 4096 });
    const sizes = Object.values(large.findResources("AWS::Lambda::Function")).flatMap(
      ({ Properties }) => Properties.EphemeralStorage?.Size ?? [],
    );
    expect(sizes.sort()).toEqual([4608, 8704]);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(10_240);
  });
});

it("the queues' own settings", () => {
  const fourteenDays = 14 * 86_400;
  const settings = [queue, deadLetters, undelivered].map((part = "") => {
    const { Tags: _, ...rest } = one("AWS::SQS::Queue", part);
    return rest;
  });
  const kept = { MessageRetentionPeriod: fourteenDays, SqsManagedSseEnabled: true };
  expect(settings).toEqual([
    {
      ...kept,
      FifoQueue: true,
      ContentBasedDeduplication: true,
      VisibilityTimeout: 1800,
      RedrivePolicy: { deadLetterTargetArn: arn("AWS::SQS::Queue", deadLetters ?? ""), maxReceiveCount: 1000 },
    },
    { ...kept, FifoQueue: true },
    kept,
  ]);
});

it("how the queue is worked on: at once, one by one, and no message is left out", () => {
  const [[, mapping] = ["", {}], ...others] = all("AWS::Lambda::EventSourceMapping");
  expect(others).toEqual([]);
  const { Tags: _, ...rest } = resolve(mapping) as Properties;
  expect(rest).toEqual({
    BatchSize: 1,
    EventSourceArn: arn("AWS::SQS::Queue", queue ?? ""),
    FunctionName: ref("AWS::Lambda::Function", "RunExport"),
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
});

it("how often what nobody waits for is tried again, and where it goes then", () => {
  const target = { DeadLetterConfig: { Arn: arn("AWS::SQS::Queue", undelivered ?? "") } };
  for (const [, properties] of all("AWS::Events::Rule")) {
    const { Targets, State } = resolve(properties) as { Targets: Properties[]; State: string };
    expect(State).toBe("ENABLED");
    expect(Targets).toHaveLength(1);
    expect(Targets[0]).toMatchObject(target);
    expect(Targets[0]).not.toHaveProperty("RetryPolicy"); // EventBridge's own: 185 times within a day
  }
  const { Target, FlexibleTimeWindow, State } = one("AWS::Scheduler::Schedule", "berlin") as {
    Target: Properties;
    FlexibleTimeWindow: object;
    State: string;
  };
  expect({ FlexibleTimeWindow, State }).toEqual({ FlexibleTimeWindow: { Mode: "OFF" }, State: "ENABLED" });
  expect(Target).toMatchObject({
    ...target,
    Arn: arn("AWS::SQS::Queue", queue ?? ""),
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
  });
  expect(one("AWS::Events::Rule", "WatchRule")).toMatchObject({
    ScheduleExpression: "rate(3 hours)",
    Targets: [{ Arn: arn("AWS::Lambda::Function", "WatchSchedules") }],
  });
  const called = (part: string) => ({
    FunctionName: ref("AWS::Lambda::Function", part),
    Qualifier: "$LATEST",
    DestinationConfig: { OnFailure: { Destination: arn("AWS::SQS::Queue", undelivered ?? "") } },
  });
  expect(one("AWS::Lambda::EventInvokeConfig", "WatchSchedules")).toEqual({
    ...called("WatchSchedules"),
    MaximumRetryAttempts: 1,
  });
  expect(one("AWS::Lambda::EventInvokeConfig", "SendNotices")).toEqual({
    ...called("SendNotices"),
    MaximumRetryAttempts: 2, // both Lambda's maximum
    MaximumEventAgeInSeconds: 6 * 3600,
  });
});

describe("the API", () => {
  it("passes bytes on as they are, and is the address that the functions and the outputs name", () => {
    const { Tags: _, ...rest } = one("AWS::ApiGateway::RestApi", "Api");
    expect(rest).toEqual({
      Name: "TogglInsights",
      BinaryMediaTypes: ["*/*"],
      EndpointConfiguration: { Types: ["REGIONAL"] },
    });
    expect(resolve(json.Outputs?.ApiUrl?.Value)).toBe(apiUrl);
    const [[, stage] = ["", {}], ...others] = all("AWS::ApiGateway::Stage");
    expect(others).toEqual([]);
    expect(resolve(stage)).toMatchObject({
      StageName: "v1",
      RestApiId: ref("AWS::ApiGateway::RestApi", "Api"),
      MethodSettings: [
        {
          HttpMethod: "*",
          ResourcePath: "/*",
          ThrottlingRateLimit: 7,
          ThrottlingBurstLimit: 9,
          DataTraceEnabled: false, // it would log bodies and links
        },
      ],
    });
  });

  it("hands each method on as a proxy, with the gateway's own 29 seconds", () => {
    for (const [id, { Integration }] of all("AWS::ApiGateway::Method")) {
      const { Uri, ...rest } = Integration as Properties;
      expect(rest, id).toEqual({ Type: "AWS_PROXY", IntegrationHttpMethod: "POST" });
      expect(JSON.stringify(Uri)).toMatch(/:lambda:path\/2015-03-31\/functions\/.*\/invocations/);
    }
  });

  it("asks the authorizer with the Authorization header, and keeps its answer for five minutes", () => {
    const [[, { AuthorizerUri, Name: _, ...rest }] = ["", {} as Properties]] = all("AWS::ApiGateway::Authorizer");
    expect(resolve(rest)).toEqual({
      Type: "TOKEN",
      RestApiId: ref("AWS::ApiGateway::RestApi", "Api"),
      IdentitySource: "method.request.header.Authorization",
      IdentityValidationExpression: "^Bearer [-_A-Za-z0-9.]+$",
      AuthorizerResultTtlInSeconds: 300,
    });
    expect(JSON.stringify(AuthorizerUri)).toContain("AuthorizeCaller");
  });
});

it("what the bucket clears away, and when", () => {
  const { LifecycleConfiguration } = one("AWS::S3::Bucket", "ExportsBucket");
  const enabled = { Status: "Enabled" };
  expect(LifecycleConfiguration).toEqual({
    Rules: [
      {
        ...enabled,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      },
      // keep_exports_days is about exports: without the watcher's notes and the names the product would begin from nothing.
      // It is about what has the tag: what a manifest names has none, and stays.
      { ...enabled, Prefix: "exports/", TagFilters: [{ Key: "retention", Value: "expires" }], ExpirationInDays: 400 },
      { ...enabled, Prefix: "records/", TagFilters: [{ Key: "retention", Value: "expires" }], ExpirationInDays: 400 },
      { ...enabled, Prefix: "idempotency/", ExpirationInDays: 2 },
      { ...enabled, Prefix: "coordination/names/", ExpirationInDays: 2 },
      { ...enabled, Prefix: "coordination/", ExpirationInDays: 16 },
    ],
  });
});
