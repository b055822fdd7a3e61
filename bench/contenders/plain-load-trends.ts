import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";

const secrets = new SecretsManagerClient({});
const Body = z.object({ start_date: z.iso.date(), end_date: z.iso.date() });

/** Toggl's trends handed on the way that a tutorial shows it. */
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
  const response = await fetch(`${process.env.TOGGL_BASE_URL}/insights/api/v1/workspace/${id}/data_trends/projects`, {
    method: "POST",
    body: JSON.stringify(parameters),
    headers: {
      authorization: `Basic ${Buffer.from(`${token}:api_token`).toString("base64")}`,
      "content-type": "application/json",
    },
  });
  return { statusCode: response.status, body: JSON.stringify(await response.json()) };
};
