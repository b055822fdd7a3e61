import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { togglBody, wholeBody } from "../../../lambdas/adapters/toggl/toggl-body.ts";
import { withinMs } from "./client.ts";

const text = "a,b\n1,2\n";

function bodyOf(bytes: Buffer, encoding?: string) {
  const get = (name: string) => (name === "content-encoding" ? (encoding ?? null) : null);
  const body = new Blob([new Uint8Array(bytes)]).stream();
  return togglBody({ headers: { get }, body } as unknown as Answer, withinMs(60_000));
}
const readWith = async (bytes: Buffer, encoding?: string) => String(await wholeBody(bodyOf(bytes, encoding), 1));

/** Without compression, with a bit in the padding that makes the first byte look as though zlib's header began. */
const likeZlib = () => {
  const length = Buffer.byteLength(text);
  const sizes = [length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff];
  return Buffer.concat([Buffer.from([0x08, ...sizes]), Buffer.from(text), Buffer.from([0x01, 0, 0, 0xff, 0xff])]);
};

describe("an encoded answer", () => {
  it.each<[string, Buffer, string]>([
    ["gzip", gzipSync(text), "gzip"],
    ["gzip by its old name, in capitals", gzipSync(text), " X-GZIP "],
    ["deflate with zlib's header", deflateSync(text), "deflate"],
    ["deflate with zlib's other header", deflateSync(text, { level: constants.Z_BEST_COMPRESSION }), "deflate"],
    ["deflate without a header", deflateRawSync(text), "deflate"],
    ["deflate without a header, where the first byte alone looks like one", likeZlib(), "deflate"],
    ["two codings, one after the other", gzipSync(deflateSync(text)), "deflate, gzip"],
    ["what changes nothing", Buffer.from(text), 'identity, none, binary, 7bit, 8bit, utf-8, text/csv; charset="utf-8"'],
    ["what changes nothing, and what does", gzipSync(text), "charset=utf-8,,gzip"],
  ])("is read through %s", async (_, bytes, encoding) => {
    expect(await readWith(bytes, encoding)).toBe(text);
  });

  it("is read without a header where both bytes together look like one", async () => {
    const looksRight = (bytes: Buffer) => bytes.readUInt16BE() % 31 === 0;
    const texts = Array.from({ length: 2000 }, (_, at) => `${at},${text}`);
    const one = texts.find((candidate) => looksRight(deflateRawSync(candidate))) ?? "";
    expect(one).not.toBe("");
    expect(await readWith(deflateRawSync(one), "deflate")).toBe(one);
  });

  it("is refused where it is damaged, cut short, or encoded in another way", async () => {
    const message = "Toggl's compressed answer is damaged or cut short. Nothing was stored.";
    const damaged = { kind: "toggl_invalid_file", message, cause: expect.any(Error) };
    for (const bytes of [gzipSync(text).subarray(0, -9), Buffer.from(text), Buffer.alloc(0)]) {
      await expect(readWith(bytes, "gzip")).rejects.toMatchObject(damaged);
    }
    for (const encoding of ["zstd", "xcharset=utf-8", "compress"]) {
      const message = `Toggl's answer is encoded as ${encoding}.`;
      await expect(readWith(Buffer.from(text), encoding)).rejects.toMatchObject({ kind: "toggl_unexpected", message });
    }
  });
});

it("is held in memory as far as it is small, and refused beyond", async () => {
  const megabyte = 1024 ** 2;
  expect(await wholeBody(bodyOf(Buffer.alloc(megabyte)), 1)).toHaveLength(megabyte);
  await expect(wholeBody(bodyOf(Buffer.alloc(megabyte + 1)), 1)).rejects.toMatchObject({
    kind: "toggl_file_too_large",
    message: "Toggl's answer is larger than 1 MB. Ask for less.",
  });
});
