import { createServer } from "node:http";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";

/** A bucket acme-exports that a removed stack left, as S3 and CloudFormation know it; a test may change it. */
export interface KeptBucket {
  tags: Record<string, string>;
  policy: string | undefined;
  region: string | undefined;
  kmsKey: string | undefined;
  /** Which stack has it, or had it. */
  owner: { stack: string; id: string; status: string } | undefined;
  /** Whether CloudFormation lists it: with more than a hundred resources it may not. */
  isListed: boolean;
  /** Whether its settings differ from the template. */
  hasDrift: () => boolean;
  /** What S3 is asked about it and does not tell: buckets, tagging, policy or encryption. */
  denied: string | undefined;
  /** Whether it is there, and this account's. */
  isOwn: boolean;
}

export function keptBucket(): KeptBucket {
  return {
    tags: { application: "toggl-insights", stack: "Former" },
    policy: undefined,
    region: undefined,
    kmsKey: undefined,
    owner: undefined,
    isListed: true,
    hasDrift: () => false,
    denied: undefined,
    isOwn: true,
  };
}

const element = (name: string, value: string | undefined) => (value === undefined ? "" : `<${name}>${value}</${name}>`);

/** S3, as far as it is asked about the bucket before it is adopted. */
export function startBucketQuestions(kept: () => KeptBucket): Promise<Listening> {
  const server = createServer((message, response) => {
    const { searchParams, pathname } = new URL(message.url ?? "", "http://s3");
    const { denied, isOwn, policy, region, kmsKey, tags } = kept();
    const refuse = (status: number, code: string) =>
      response.writeHead(status).end(`<Error><Code>${code}</Code><Message>User x may not</Message></Error>`);
    const what = ["tagging", "policy", "encryption"].find((one) => searchParams.has(one)) ?? "buckets";
    if (what === denied) return refuse(403, "AccessDenied");
    if (what === "buckets") {
      const names = ["acme-exports-old", ...(isOwn ? ["acme-exports"] : [])]; // S3 lists all that begin alike
      const found = searchParams.get("prefix") === "acme-exports" ? names : [];
      const buckets = found.map(
        (name) => `<Bucket>${element("Name", name)}${element("BucketRegion", region)}</Bucket>`,
      );
      return response.end(`<ListAllMyBucketsResult><Buckets>${buckets.join("")}</Buckets></ListAllMyBucketsResult>`);
    }
    if (pathname.split("/")[1] !== "acme-exports") return refuse(404, "NoSuchBucket");
    if (what === "tagging") {
      if (Object.keys(tags).length === 0) return refuse(404, "NoSuchTagSet");
      const set = Object.entries(tags).map(
        ([key, value]) => `<Tag>${element("Key", key)}${element("Value", value)}</Tag>`,
      );
      return response.end(`<Tagging><TagSet>${set.join("")}</TagSet></Tagging>`);
    }
    if (what === "policy") return policy === undefined ? refuse(404, "NoSuchBucketPolicy") : response.end(policy);
    const algorithm = element("SSEAlgorithm", kmsKey ? "aws:kms" : "AES256") + element("KMSMasterKeyID", kmsKey);
    return response.end(
      `<ServerSideEncryptionConfiguration><Rule>${element("ApplyServerSideEncryptionByDefault", algorithm)}</Rule></ServerSideEncryptionConfiguration>`,
    );
  });
  return listenOnLoopback(server, 0);
}

export const resultOf = (action: string, body: string) =>
  `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${body}</${action}Result></${action}Response>`;

/** What CloudFormation answers about the bucket; undefined for a question about anything else. */
export function bucketAnswer(
  kept: KeptBucket,
  parameters: URLSearchParams,
): { status: number; body: string } | undefined {
  const action = parameters.get("Action") ?? "";
  if (action === "DetectStackResourceDrift") {
    const difference = ["<PropertyDifferences><member><PropertyPath>/VersioningConfiguration/Status</PropertyPath>"];
    difference.push("<ExpectedValue>Enabled</ExpectedValue><ActualValue>Suspended</ActualValue>");
    difference.push("<DifferenceType>NOT_EQUAL</DifferenceType></member></PropertyDifferences>");
    const isModified = kept.hasDrift();
    const status = element("StackResourceDriftStatus", isModified ? "MODIFIED" : "IN_SYNC");
    const drift = element("StackResourceDrift", status + (isModified ? difference.join("") : ""));
    return { status: 200, body: resultOf(action, drift) };
  }
  if (action !== "DescribeStackResources") return undefined;
  const { stack, id, status } = kept.owner ?? {};
  const [askedStack, askedId] = [parameters.get("StackName"), parameters.get("LogicalResourceId")];
  const isKnown = askedStack === null ? stack !== undefined : stack === askedStack && id === askedId;
  if (!isKnown) {
    const error = `<Code>ValidationError</Code><Message>Stack for ${askedStack ?? "acme-exports"} does not exist</Message>`;
    return { status: 400, body: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>` };
  }
  const listed = askedStack === null && !kept.isListed;
  const fields = {
    StackName: stack,
    LogicalResourceId: listed ? "Another" : id,
    ResourceStatus: listed ? "CREATE_COMPLETE" : status,
    PhysicalResourceId: listed ? "another" : "acme-exports",
    ResourceType: listed ? "AWS::SQS::Queue" : "AWS::S3::Bucket",
  };
  const member = Object.entries(fields).map(([name, value]) => element(name, value));
  return { status: 200, body: resultOf(action, element("StackResources", element("member", member.join("")))) };
}
