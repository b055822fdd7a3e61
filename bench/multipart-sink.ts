import { createWriteStream } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { listenOnLoopback } from "../local/listening.ts";

/** Takes S3 uploads in one or many parts and writes them to disk: the product needs no multipart, its local S3 has none. */
export function startMultipartSink(directory: string) {
  return listenOnLoopback(
    createServer((message, response) => {
      answer(message, response, directory).catch(() => response.destroy());
    }),
    0,
  );
}

async function answer(message: IncomingMessage, response: ServerResponse, directory: string): Promise<void> {
  const { searchParams } = new URL(message.url ?? "/", "http://sink");
  if (message.method === "PUT") {
    await pipeline(message, createWriteStream(join(directory, `part-${searchParams.get("partNumber") ?? 1}`)));
    response.writeHead(200, { etag: '"part"' }).end();
    return;
  }
  message.resume();
  const name = searchParams.has("uploads") ? "InitiateMultipartUploadResult" : "CompleteMultipartUploadResult";
  const fields = "<Bucket>b</Bucket><Key>k</Key><UploadId>one</UploadId><ETag>whole</ETag>";
  response.writeHead(200, { "content-type": "application/xml" }).end(`<${name}>${fields}</${name}>`);
}
