import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noticesTopic } from "../../lambdas/adapters/aws/notices-topic.ts";
import { localAccount } from "../../local/aws/account.ts";
import type { Statement } from "../../local/aws/policy.ts";
import { type LocalSns, startSns, type TopicMessage } from "../../local/sns/sns.ts";

const region = "eu-central-1";
const accountId = "123456789012";
const topicArn = `arn:aws:sns:${region}:${accountId}:notices`;
const administrator = { accessKeyId: "AKIAADMIN", secretAccessKey: "admin" };
const role = { accessKeyId: "ASIAROLE", secretAccessKey: "role", sessionToken: "session" };
const stranger = { accessKeyId: "ASIASTRANGER", secretAccessKey: "stranger", sessionToken: "session" };
const closed = `${topicArn}-closed`;
const statements: Statement[] = [{ Effect: "Allow", Action: "sns:Publish", Resource: [topicArn, closed] }];
const denyAll: Statement = { Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: closed };

let sns: LocalSns;
let sent: ({ to: string } & TopicMessage)[];

beforeAll(async () => {
  const identity = (credentials: typeof role, name: string, allowed: readonly Statement[]) => ({
    credentials,
    arn: `arn:aws:iam::${accountId}:role/${name}`,
    userArn: `arn:aws:sts::${accountId}:assumed-role/${name}/run`,
    policy: { name, statements: allowed },
  });
  const account = localAccount({
    accountId,
    administrator,
    identities: [identity(role, "sender", statements), identity(stranger, "stranger", [])],
    resourcePolicies: new Map([[closed, { name: "Closed", statements: [denyAll] }]]),
  });
  const subscription = { topicArn, protocol: "email", endpoint: "accounts@acme.example" };
  sns = await startSns({
    topics: [topicArn, closed],
    subscriptions: [
      subscription,
      { ...subscription, protocol: "https", endpoint: "https://hooks.acme.example/toggl" },
      { ...subscription, topicArn: "another", endpoint: "operations@acme.example" },
    ],
    ...{ region, credentials: administrator, account },
    onNotice: ({ endpoint }, message) => sent.push({ to: endpoint, ...message }),
  });
});
beforeEach(() => {
  sent = [];
});
afterAll(() => sns.close());

const publish = (input: object, credentials: typeof role | typeof administrator = role, TopicArn = topicArn) =>
  new SNSClient({ endpoint: sns.url, region, credentials, maxAttempts: 1 })
    .send(new PublishCommand({ TopicArn, Message: "x", ...input }))
    .then(
      ({ MessageId }) => MessageId,
      (error) => `${error.$metadata?.httpStatusCode} ${error.name}: ${error.message}`,
    );

describe("SNS", () => {
  it("sends a message as it is to those of its topic, by e-mail and https alike", async () => {
    const Message = 'It said: "50 % = ½ + x&y" 🎨';
    expect(await publish({ Message, Subject: "About it" })).toMatch(/^[0-9a-f-]{36}$/);
    const notice = { message: Message, subject: "About it" };
    expect(sent).toEqual([
      { to: "accounts@acme.example", ...notice },
      { to: "https://hooks.acme.example/toggl", ...notice },
    ]);
  });

  it.each<[string, object, string]>([
    ["no message", { Message: "" }, "Empty message"],
    ["a message too long", { Message: "é".repeat(131_073) }, "Message too long"],
    ["an empty subject", { Subject: "" }, "Subject"],
    ["a subject of 100 characters", { Subject: "x".repeat(100) }, "Subject"],
    ["a subject of two lines", { Subject: "a\nb" }, "Subject"],
    ["a subject that ends its line", { Subject: "a\n" }, "Subject"],
    ["a subject with another letter", { Subject: "Café" }, "Subject"],
    ["a subject that begins with a blank", { Subject: " a" }, "Subject"],
  ])("refuses %s", async (_, input, fault) => {
    expect(await publish(input)).toBe(`400 InvalidParameterException: Invalid parameter: ${fault}`);
    expect(sent).toEqual([]);
  });

  it.each<[string, object]>([
    ["a subject of 99 characters", { Subject: "x".repeat(99) }],
    ["a subject that begins with a mark", { Subject: "(a) ~" }],
    ["no subject", {}],
    ["the longest message", { Message: "é".repeat(131_072) }],
  ])("takes %s", async (_, input) => {
    expect(await publish(input)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("asks the caller's role, then the topic's policy, then whether there is such a topic", async () => {
    expect(await publish({}, stranger)).toMatch(/^403 AuthorizationErrorException: .* no identity-based policy allows/);
    expect(await publish({}, role, closed)).toMatch(
      /^403 AuthorizationErrorException: .* explicit deny in a resource-/,
    );
    expect(await publish({}, role, `${topicArn}-2`)).toMatch(/^403 AuthorizationErrorException/);
    expect(await publish({}, administrator, `${topicArn}-2`)).toBe("404 NotFoundException: Topic does not exist");
    expect(await publish({}, { ...role, secretAccessKey: "another" })).toMatch(/^403 SignatureDoesNotMatch/);
    expect(sent).toEqual([]);
  });
});

/** Runs with the variables that Lambda sets. */
async function onLambda<T>(credentials: typeof role, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  process.env.AWS_ENDPOINT_URL_SNS = sns.url;
  process.env.AWS_REGION = region;
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
  process.env.AWS_SESSION_TOKEN = credentials.sessionToken;
  try {
    return await work();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

describe("the topic of notices", () => {
  it("has a notice with its subject", async () => {
    const notice = { subject: "About it", message: "It is so." };
    await onLambda(role, () => noticesTopic(topicArn).notify(notice));
    expect(sent).toContainEqual({ to: "accounts@acme.example", ...notice });
  });

  it("tells why it could not be published to", async () => {
    const notice = { subject: "About it", message: "It is so." };
    const failed = onLambda(stranger, () => noticesTopic(topicArn).notify(notice));
    await expect(failed).rejects.toMatchObject({ name: "AuthorizationErrorException" });
  });
});
