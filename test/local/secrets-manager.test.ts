import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { startSecretsManager } from "../../local/secrets-manager/secrets-manager.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
const secrets = new Map<string, string | undefined>([
  ["toggl/acme", "token-1"],
  ["toggl/empty", undefined],
]);
let server: Listening;

beforeAll(async () => {
  server = await startSecretsManager({ secrets, region: "eu-central-1", credentials });
});
afterAll(() => server.close());

const read = (SecretId: string, more = {}) =>
  new SecretsManagerClient({ endpoint: server.url, region: "eu-central-1", credentials, maxAttempts: 1, ...more }).send(
    new GetSecretValueCommand({ SecretId }),
  );

it("gives a secret's value, and the new one once it is rotated", async () => {
  expect((await read("toggl/acme")).SecretString).toBe("token-1");
  secrets.set("toggl/acme", "token-2");
  expect((await read("toggl/acme")).SecretString).toBe("token-2");
});

it.each(["toggl/none", "toggl/empty"])("does not find %s", async (name) => {
  await expect(read(name)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("describes a secret without its value: whether there is one", async () => {
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: "eu-central-1",
    credentials,
    maxAttempts: 1,
  });
  const describe = (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId }));
  const found = await describe("toggl/acme");
  expect(Object.values(found.VersionIdsToStages ?? {})).toEqual([["AWSCURRENT"]]);
  expect(JSON.stringify(found)).not.toContain("token-");
  expect((await describe("toggl/empty")).VersionIdsToStages).toBeUndefined();
  await expect(describe("toggl/none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("refuses who signs with another secret", async () => {
  const wrong = { credentials: { accessKeyId: "key", secretAccessKey: "wrong" } };
  await expect(read("toggl/acme", wrong)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
});
