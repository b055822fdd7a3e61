import { AwsError } from "../aws/aws-error.ts";
import { xml } from "../aws/xml.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import type { Tags } from "./s3-object.ts";
import { headerOf, noSuchKey, type S3Request, s3Namespace } from "./s3-request.ts";
import { malformed, textOf, xmlBody } from "./xml-body.ts";

/** Answers PutObjectTagging: the tags that an object has from now on, all of them. */
export async function putTags(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  const { children } = await xmlBody(request, "Tagging");
  const [set, ...more] = children;
  if (set?.name !== "TagSet" || more.length > 0) throw malformed();
  const pairs = set.children.map((tag): [string, string] => [textOf(tag, "Key"), textOf(tag, "Value")]);
  const tags = checked(pairs);
  if (!(await bucket.retag(request.key, tags))) throw noSuchKey();
  request.response.writeHead(200).end();
}

/** Answers GetObjectTagging. */
export function getTags({ key, response }: S3Request, bucket: BucketOnDisk): void {
  const object = bucket.get(key);
  if (!object) throw noSuchKey();
  const Tag = Object.entries(object.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(xml("Tagging", { TagSet: { Tag } }, s3Namespace));
}

/** The tags in a request's `x-amz-tagging`, such as `retention=expires&of=2026`; undefined without that header. */
export function headerTags(request: S3Request): Tags | undefined {
  const header = headerOf(request, "x-amz-tagging");
  return header === undefined ? undefined : checked([...new URLSearchParams(header)]);
}

const maxTags = 10;
const maxKeyLength = 128;
const maxValueLength = 256;

/** Letters, digits and spaces of all scripts, and what else S3 lets a tag have. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws AwsError as S3 does for tags that it does not take */
function checked(pairs: readonly (readonly [string, string])[]): Tags {
  if (pairs.length > maxTags) throw new AwsError(400, "BadRequest", "Object tags cannot be greater than 10");
  const tags = new Map(pairs);
  if (tags.size < pairs.length) throw invalidTag("Cannot provide multiple Tags with the same key");
  for (const [key, value] of tags) {
    if (key === "" || key.length > maxKeyLength || !tagText.test(key)) {
      throw invalidTag("The TagKey you have provided is invalid");
    }
    if (value.length > maxValueLength || !tagText.test(value)) {
      throw invalidTag("The TagValue you have provided is invalid");
    }
    if (/^aws:/i.test(key)) throw invalidTag("System tags cannot be added/updated by requester");
  }
  return Object.fromEntries(tags);
}

function invalidTag(message: string): AwsError {
  return new AwsError(400, "InvalidTag", message);
}
