import type { S3Client } from "@aws-sdk/client-s3";

/** Has a client's lists come in pages of so many keys, in place of S3's thousand: few objects are several pages then. */
export function inPagesOf(maxKeys: number, s3: S3Client): S3Client {
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(commandName === "ListObjectsV2Command" ? { ...args, input: { MaxKeys: maxKeys, ...args.input } } : args),
    { step: "initialize", name: "inPagesOf" },
  );
  return s3;
}
