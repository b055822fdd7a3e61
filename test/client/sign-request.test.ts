import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, it, vi } from "vitest";
import { signedHeaders } from "../../client/sign-request.ts";
import { requestTarget } from "../../local/aws/request-target.ts";
import { signatureVerifier } from "../../local/aws/sigv4.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
const region = "eu-central-1";
let server: Listening | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
});

/** An API that checks signatures as API Gateway does. */
async function startSignedApi(): Promise<Listening> {
  const verify = signatureVerifier({ service: "execute-api", region, credentials });
  server = await listenOnLoopback(
    createServer(async (message, response) => {
      const payloadHash = createHash("sha256")
        .update(await text(message))
        .digest("hex");
      const verdict = await verify({ message, ...requestTarget(message.url ?? ""), payloadHash }).catch(
        (error) => error,
      );
      response.end(verdict?.message ?? "fine");
    }),
    0,
  );
  return server;
}

it.each([
  ["GET", undefined],
  ["POST", '{"occurrence":"2026-11-03T05:00:00Z"}'],
] as const)("signs %s for API Gateway", async (method, body) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_REGION", region);
  const api = await startSignedApi();
  const url = new URL(`${api.url}/v1/workspace/123/schedules/monthly/runs?a=b`);
  const headers = await signedHeaders(method, url, body);
  const send = (signed: Record<string, string>) => fetch(url, { method, headers: signed, ...(body && { body }) });
  expect(await (await send(headers)).text()).toBe("fine");
  const tampered = {
    ...headers,
    authorization: (headers.authorization ?? "").replace(/.$/, (last) => (last === "0" ? "1" : "0")),
  };
  expect(await (await send(tampered)).text()).toMatch(/signature/);
});
