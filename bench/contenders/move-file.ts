import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";

interface Work {
  readonly url: string;
  readonly authorization: string;
  readonly parameters: object;
  readonly way: keyof typeof ways;
}

const s3 = new S3Client({ forcePathStyle: true });
const target = () => ({ Bucket: process.env.EXPORTS_BUCKET, Key: `moved/${randomUUID()}` });

/** Other ways to take a file from Toggl to where it is kept; none of them looks at what it moves. */
const ways = {
  /** As a whole through memory. */
  async buffered(response: Response) {
    await s3.send(new PutObjectCommand({ ...target(), Body: new Uint8Array(await response.arrayBuffer()) }));
  },
  /** Piece by piece, as `curl … | aws s3 cp - …` does. */
  async piped(response: Response) {
    const multipart = new S3Client({ forcePathStyle: true, endpoint: process.env.MULTIPART_URL });
    await new Upload({ client: multipart, params: { ...target(), Body: bodyOf(response) } }).done();
  },
  /** The limit: into a file, with a hash. */
  async file(response: Response) {
    const path = join(tmpdir(), randomUUID());
    const hash = createHash("sha256");
    const hashed = async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    };
    await pipeline(bodyOf(response), hashed, createWriteStream(path));
    await rm(path);
    return hash.digest("hex");
  },
};

function bodyOf({ body }: Response): Readable {
  if (!body) throw new Error("The answer has no body.");
  return Readable.fromWeb(body);
}

export const handler = async ({ url, authorization, parameters, way }: Work) => {
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(parameters) });
  if (!response.ok) throw new Error(`Toggl answered ${response.status}.`);
  await ways[way](response);
  return { statusCode: 201 };
};
