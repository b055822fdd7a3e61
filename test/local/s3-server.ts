import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { startS3 } from "../../local/s3/s3.ts";

export interface S3Server {
  readonly url: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  client(overrides?: { credentials?: { accessKeyId: string; secretAccessKey: string } }): S3Client;
  close(): Promise<void>;
}

/** The S3 server that AWS_ENDPOINT_URL_S3 names, with a bucket of our own; without it the embedded one. */
export async function testS3(): Promise<S3Server> {
  const { AWS_ENDPOINT_URL_S3: url } = process.env;
  const server = url ? namedServer(url) : await embeddedServer();
  await server.client().send(new CreateBucketCommand({ Bucket: server.bucket }));
  return server;
}

function namedServer(url: string): S3Server {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_REGION: region = "us-east-1" } = process.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return describe({ url, region, credentials, close: async () => {} });
}

async function embeddedServer(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "s3-"));
  const settings = { region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } };
  const { url, close } = await startS3({ directory, buckets: [], ...settings });
  return describe({
    url,
    ...settings,
    close: async () => {
      await close();
      await rm(directory, { recursive: true });
    },
  });
}

function describe(server: Omit<S3Server, "bucket" | "client">): S3Server {
  return {
    ...server,
    bucket: `conformance-${randomUUID()}`,
    client: ({ credentials = server.credentials } = {}) =>
      new S3Client({
        endpoint: server.url,
        region: server.region,
        credentials,
        forcePathStyle: true,
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
        maxAttempts: 1,
      }),
  };
}
