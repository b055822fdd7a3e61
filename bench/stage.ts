import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { type Local, startLocal } from "../cli/start/start-local.ts";
import { type FunctionProcess, startProcess } from "../local/lambda/function-process.ts";
import type { LambdaFunction } from "../local/lambda/function-settings.ts";
import type { HostedFunction } from "../local/lambda/lambda.ts";
import type { startS3 } from "../local/s3/s3.ts";
import { serveSimulator } from "../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../local/toggl-simulator/toggl-simulator.ts";
/** The product as `npm start` hosts it, with ten workspaces and a token for each. */
export interface Stage {
  readonly local: Local;
  readonly simulator: TogglSimulator;
  readonly togglUrl: string;
  readonly workspaceIds: readonly number[];
  /** A token of the first workspace. */
  readonly token: string;
  function(name: StagedFunction): HostedFunction;
  /** The event that a function gets for a call of the product's API, taken at the function's door: nothing is done yet. */
  eventOf(name: StagedFunction, call: () => Promise<unknown>): Promise<unknown>;
  close(): Promise<void>;
}

export type StagedFunction = keyof typeof idOf;

/** How each function's logical id begins. */
const idOf = {
  "load-trends": /LoadTrends/,
  "create-export": /CreateExport/,
  "run-export": /RunExport/,
};

export const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

export async function startStage(): Promise<Stage> {
  const workspaceIds = Array.from({ length: 10 }, (_, index) => 1000 + index);
  const tokens = workspaceIds.map((id) => `token-${id}`);
  const simulator = togglSimulator({ tokens, workspaces: workspaceIds, rateLimit: false, quota: 1_000_000 });
  const toggl = await serveSimulator(simulator);
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const configFile = join(directory, "insights.config.json");
  const workspaces = workspaceIds.map((id) => ({ id, name: `Workspace ${id}`, token_secret: `toggl/${id}` }));
  await writeFile(configFile, JSON.stringify({ workspaces }));
  const bucket = "bench-exports";
  const credentials = { accessKeyId: "bench", secretAccessKey: randomUUID() };
  const region = "eu-central-1";
  const s3 = await startSeparateS3({ directory: join(directory, "s3"), buckets: [bucket], region, credentials });
  const env = {
    PORT: "0",
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    EXPORTS_BUCKET: bucket,
    LOCAL_DATA_DIR: directory,
    LOCAL_FUNCTION_PROCESSES: "10",
    INSIGHTS_CONFIG: configFile,
    TOGGL_BASE_URL: toggl.url,
    TOGGL_API_TOKEN: tokens[0],
  };
  const local = await startLocal(env, { onLog: () => {} });
  for (const [index, { token_secret }] of workspaces.entries()) local.secrets.set(token_secret, tokens[index]);

  const find = (name: StagedFunction): HostedFunction => {
    const [, hosted] = [...local.functions].find(([id]) => idOf[name].test(id)) ?? [];
    if (!hosted) throw new Error(`The stack has no function ${name}.`);
    return hosted;
  };
  return {
    local,
    simulator,
    togglUrl: toggl.url,
    workspaceIds,
    token: tokens[0] ?? "",
    function: find,
    async eventOf(name, call) {
      const hosted = find(name);
      const { invoke } = hosted;
      const event = new Promise<unknown>((resolve) => {
        hosted.invoke = async (received) => {
          resolve(received);
          return { failed: false, payload: '{"statusCode":204}', maxMemoryUsedMb: 0 };
        };
      });
      await call();
      const received = await event;
      hosted.invoke = invoke;
      return received;
    },
    async close() {
      await local.close();
      await toggl.close();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The local S3 in a process of its own. Beside the CDK's hundreds of megabytes every piece that is received would cost a
 * share of clearing them up, which says nothing of a function.
 */
async function startSeparateS3(settings: Parameters<typeof startS3>[0]) {
  const outfile = resolve(".build/bench/s3-server.mjs");
  const contents = `import { startS3 } from "./local/s3/s3.ts";
    const { url } = await startS3(JSON.parse(process.argv[2]));
    console.log(url);`;
  const stdin = { contents, resolveDir: resolve("."), loader: "ts" } as const;
  await build({ stdin, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  const child = spawn(process.execPath, [outfile, JSON.stringify(settings)], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [url] = (await once(createInterface({ input: child.stdout as Readable }), "line")) as [string];
  const close = async () => {
    child.kill();
    await exited;
  };
  return { url, close };
}

/** A process of the function's own, as a cold start makes it, for as long as the work takes. */
export async function withProcess<T>(
  settings: LambdaFunction,
  work: (process: FunctionProcess) => Promise<T>,
): Promise<T> {
  const scratch = join(tmpdir(), `bench-scratch-${randomUUID()}`);
  const process = await startProcess(settings, scratch);
  try {
    return await work(process);
  } finally {
    await process.end();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Runs a function once.
 * @throws Error with what it failed with, or answered if that is no success
 */
export async function invoke(process: FunctionProcess, event: unknown) {
  const deadline = Date.now() + 300_000;
  const result = await process.run({ requestId: randomUUID(), event: JSON.stringify(asOfNow(event)), deadline });
  if (result.failed) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  const answer = JSON.parse(result.payload);
  if (answer?.statusCode >= 400) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return { answer, peakMb: result.maxMemoryUsedMb };
}

/** As though it came now: a function gives its caller 25 s from when the gateway had the request. */
function asOfNow(event: unknown): unknown {
  if (typeof event !== "object" || event === null || !("requestContext" in event)) return event;
  return { ...event, requestContext: { ...(event.requestContext as object), requestTimeEpoch: Date.now() } };
}

export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
}

/** What Toggl wants to see of a token. */
export function authorization(token: string): string {
  return `Basic ${Buffer.from(`${token}:api_token`).toString("base64")}`;
}

/** The middle value of a sample, by the nearest rank. */
export function median(sample: readonly number[]): number {
  const middle = sample.toSorted((a, b) => a - b)[Math.ceil(sample.length / 2) - 1];
  if (middle === undefined) throw new Error("A median needs a sample.");
  return middle;
}

/** A line of the table in docs/performance.md. */
export interface Row {
  readonly what: string;
  readonly here: string;
  /** What another way to do it took in the same run. */
  readonly otherwise?: string;
  readonly target?: string;
  readonly met?: boolean;
}
