import { xml } from "../aws/xml.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import { type S3Request, s3Namespace } from "./s3-request.ts";
import { malformed, textOf, textsOf, xmlBody } from "./xml-body.ts";

const maxKeys = 1000;

/**
 * Answers DeleteObjects: each key on its own, whether or not there is such an object.
 * @param denialOf why the caller may not delete that key
 */
export async function deleteObjects(
  request: S3Request,
  bucket: BucketOnDisk,
  denialOf: (key: string) => string | undefined,
): Promise<void> {
  const body = await xmlBody(request, "Delete");
  const keys = body.children.filter(({ name }) => name === "Object").map((one) => textOf(one, "Key"));
  if (keys.length === 0 || keys.length > maxKeys) throw malformed();
  const isQuiet = textsOf(body, "Quiet").includes("true");
  const Deleted: { Key: string }[] = [];
  const problems: { Key: string; Code: string; Message: string }[] = [];
  for (const Key of keys) {
    const denial = denialOf(Key);
    if (denial !== undefined) {
      problems.push({ Key, Code: "AccessDenied", Message: denial });
      continue;
    }
    await bucket.remove(Key);
    if (!isQuiet) Deleted.push({ Key });
  }
  request.response.writeHead(200, { "content-type": "application/xml" });
  request.response.end(xml("DeleteResult", { Deleted, Error: problems }, s3Namespace));
}
