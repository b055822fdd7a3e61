import { S3Client } from "@aws-sdk/client-s3";
import { Failure } from "../../core/failure.ts";
import { clientSettings } from "../aws/aws-clients.ts";
import { hasOwnS3Endpoint } from "../aws/environment.ts";

/** The bucket of the exports. */
export interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/**
 * A bucket on S3, asked with short waits, so that an answer is possible within the caller's patience. A server of one's own
 * (AWS_ENDPOINT_URL_S3) rarely has a host name for each bucket, so there the bucket goes into the path.
 */
export function s3Bucket(bucket: string): Bucket {
  const s3 = new S3Client({
    ...clientSettings(10_000),
    forcePathStyle: hasOwnS3Endpoint(),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { s3, bucket };
}

/**
 * Runs what talks to S3; anything that S3 or the way to it does becomes a Failure.
 * @param aim what was to be done, such as "The file could not be stored"
 * @throws Failure `storage_unavailable`
 */
export async function withS3<T>(aim: string, talk: () => Promise<T>): Promise<T> {
  try {
    return await talk();
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Failure) throw cause;
    const reason = cause.name === "AbortError" ? "the time was up" : `S3: ${cause.name}`;
    throw new Failure("storage_unavailable", `${aim} (${reason}).`, { cause });
  }
}

/** S3's own name of an error, such as `NoSuchKey`. */
export function isS3Error(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
