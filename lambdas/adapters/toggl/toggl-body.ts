import { pipeline, Readable } from "node:stream";
import zlib from "node:zlib";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import { type Answer, overTheWire } from "./raw-fetch.ts";

/** The body of an answer, decoded, in pieces; can be read once. */
export interface TogglBody extends AsyncIterable<Buffer> {
  /** Once it is read: whether as many bytes came as the answer declared. Without a declared length nothing is proven. */
  isProvenWhole(): boolean;
}

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress;

/** By the first bytes, since some send `deflate` without zlib's header around it (RFC 9110, 8.4.1.2). */
const decoders: Record<string, (head: Buffer) => Decoder> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: (head) => (hasZlibHeader(head) ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
};

/** RFC 1950: the method is 8, and both bytes together are a multiple of 31. */
function hasZlibHeader([method = 0, flags = 0]: Buffer): boolean {
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}

/**
 * Opens the body of an answer. We ask for no encoding; one that comes all the same is decoded strictly: zlib's streams
 * fail on a body that is cut short, where fetch's own decoder does not (docs/toggl.md).
 * Reading throws a Failure: `toggl_unavailable` if the transfer breaks off, `toggl_timeout`, `toggl_invalid_file`.
 */
export function togglBody(response: Answer, deadline: Deadline): TogglBody {
  const declared = response.headers.get("content-length");
  const encodings = encodingsIn(response.headers.get("content-encoding") ?? "");
  let received = 0;

  async function* wire(): AsyncGenerator<Buffer> {
    const pieces = response.body?.[Symbol.asyncIterator]();
    try {
      for (;;) {
        const piece = await overTheWire(deadline, async () => pieces?.next());
        if (!piece || piece.done) return;
        received += piece.value.byteLength;
        yield Buffer.from(piece.value.buffer, piece.value.byteOffset, piece.value.byteLength);
      }
    } finally {
      await pieces?.return?.().catch(() => {}); // whatever is left of it; a broken transfer was reported already
    }
  }

  const pieces = encodings.reduceRight<AsyncGenerator<Buffer>>(decoded, wire());
  return {
    [Symbol.asyncIterator]: () => pieces,
    isProvenWhole: () => declared !== null && Number(declared) === received,
  };
}

/** The codings that a body went through, in that order; without those that change nothing, or are none. */
function encodingsIn(header: string): string[] {
  const named = header.toLowerCase().split(",");
  return named.map((encoding) => encoding.trim()).filter((encoding) => !changesNothing(encoding));
}

/** Some servers send `none`, or a charset that belongs into `Content-Type`. */
function changesNothing(encoding: string): boolean {
  return ["", "identity", "none", "binary", "7bit", "8bit"].includes(encoding) || isCharset(encoding);
}

function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label.replace(/^(?:[\w.+-]+\/[\w.+-]+;\s*)?charset="?|"$/g, "")).encoding !== "";
  } catch {
    return false;
  }
}

async function* decoded(encoded: AsyncGenerator<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const createDecoder = decoders[encoding];
  if (!createDecoder) throw new Failure("toggl_unexpected", `Toggl's answer is encoded as ${encoding.slice(0, 40)}.`);
  let head = Buffer.alloc(0);
  for (let next = await encoded.next(); !next.done; next = await encoded.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length > 1) break;
  }
  try {
    yield* pipeline(Readable.from(behind(head, encoded)), createDecoder(head), () => {}); // its errors come out of the iteration
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const detail = "Toggl's compressed answer is damaged or cut short. Nothing was stored.";
    throw new Failure("toggl_invalid_file", detail, { cause });
  }
}

async function* behind(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/**
 * A body that is small enough to be held in memory.
 * @throws Failure `toggl_file_too_large`
 */
export async function wholeBody(body: TogglBody, maxMegabytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxMegabytes * 1024 ** 2) {
      const detail = `Toggl's answer is larger than ${maxMegabytes} MB. Ask for less.`;
      throw new Failure("toggl_file_too_large", detail);
    }
  }
  return Buffer.concat(pieces);
}
