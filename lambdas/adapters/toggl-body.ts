import { pipeline, Readable } from "node:stream";
import zlib from "node:zlib";
import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";
import type { Answer } from "./raw-fetch.ts";
import { overTheWire } from "./toggl-transport.ts";

/** The body of an answer, decoded, in pieces; can be read once. */
export interface TogglBody extends AsyncIterable<Buffer> {
  /** Once it is read: whether as many bytes came as the answer declared. Without a declared length nothing is proven. */
  isProvenWhole(): boolean;
}

const decoders: Record<string, () => zlib.Gunzip | zlib.Inflate | zlib.BrotliDecompress> = {
  gzip: zlib.createGunzip,
  "x-gzip": zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
};

/**
 * Opens the body of an answer. We ask for no encoding; one that comes all the same is decoded strictly: zlib's streams
 * fail on a body that is cut short, where fetch's own decoder does not (docs/toggl.md).
 * Reading throws a Failure: `toggl_unavailable` if the transfer breaks off, `toggl_timeout`, `toggl_invalid_file`.
 */
export function togglBody(response: Answer, deadline: Deadline): TogglBody {
  const declared = response.headers.get("content-length");
  const encoding = response.headers.get("content-encoding")?.trim().toLowerCase() || "identity";
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
      await pieces?.return?.().catch(() => {}); // whatever is left of it; a broken transfer was told of already
    }
  }

  const pieces = encoding === "identity" ? wire() : decoded(wire(), encoding);
  return {
    [Symbol.asyncIterator]: () => pieces,
    isProvenWhole: () => declared !== null && Number(declared) === received,
  };
}

async function* decoded(encoded: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const createDecoder = decoders[encoding];
  if (!createDecoder) throw new Failure("toggl_unexpected", `Toggl's answer is encoded as ${encoding.slice(0, 40)}.`);
  try {
    yield* pipeline(Readable.from(encoded), createDecoder(), () => {}); // its errors come out of the iteration
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const detail = "Toggl's compressed answer is damaged or cut short. Nothing was stored.";
    throw new Failure("toggl_invalid_file", detail, { cause });
  }
}
