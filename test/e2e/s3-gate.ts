import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenOnLoopback } from "../../local/listening.ts";
import { startS3 } from "../../local/s3/s3.ts";
import { environmentOf, forward, settings } from "./faulty-s3.ts";

/** An S3 that can make requests meet, so that what may happen at the same time does. */
export interface S3Gate {
  /** For the product: the server's settings. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Holds requests whose method and path fit, such as /^GET .*\/idempotency\//, until so many are there, then lets them
   * through together. A function's process has one call at a time, so that many processes are at it.
   * @returns when they have met
   */
  gather(which: RegExp, count: number): Promise<void>;
  close(): Promise<void>;
}

/** The embedded S3, or the one that the environment names, behind a gate. */
export async function startS3Gate(): Promise<S3Gate> {
  const outside = process.env.AWS_ENDPOINT_URL_S3;
  const directory = await mkdtemp(join(tmpdir(), "s3-gate-"));
  const s3 = outside ? { url: outside, close: async () => {} } : await startS3({ directory, buckets: [], ...settings });
  const held = new Set<() => void>();
  let meeting: { which: RegExp; count: number; met: () => void } | undefined;

  const gate = createServer((message, response) => {
    const go = () => forward(s3.url, message, response);
    if (!meeting?.which.test(`${message.method} ${message.url}`)) return go();
    held.add(go);
    message.socket.once("close", () => held.delete(go)); // who gives up comes again
    if (held.size < meeting.count) return;
    for (const one of held) one();
    held.clear();
    meeting.met();
    meeting = undefined;
  });
  const { url, close } = await listenOnLoopback(gate, 0);
  return {
    env: outside ? { AWS_ENDPOINT_URL_S3: url } : environmentOf(url),
    gather: (which, count) =>
      new Promise((met) => {
        meeting = { which, count, met };
      }),
    async close() {
      await close();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
