import { expect, it } from "vitest";
import { proxyCall } from "../../console/proxy-call.ts";

/** What the page is told where the call itself failed. */
async function told(error: Error) {
  const request = new Request("http://127.0.0.1:3001/api/workspace/1/exports");
  const answer = await proxyCall(request, () => Promise.reject(error));
  return { status: answer.status, ...((await answer.json()) as { code: string; detail: string; retryable: boolean }) };
}

it("tells missing AWS credentials from a network that fails, and neither with what the machine knows", async () => {
  const nobody = Object.assign(new Error("no profile acme in /home/me/.aws"), { name: "CredentialsProviderError" });
  expect(await told(nobody)).toMatchObject({
    status: 502,
    code: "api_credentials",
    detail: "No AWS credentials were found to sign the call with.",
  });
  const cut = new Error("connect to 10.0.0.7", { cause: { code: "ECONNREFUSED" } });
  expect(await told(cut)).toMatchObject({
    status: 502,
    code: "api_network",
    detail: "The API cannot be reached (ECONNREFUSED).",
    retryable: true,
  });
});
