import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { withinLambdaLimit } from "../../lambdas/http/lambda-limit.ts";

/** What Lambda takes, less the room for status and headers. */
const maxBytes = 6 * 1024 * 1024 - 24 * 1024;

const asking = (accepts?: string) =>
  ({ header: (name: string) => (name === "accept-encoding" ? accepts : undefined) }) as unknown as HttpRequest;
const answer = (body: string | Buffer, accepts?: string, headers: Record<string, string> = {}) =>
  withinLambdaLimit(asking(accepts), { status: 200, headers, body, ifTooLarge: "Ask for fewer projects." });

describe("an answer", () => {
  it.each([
    ["text", "x".repeat(maxBytes - 2)],
    ["text that is escaped", '"'.repeat((maxBytes - 2) / 2)],
    ["text of two bytes a character", "ä".repeat((maxBytes - 2) / 2)],
    ["bytes, which become base64", Buffer.alloc((maxBytes / 4) * 3)],
  ])("of %s goes as it is as long as it fits, and no longer", async (_, body) => {
    const whole = await answer(body, "gzip");
    expect([whole.headers, whole.body === body]).toEqual([{}, true]);
    const longer = typeof body === "string" ? `${body}x` : Buffer.concat([body, Buffer.alloc(1)]);
    const { headers, body: sent } = await answer(longer, "gzip", { etag: "a" });
    expect(headers).toEqual({ etag: "a", vary: "accept-encoding", "content-encoding": "gzip" });
    expect(gunzipSync(sent as Buffer).equals(Buffer.from(longer))).toBe(true);
  });

  it("without a body fits", async () => {
    const response = { status: 304, headers: {} };
    expect(await withinLambdaLimit(asking(), response)).toBe(response);
  });

  const large = "x".repeat(maxBytes);
  it.each(["gzip", "br, GZIP", "x-gzip", "gzip;q=0.1", "*", "br;q=1, *;q=0.5", "gzip ; q=1"])(
    "that is too large comes compressed to a caller that takes %s",
    async (accepts) => {
      expect((await answer(large, accepts)).headers["content-encoding"]).toBe("gzip");
    },
  );

  it.each([undefined, "", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "identity", "br;q=1, *;q=0"])(
    "that is too large is refused to a caller that takes %s, with what to do",
    async (accepts) => {
      const refused = answer(large, accepts);
      await expect(refused).rejects.toMatchObject({ kind: "response_too_large" });
      await expect(refused).rejects.toThrow(/6 MB.*Accept-Encoding: gzip.*Ask for fewer projects\./);
    },
  );

  it("that is encoded already is not encoded twice", async () => {
    await expect(answer(Buffer.from(large), "gzip", { "content-encoding": "br" })).rejects.toThrow("6 MB");
  });
});
