import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { type Local, startLocal } from "../../cli/start/start-local.ts";
import type { BusEvent } from "../../local/event-bridge/bus-event.ts";
import type { HostedFunction } from "../../local/lambda/lambda.ts";
import { serveSimulator } from "../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../local/toggl-simulator/toggl-simulator.ts";
import { watchAnswers } from "../api/conformance.ts";
import { configFile } from "../lib/synthesized.ts";

export const workspaceId = 1234567;

/** A token that nothing else looks like, so that it can be searched for. */
export const canaryToken = "canary0token0c0ffee0d15ea5e";

/** An export as it comes over HTTP; only what the tests look at. */
export interface ExportAnswer {
  readonly id: string;
  readonly status: string;
  readonly parameters: object;
  readonly created_at: string;
  readonly completed_at: string;
  readonly warnings?: { code: string }[];
  readonly file: {
    key: string;
    bytes: number;
    rows?: number;
    columns?: string[];
    sha256: string;
    content_type: string;
  };
  readonly toggl: { requests: number; quota_remaining: number };
  readonly download_url: string;
  readonly download_url_expires_at: string;
}

/** The product as `npm start` hosts it, with a Toggl that the test holds in its hands. */
export interface Product {
  local: Local;
  readonly simulator: TogglSimulator;
  /** Tokens that Toggl takes; can be changed. */
  readonly tokens: string[];
  readonly logs: string[];
  /** What was put on the event bus. */
  readonly events: BusEvent[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Every key in the bucket. */
  keys(): Promise<Set<string>>;
  /** Everything in the bucket, by key, except the keys that are known already. */
  objects(known?: ReadonlySet<string>): Promise<Map<string, Buffer>>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param settings more of the environment, such as another S3 server
 * @param simulated how the simulator differs from the ordinary
 */
export async function startProduct(
  settings: Readonly<Record<string, string>> = {},
  simulated: Partial<Parameters<typeof togglSimulator>[0]> = {},
): Promise<Product> {
  const tokens = [canaryToken];
  const workspaces = [workspaceId];
  const simulator = togglSimulator({ tokens, workspaces, rateLimit: false, quota: 100_000, ...simulated });
  const toggl = await serveSimulator(simulator);
  const directory = await mkdtemp(join(tmpdir(), "product-"));
  const logs: string[] = [];
  const events: BusEvent[] = [];
  const env = {
    ...process.env, // may name another S3 server
    PORT: "0",
    LOCAL_DATA_DIR: directory,
    TOGGL_BASE_URL: toggl.url,
    TOGGL_API_TOKEN: canaryToken,
    INSIGHTS_CONFIG: configFile({ workspaces: [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }] }),
    EXPORTS_BUCKET: `exports-${randomUUID()}`,
    ...settings,
  };
  const undescribed: string[] = [];
  const start = async () => {
    const onEvent = (event: BusEvent) => events.push(event);
    const started = await startLocal(env, { onLog: (line) => logs.push(line), onEvent });
    watchAnswers(started.functions.values(), undescribed);
    return started;
  };

  const product: Product = {
    local: await start(),
    simulator,
    tokens,
    logs,
    events,
    post: (path, body, headers = {}) =>
      fetch(`${product.local.url}/workspace/${workspaceId}/${path}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
        redirect: "manual",
      }),
    get: (path, headers = {}) =>
      fetch(`${product.local.url}/workspace/${workspaceId}/${path}`, { headers, redirect: "manual" }),
    keys: async () => new Set((await bucketKeys(product.local)).keys()),
    objects: (known) => bucketContents(product.local, known),
    async restart() {
      await product.local.close();
      product.local = await start();
    },
    async close() {
      await product.local.close();
      await toggl.close();
      await rm(directory, { recursive: true, force: true });
      if (undescribed.length > 0) throw new Error(`Not as docs/openapi.json says:\n${undescribed.join("\n")}`);
    },
  };
  return product;
}

/** Has requests reach functions as late as though they had waited for so many seconds, so that nobody waits for real. */
export function arriveLate(functions: Iterable<HostedFunction>, seconds: number): void {
  for (const hosted of functions) {
    const { invoke } = hosted;
    hosted.invoke = (event) => {
      const { requestContext } = event as Partial<APIGatewayProxyEvent>;
      if (!requestContext) return invoke(event);
      const requestTimeEpoch = requestContext.requestTimeEpoch - seconds * 1000;
      return invoke({ ...(event as object), requestContext: { ...requestContext, requestTimeEpoch } });
    };
  }
}

type BucketOf = Pick<Local, "s3Url" | "bucket"> & { settings: Pick<Local["settings"], "region" | "credentials"> };

const clients = new WeakMap<BucketOf, S3Client>();

/** A client of the product's S3, with a key that may do everything. */
export function s3Of(of: BucketOf): S3Client {
  const client = clients.get(of) ?? new S3Client({ ...of.settings, endpoint: of.s3Url, forcePathStyle: true });
  clients.set(of, client);
  return client;
}

/** The ETag of each key. */
async function bucketKeys(of: BucketOf): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3Of(of) }, { Bucket: of.bucket })) {
    for (const { Key = "", ETag = "" } of Contents) keys.set(Key, ETag);
  }
  return keys;
}

/** What was read of a bucket, by key and ETag: most tests look at the same objects again and again. */
const read = new WeakMap<BucketOf, Map<string, Buffer>>();

export async function bucketContents(of: BucketOf, known?: ReadonlySet<string>): Promise<Map<string, Buffer>> {
  const readBefore = read.get(of) ?? new Map<string, Buffer>();
  read.set(of, readBefore);
  const wanted = [...(await bucketKeys(of))].filter(([key]) => !known?.has(key));
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < wanted.length; at += 40) {
    const some = wanted.slice(at, at + 40).map(async ([Key, etag]) => {
      const version = `${etag} ${Key}`;
      const bytes = readBefore.get(version) ?? (await bytesOf(of, Key));
      if (bytes) readBefore.set(version, bytes);
      return [Key, bytes] as const;
    });
    for (const [key, bytes] of await Promise.all(some)) {
      if (bytes) contents.set(key, bytes); // if not, it has gone since the list was made
    }
  }
  return contents;
}

async function bytesOf(of: BucketOf, Key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await s3Of(of).send(new GetObjectCommand({ Bucket: of.bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

export async function problemOf(response: Response) {
  const problem = (await response.json()) as Record<string, unknown>;
  return { contentType: response.headers.get("content-type"), httpStatus: response.status, ...problem };
}
