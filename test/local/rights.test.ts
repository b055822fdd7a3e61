import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localAccount } from "../../local/aws/account.ts";
import type { Statement } from "../../local/aws/policy.ts";
import { startEventBridge } from "../../local/event-bridge/event-bridge.ts";
import type { Listening } from "../../local/listening.ts";
import { startS3 } from "../../local/s3/s3.ts";
import { startSecretsManager } from "../../local/secrets-manager/secrets-manager.ts";
import { startSqs } from "../../local/sqs/sqs.ts";

const region = "eu-central-1";
const accountId = "123456789012";
const administrator = { accessKeyId: "AKIAADMIN", secretAccessKey: "admin" };
const role = { accessKeyId: "ASIAROLE", secretAccessKey: "role", sessionToken: "session" };
const queueArn = `arn:aws:sqs:${region}:${accountId}:exports.fifo`;
const secret = `arn:aws:secretsmanager:${region}:${accountId}:secret`;
const bus = `arn:aws:events:${region}:${accountId}:event-bus/default`;

const statements: Statement[] = [
  {
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: ["arn:aws:s3:::listed/*", "arn:aws:s3:::bare/*"],
  },
  { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::rights/read/*" },
  { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::rights/write/*" },
  { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::rights/both/*" },
  { Effect: "Allow", Action: ["s3:PutObject", "s3:PutObjectTagging"], Resource: "arn:aws:s3:::rights/tag/*" },
  { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectTagging"], Resource: "arn:aws:s3:::rights/tags/*" },
  { Effect: "Allow", Action: "s3:DeleteObject", Resource: "arn:aws:s3:::rights/delete/*" },
  { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::listed" },
  {
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: [`${secret}:full-??????`, `${secret}:both-??????`],
  },
  { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: `${secret}:both` },
  {
    Effect: "Allow",
    Action: "events:PutEvents",
    Resource: bus,
    Condition: { "ForAllValues:StringEquals": { "events:source": "mine" }, Null: { "events:source": "false" } },
  },
];
const noLinks: Statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::bare", "arn:aws:s3:::bare/*"],
  Condition: { StringEquals: { "s3:authType": "REST-QUERY-STRING" } },
};

let directory: string;
const running: Listening[] = [];
let clients: (credentials: typeof role | typeof administrator) => {
  s3: S3Client;
  secrets: SecretsManagerClient;
  sqs: SQSClient;
  events: EventBridgeClient;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rights-"));
  const account = localAccount({
    accountId,
    administrator,
    identities: [
      {
        credentials: role,
        arn: `arn:aws:iam::${accountId}:role/worker`,
        userArn: `arn:aws:sts::${accountId}:assumed-role/worker/run`,
        policy: { name: "Worker", statements },
      },
    ],
    resourcePolicies: new Map([["arn:aws:s3:::bare", { name: "BarePolicy", statements: [noLinks] }]]),
  });
  const common = { region, credentials: administrator, account };
  const queue = { arn: queueArn, url: "", isFifo: true, contentBasedDeduplication: true };
  const s3 = await startS3({ ...common, directory: join(directory, "s3"), buckets: ["listed", "bare", "rights"] });
  const secrets = await startSecretsManager({ ...common, accountId, secrets: new Map([["full", "token"]]) });
  const sqs = await startSqs({
    ...common,
    directory: join(directory, "queues"),
    queues: [{ ...queue, visibilityTimeoutSeconds: 60, retentionSeconds: 1000 }],
  });
  const events = await startEventBridge({
    ...{ ...common, accountId, eventRules: [], timedRules: [], queues: new Map() },
    ...{ invoke: () => {}, onEvent: () => {}, publish: () => {} },
  });
  running.push(s3, secrets, sqs, events);
  clients = (credentials) => {
    const of = ({ url: endpoint }: Listening) => ({ endpoint, region, credentials, maxAttempts: 1 });
    return {
      s3: new S3Client({ ...of(s3), forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
      secrets: new SecretsManagerClient(of(secrets)),
      sqs: new SQSClient({ ...of(sqs), useQueueUrlAsEndpoint: false }),
      events: new EventBridgeClient(of(events)),
    };
  };
});
afterAll(async () => {
  for (const one of running) await one.close();
  await rm(directory, { recursive: true });
});

/** An error's name and status, or how it went. */
const outcome = (call: Promise<object>) =>
  call.then(
    () => "fine",
    (error) => `${error.$metadata?.httpStatusCode} ${error.name}`,
  );

describe("S3", () => {
  const get = (Bucket: string, Key = "none") => outcome(clients(role).s3.send(new GetObjectCommand({ Bucket, Key })));

  it("says of an object that is not there that it is not, to who may list, and nothing to others", async () => {
    expect(await get("listed")).toBe("404 NoSuchKey");
    expect(await get("bare")).toBe("403 AccessDenied");
    const head = (Bucket: string) => outcome(clients(role).s3.send(new HeadObjectCommand({ Bucket, Key: "none" })));
    expect(await head("listed")).toMatch(/^404/);
    expect(await head("bare")).toMatch(/^403/);
  });

  it("names who may not do what, and why", async () => {
    await expect(clients(role).s3.send(new DeleteObjectCommand({ Bucket: "listed", Key: "x" }))).rejects.toThrow(
      `User: arn:aws:sts::${accountId}:assumed-role/worker/run is not authorized to perform: s3:DeleteObject on resource: arn:aws:s3:::listed/x because no identity-based policy allows the s3:DeleteObject action`,
    );
    expect(await outcome(clients(role).s3.send(new ListObjectsV2Command({ Bucket: "bare" })))).toBe("403 AccessDenied");
    expect(await outcome(clients(administrator).s3.send(new ListObjectsV2Command({ Bucket: "bare" })))).toBe("fine");
  });

  it("takes a link for a call of who signed it, and asks the bucket's policy too", async () => {
    for (const [Bucket, status] of [
      ["listed", 200],
      ["bare", 403],
    ] as const) {
      const { s3 } = clients(role);
      await s3.send(new PutObjectCommand({ Bucket, Key: "x", Body: "x" }));
      const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "x" }));
      expect((await fetch(link)).status).toBe(status);
      expect(await get(Bucket, "x")).toBe("fine"); // without a link
    }
    const ofAdministrator = await getSignedUrl(
      clients(administrator).s3,
      new GetObjectCommand({ Bucket: "bare", Key: "x" }),
    );
    expect((await fetch(ofAdministrator)).status).toBe(403);
  });

  describe("asks for every right that a write takes", () => {
    const Bucket = "rights";
    const asRole = () => clients(role).s3;
    const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
      outcome(asRole().send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more })));
    const copy = (from: string, Key: string, more = {}) =>
      outcome(asRole().send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, ...more })));
    const prepare = (Key: string, Tagging?: string) =>
      clients(administrator).s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", Tagging }));
    beforeAll(async () => {
      for (const key of ["read/plain", "write/plain", "both/plain", "none/plain"]) await prepare(key);
      for (const key of ["read/tagged", "tags/tagged", "delete/1", "none/1"]) await prepare(key, "a=1");
    });

    it.each([
      ["read/plain", "write/1", "fine"],
      ["none/plain", "write/1", "403 AccessDenied"], // may not read the source
      ["write/plain", "write/1", "403 AccessDenied"],
      ["read/plain", "read/1", "403 AccessDenied"], // may not write the target
      ["read/none", "write/1", "403 AccessDenied"], // is not there, which only who may list is told
      ["tags/tagged", "tag/1", "fine"],
      ["read/tagged", "tag/1", "403 AccessDenied"], // may not read the source's tags
      ["tags/tagged", "write/1", "403 AccessDenied"], // may not tag the target
    ])("to copy %s to %s: %s", async (from, to, expected) => {
      expect(await copy(from, to)).toBe(expected);
    });

    it("to copy without the source's tags, or with others", async () => {
      expect(await copy("read/tagged", "write/1", { TaggingDirective: "REPLACE" })).toBe("fine");
      const others = { TaggingDirective: "REPLACE", Tagging: "b=2" } as const;
      expect(await copy("read/tagged", "write/1", others)).toBe("403 AccessDenied");
      expect(await copy("read/tagged", "tag/1", others)).toBe("fine");
    });

    it("to upload with tags, or in place of what was read", async () => {
      expect(await put("write/2", { Tagging: "a=1" })).toBe("403 AccessDenied");
      expect(await put("tag/2", { Tagging: "a=1" })).toBe("fine");
      expect(await put("write/2", { Tagging: "" })).toBe("fine");
      const IfMatch = '"9dd4e461268c8034f5c8564e155c67a6"';
      expect(await put("write/2", { IfMatch })).toBe("403 AccessDenied");
      expect(await put("both/plain", { IfMatch })).toBe("fine");
    });

    it("to read and to set tags", async () => {
      const tags = (Key: string) => outcome(asRole().send(new GetObjectTaggingCommand({ Bucket, Key })));
      expect(await tags("read/tagged")).toBe("403 AccessDenied");
      expect(await tags("tags/tagged")).toBe("fine");
      const Tagging = { TagSet: [{ Key: "a", Value: "1" }] };
      const tag = (Key: string) => outcome(asRole().send(new PutObjectTaggingCommand({ Bucket, Key, Tagging })));
      expect(await tag("write/plain")).toBe("403 AccessDenied");
      await prepare("tag/3");
      expect(await tag("tag/3")).toBe("fine");
    });

    it("to delete each of several objects", async () => {
      const Objects = [{ Key: "delete/1" }, { Key: "none/1" }];
      const { Deleted, Errors } = await asRole().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Deleted).toEqual([{ Key: "delete/1" }]);
      expect(Errors).toEqual([expect.objectContaining({ Key: "none/1", Code: "AccessDenied" })]);
      const head = new HeadObjectCommand({ Bucket, Key: "none/1" });
      expect(await outcome(clients(administrator).s3.send(head))).toBe("fine");
    });
  });

  it("takes no key of a session without its token", async () => {
    const { s3 } = clients({ ...role, sessionToken: "another" });
    expect(await outcome(s3.send(new GetObjectCommand({ Bucket: "listed", Key: "x" })))).toBe("400 InvalidToken");
    const { accessKeyId, secretAccessKey } = role;
    const bare = clients({ accessKeyId, secretAccessKey }).s3;
    expect(await outcome(bare.send(new GetObjectCommand({ Bucket: "listed", Key: "x" })))).toBe("400 InvalidToken");
  });
});

