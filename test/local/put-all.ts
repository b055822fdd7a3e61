import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** Puts objects of text, some at a time. */
export async function putAll(
  s3: S3Client,
  bucket: string,
  objects: readonly (readonly [key: string, text: string])[],
): Promise<void> {
  const open = [...objects];
  const put = async () => {
    for (let next = open.pop(); next; next = open.pop()) {
      const [Key, Body] = next;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    }
  };
  await Promise.all(Array.from({ length: 16 }, put));
}
