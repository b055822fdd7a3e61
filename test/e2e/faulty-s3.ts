import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { listenOnLoopback } from "../../local/listening.ts";
import { startS3 } from "../../local/s3/s3.ts";

/** What to do instead of answering a request properly. */
export type S3Fault =
  | { readonly answer: readonly [status: number, code: string] }
  /** Does as asked, then breaks the connection instead of saying so. */
  | "lose-the-answer"
  /** Runs this before or after it does as asked, and then breaks the connection. */
  | { readonly before: () => Promise<unknown> }
  | { readonly after: () => Promise<unknown> }
  /** Says nothing. */
  | "stall"
  /** Breaks the connection at once. */
  | "reset";

export interface FaultyS3 {
  /** For the product: the server's settings. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the objects lie, a folder for each bucket. */
  readonly directory: string;
  /** Makes the next so many requests fail, or those after some that go through, whose method and path fit, such as /^PUT .*\/records\//. */
  break(which: RegExp, fault: S3Fault, times: number, skip?: number): void;
  /** How many requests fitted since the last break, broken ones and proper ones. */
  seen(): number;
  close(): Promise<void>;
}

/** Of the embedded S3, where it stands behind a proxy. */
export const settings = {
  region: "us-east-1",
  credentials: {
    accessKeyId: "key",
    secretAccessKey: "canary0key0ba5eba11c0de",
    sessionToken: "canary0session0token0f00dcafe",
  },
};

/** For a product that is to use the embedded S3 at this address. */
export function environmentOf(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: settings.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: settings.credentials.sessionToken,
    AWS_REGION: settings.region,
  };
}

/** The embedded S3 behind a proxy that breaks what it is told to. */
export async function startFaultyS3(buckets: readonly string[] = []): Promise<FaultyS3> {
  const directory = await mkdtemp(join(tmpdir(), "faulty-s3-"));
  const s3 = await startS3({ directory, buckets, ...settings });
  let plan: { which: RegExp; fault: S3Fault; times: number; skip: number } | undefined;
  let seen = 0;

  const proxy = createServer((message, response) => {
    const fits = plan?.which.test(`${message.method} ${message.url}`) ?? false;
    if (fits) seen++;
    const fault = fits && plan && plan.skip-- <= 0 && plan.times-- > 0 ? plan.fault : undefined;
    if (fault === "stall") return;
    if (fault === "reset") return void message.socket.resetAndDestroy();
    if (fault === undefined) return forward(s3.url, message, response);
    if (fault === "lose-the-answer") return forward(s3.url, message, response, async () => {});
    if ("after" in fault) return forward(s3.url, message, response, fault.after);
    message.resume();
    if ("before" in fault) return void fault.before().finally(() => message.socket.destroy());
    const [status, code] = fault.answer;
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>planned</Message></Error>`);
  });
  const { url, close } = await listenOnLoopback(proxy, 0);
  return {
    directory,
    env: environmentOf(url),
    break(which, fault, times, skip = 0) {
      plan = { which, fault, times, skip };
      seen = 0;
    },
    seen: () => seen,
    async close() {
      await close();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @param inPlaceOfAnswer runs when the answer is there, which then is not handed on */
export function forward(
  url: string,
  message: IncomingMessage,
  response: ServerResponse,
  inPlaceOfAnswer?: () => Promise<unknown>,
): void {
  const { method, headers } = message;
  const onward = request(new URL(message.url ?? "/", url), { method, headers }, (answer) => {
    if (inPlaceOfAnswer) {
      answer.resume().on("end", () => void inPlaceOfAnswer().finally(() => message.socket.resetAndDestroy()));
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    pipeline(answer, response, () => {});
  });
  pipeline(message, onward, () => {});
}
