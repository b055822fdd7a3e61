import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaksIn } from "./leaks.ts";

const secret = "canary0token0c0ffee0d15ea5e";

describe("a leak", () => {
  it.each([
    ["as it is", `No: ${secret}!`],
    ["in an Authorization header", `Basic ${Buffer.from(`${secret}:api_token`).toString("base64")}`],
    ["percent-encoded", `q=${encodeURIComponent(secret)}`],
    ["in capitals", secret.toUpperCase()],
    ["percent-encoded, each character", Array.from(secret, (sign) => `%${sign.charCodeAt(0).toString(16)}`).join("")],
    ["with escapes of JSON", Array.from(secret, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`).join("")],
    ["in hexadecimal", Buffer.from(secret).toString("hex")],
    ["as a link", "https://bucket/key?X-Amz-Signature=0a1b"],
    ["as a signed header", `AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=${"0".repeat(64)}`],
    ["as a session's token", "https://bucket/key?X-Amz-Security-Token=abc"],
  ])("is found %s", (_, text) => {
    expect(leaksIn({ log: text }, [secret])).not.toEqual([]);
  });

  it("is found in the base64 of any text around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = Buffer.from(before + secret + after).toString("base64");
        expect(leaksIn({ record: text }, [secret])).not.toEqual([]);
      }),
    );
  });

  it("is not found where there is none", () => {
    expect(leaksIn({ log: '{"code":"toggl_rejected","detail":"No: [token]"}' }, [secret])).toEqual([]);
  });
});
