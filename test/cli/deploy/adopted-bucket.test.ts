import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isToBeAdopted, namedBucket, settingsThatDiffer } from "../../../cli/deploy/adopted-bucket.ts";
import { replacements } from "../../../cli/deploy/replacement-guard.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { config, synthesized } from "../../lib/synthesized.ts";
import { bucketAnswer, type KeptBucket, keptBucket, startBucketQuestions } from "./kept-bucket.ts";

const kmsKey = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const template = (more: object = {}) => synthesized({ ...config, ...more }).toJSON();
const adopting = template({ exports_bucket: "acme-exports" });
const withKey = template({ exports_bucket: "acme-exports", kms_key_arn: kmsKey });
const tagged = template({ exports_bucket: "acme-exports", tags: { application: "reports" } });
const idOf = (one: Record<string, unknown>) => namedBucket(one)?.logicalId ?? "";

describe("the bucket that exports_bucket names", () => {
  it("is found in the template, with what it must fit", () => {
    expect(namedBucket(template())).toBeUndefined();
    expect(namedBucket(adopting)).toMatchObject({ name: "acme-exports", kmsKey: undefined });
    expect(namedBucket(adopting)?.tags.get("application")).toBe("toggl-insights");
    expect(namedBucket(withKey)?.kmsKey).toBe(kmsKey);
  });

  let kept: KeptBucket;
  const servers: Listening[] = [];
  beforeAll(async () => {
    const cloudFormation = createServer(async (message, response) => {
      const answer = bucketAnswer(kept, new URLSearchParams(await text(message)));
      response.writeHead(answer?.status ?? 400).end(answer?.body);
    });
    servers.push(await startBucketQuestions(() => kept), await listenOnLoopback(cloudFormation, 0));
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", servers[0]?.url);
    vi.stubEnv("AWS_ENDPOINT_URL_CLOUDFORMATION", servers[1]?.url);
  });
  beforeEach(() => {
    kept = keptBucket();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const server of servers) await server.close();
  });

  const isAdopted = async (change: Partial<KeptBucket> = {}, next = adopting) => {
    Object.assign(kept, change);
    const bucket = namedBucket(next);
    return bucket && (await isToBeAdopted(bucket, "TogglInsights"));
  };

  it.each<[string, Partial<KeptBucket>, Record<string, unknown>?]>([
    ["by a removed stack", { owner: { stack: "Former", id: "ExportsBucket5A12738B", status: "DELETE_SKIPPED" } }],
    ["by a removed stack that nobody remembers", {}],
    [
      "by a deployment that failed to adopt it",
      { owner: { stack: "TogglInsights", id: idOf(adopting), status: "DELETE_SKIPPED" } },
    ],
    ["in the region that is deployed to", { region: "eu-central-1" }],
    ["encrypted by S3, where a key is to encrypt from now on", {}, withKey],
    ["encrypted by the key that the configuration names", { kmsKey }, withKey],
    ["encrypted by that key, by its id", { kmsKey: kmsKey.split("/")[1] }, withKey],
    ["encrypted by AWS's own key", { kmsKey: "arn:aws:kms:eu-central-1:123456789012:alias/aws/s3" }],
    ["tagged as the configuration tags everything", { tags: { application: "reports" } }, tagged],
  ])("is adopted as it was left: %s", async (_, change, next) => {
    expect(await isAdopted(change, next)).toBe(true);
  });

  it("is adopted once", async () => {
    const owner = { stack: "TogglInsights", id: idOf(adopting), status: "UPDATE_COMPLETE" };
    expect(await isAdopted({ owner, policy: "{}", denied: "buckets" })).toBe(false); // S3 is not even asked
  });

  const own = { stack: "TogglInsights", id: "ExportsBucket5A12738B", status: "CREATE_COMPLETE" };
  it.each<[string, Partial<KeptBucket>, RegExp, Record<string, unknown>?]>([
    [
      "the stack made itself",
      { owner: own },
      /is the bucket that TogglInsights made for itself; leave the setting out/,
    ],
    ["another stack has", { owner: { ...own, stack: "Former" } }, /belongs to the stack Former, and two stacks cannot/],
    [
      "a stack has that could not be removed",
      { owner: { ...own, stack: "F", status: "DELETE_FAILED" } },
      /to the stack F,/,
    ],
    [
      "a stack has with more resources than are listed",
      { owner: { ...own, stack: "F" }, isListed: false },
      /the stack F,/,
    ],
    [
      "nobody has, or somebody else",
      { isOwn: false },
      /^exports_bucket: acme-exports is no bucket of this account\. Corr/,
    ],
    ["is in another region", { region: "us-east-1" }, /is in us-east-1, and .* eu-central-1\. .*AWS_REGION=us-east-1/],
    ["has no tags", { tags: {} }, /is no bucket of Toggl Insights: it lacks the tag application=toggl-insights/],
    ["is something else's", { tags: { application: "shop" } }, /lacks the tag application=toggl-insights/],
    ["is tagged as another configuration tags", {}, /lacks the tag application=reports/, tagged],
    [
      "has a policy",
      { policy: "{}" },
      /has a policy, .*get-bucket-policy --bucket acme-.*delete-bucket-policy --bucket/,
    ],
    ["a key encrypts", { kmsKey }, /^kms_key_arn: .*encrypted with the key arn:aws:kms:.*1234abcd/],
    ["another key encrypts", { kmsKey: `${kmsKey}0` }, /^kms_key_arn: /, withKey],
    [
      "may not be looked for",
      { denied: "buckets" },
      /not known.* identity needs s3:ListAllMyBuckets \(AWS says: User x/,
    ],
    ["may not be looked at: tags", { denied: "tagging" }, /needs s3:GetBucketTagging /],
    ["may not be looked at: policy", { denied: "policy" }, /needs s3:GetBucketPolicy /],
    ["may not be looked at: encryption", { denied: "encryption" }, /needs s3:GetEncryptionConfiguration /],
  ])("is refused, with what to do, if it is one that %s", async (_, change, message, next) => {
    await expect(isAdopted(change, next)).rejects.toThrow(message);
  });

  it("is told where it differs from the template", async () => {
    const bucket = namedBucket(adopting);
    expect(bucket && (await settingsThatDiffer(bucket, "TogglInsights"))).toEqual([]);
    kept.hasDrift = () => true;
    expect(bucket && (await settingsThatDiffer(bucket, "TogglInsights"))).toEqual([
      "/VersioningConfiguration/Status: is Suspended, should be Enabled",
    ]);
  });
});

describe("the replacement guard lets no history be left behind", () => {
  const orphan = [expect.stringMatching(/^ExportsBucket\w+ \(AWS::S3::Bucket\): will orphan$/)];

  it("by a stack that already has a bucket and would get another", () => {
    expect(replacements(template(), adopting)).toEqual(orphan);
    expect(replacements(adopting, template({ exports_bucket: "other-exports" }))).toEqual(orphan);
  });

  it("by taking the setting out again", () => {
    expect(replacements(adopting, template())).toEqual(orphan);
  });

  it("and has nothing against adopting, against the same again, or against other settings", () => {
    expect(replacements({}, adopting)).toEqual([]);
    expect(replacements(adopting, adopting)).toEqual([]);
    expect(replacements(adopting, template({ exports_bucket: "acme-exports", keep_exports_days: 7 }))).toEqual([]);
  });
});
