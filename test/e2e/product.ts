import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { type Local, startLocal } from "../../cli/start/start-local.ts";
import type { BusEvent } from "../../local/event-bridge/bus-event.ts";
import type { HostedFunction } from "../../local/lambda/lambda.ts";
import { serveSimulator } from "../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../local/toggl-simulator/toggl-simulator.ts";
import { watchAnswers } from "../api/conformance.ts";
import { configFile } from "../lib/synthesized.ts";
import { bucketContents, bucketKeys } from "./bucket-contents.ts";

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

export async function problemOf(response: Response) {
  const problem = (await response.json()) as Record<string, unknown>;
  return { contentType: response.headers.get("content-type"), httpStatus: response.status, ...problem };
}
