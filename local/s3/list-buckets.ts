import { xml } from "../aws/xml.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import { type S3Request, s3Namespace } from "./s3-request.ts";

/** Answers ListBuckets: all of them, whatever the caller may do with each, as S3 does. */
export function listBuckets({ response, query }: S3Request, buckets: ReadonlyMap<string, BucketOnDisk>): void {
  const { prefix = "" } = query;
  const Bucket = [...buckets]
    .filter(([name]) => name.startsWith(prefix))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([Name, { createdAt }]) => ({ Name, CreationDate: createdAt.toISOString() }));
  response.writeHead(200, { "content-type": "application/xml" });
  const Owner = { ID: "0".repeat(64) };
  response.end(xml("ListAllMyBucketsResult", { Owner, Buckets: { Bucket } }, s3Namespace));
}
