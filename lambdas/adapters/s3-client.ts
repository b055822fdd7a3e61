import { S3Client } from "@aws-sdk/client-s3";
import { hasOwnS3Endpoint } from "./environment.ts";

/**
 * S3 with short waits, so that an answer is possible within the caller's patience. A server of one's own
 * (AWS_ENDPOINT_URL_S3) rarely has a host name for each bucket, so there the bucket goes into the path.
 */
export function s3Client(): S3Client {
  return new S3Client({
    forcePathStyle: hasOwnS3Endpoint(),
    maxAttempts: 3,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 2000, socketTimeout: 10_000 },
  });
}
