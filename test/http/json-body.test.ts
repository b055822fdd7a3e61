import { expect, it } from "vitest";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { jsonBody } from "../../lambdas/http/json-body.ts";

const parse = (body: string | Buffer) => jsonBody({ body: Buffer.from(body) } as HttpRequest);
const ofBytes = (count: number) => `"${"x".repeat(count - 2)}"`;

it.each([
  ["an object", '{"currency":"usd"}', { currency: "usd" }],
  ["one behind a byte order mark", '\uFEFF{"a":1}', { a: 1 }],
  ["256 KB", ofBytes(256 * 1024), "x".repeat(256 * 1024 - 2)],
])("takes %s", (_, body, expected) => expect(parse(body)).toEqual(expected));

it.each<[string, string | Buffer, string | RegExp]>([
  ["nothing", "", 'The body is empty. Send a JSON object, such as {"currency":"usd"}.'],
  ["a byte more", ofBytes(256 * 1024 + 1), "The body has 262145 bytes; at most 262144 are taken. Send fewer ids."],
  [
    "another encoding",
    Buffer.from([0x22, 0xe4, 0x22]),
    /^The body is not UTF-8, as JSON must be\. Send it in UTF-8\.$/,
  ],
  ["half of it", '{"a":', /^The body is not JSON: .+\. Send a JSON object\.$/],
  ["a form", "currency=usd", /^The body is not JSON: Unexpected token .+\. Send a JSON object\.$/],
])("refuses %s", (_, body, detail) => {
  const message = typeof detail === "string" ? detail : expect.stringMatching(detail);
  expect(() => parse(body)).toThrow(expect.objectContaining({ kind: "invalid_request", message }));
});

it.each(["s3cr3t", '{"a": s3cr3t}', '{"a": "s3cr3t"'])("quotes nothing of %s", (body) => {
  const message = expect.not.stringContaining("s3cr3t");
  expect(() => parse(body)).toThrow(expect.objectContaining({ message }));
});