it.each([
  ["full", "fine"],
  ["both", "400 ResourceNotFoundException"], // is not there, and its bare name is allowed
  ["full-2", "400 AccessDeniedException"],
  ["none", "400 AccessDeniedException"],
])("Secrets Manager, asked for %s: %s", async (SecretId, expected) => {
  expect(await outcome(clients(role).secrets.send(new GetSecretValueCommand({ SecretId })))).toBe(expected);
});

it("SQS says AccessDenied, as its SDK names it", async () => {
  const message = { QueueUrl: "http://x/exports.fifo", MessageBody: "x", MessageGroupId: "g" };
  expect(await outcome(clients(role).sqs.send(new SendMessageCommand(message)))).toBe("403 AccessDenied");
  expect(await outcome(clients(administrator).sqs.send(new SendMessageCommand(message)))).toBe("fine");
});

it.each([
  [["mine"], "fine"],
  [["mine", "mine"], "fine"],
  [["mine", "yours"], "400 AccessDeniedException"],
  [["yours"], "400 AccessDeniedException"],
])("EventBridge, sent events of %j: %s", async (sources, expected) => {
  const Entries = sources.map((Source) => ({ Source, DetailType: "x", Detail: "{}" }));
  expect(await outcome(clients(role).events.send(new PutEventsCommand({ Entries })))).toBe(expected);
});
