import { randomUUID } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { z } from "zod";

const s3 = new S3Client({ forcePathStyle: true });
const secrets = new SecretsManagerClient({});
const Body = z.object({ start_date: z.iso.date(), end_date: z.iso.date() });

/** A report stored the way that a tutorial shows it: held as a whole, put as a whole. */
export const handler = async (event: {
  body: string;
  isBase64Encoded: boolean;
  pathParameters: Record<string, string>;
}) => {
  const parameters = Body.parse(
    JSON.parse(Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").toString()),
  );
  const [id = ""] = Object.values(event.pathParameters);
  const { SecretString: token } = await secrets.send(new GetSecretValueCommand({ SecretId: `toggl/${id}` }));
  const response = await fetch(`${process.env.TOGGL_BASE_URL}/insights/api/v1/workspace/${id}/trends/projects.csv`, {
    method: "POST",
    body: JSON.stringify(parameters),
    headers: {
      authorization: `Basic ${Buffer.from(`${token}:api_token`).toString("base64")}`,
      "content-type": "application/json",
    },
  });
  const file = { Bucket: process.env.EXPORTS_BUCKET, Key: `plain/${randomUUID()}.csv` };
  await s3.send(new PutObjectCommand({ ...file, Body: new Uint8Array(await response.arrayBuffer()) }));
  const url = await getSignedUrl(s3, new GetObjectCommand(file), { expiresIn: 900 });
  return { statusCode: response.status, body: JSON.stringify({ url }) };
};
