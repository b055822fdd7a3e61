import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProcess } from "../../local/lambda/function-process.ts";
import type { LambdaFunction } from "../../local/lambda/function-settings.ts";
import { configFile } from "../lib/synthesized.ts";
import { type Product, startProduct, workspaceId } from "./product.ts";

let product: Product;
let reads = 0;

beforeAll(async () => {
  const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
  const config = { workspaces, notify: ["accounts@acme.example"] };
  product = await startProduct({ INSIGHTS_CONFIG: configFile(config) });
  const { secrets } = product.local;
  const get = secrets.get.bind(secrets);
  secrets.get = (name) => {
    reads++;
    return get(name);
  };
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

const functionNames = ["LoadTrends", "CreateExport", "RunExport", "BrowseExports", "SendNotices"];

function settingsOf(name: string): LambdaFunction {
  const [, hosted] = [...product.local.functions].find(([id]) => id.includes(name)) ?? [];
  if (!hosted) throw new Error(`no function ${name}`);
  return hosted.settings;
}

/** A function's process as it is before its first call. */
const start = (settings: LambdaFunction) => startProcess(settings, join(product.local.scratchDirectory, randomUUID()));

it.each(["LoadTrends", "CreateExport", "RunExport"])("%s reads the secret before its first call", async (name) => {
  reads = 0;
  const process = await start(settingsOf(name));
  await expect.poll(() => reads).toBe(1);
  await process.end();
});

it.each(functionNames)("%s does not load Node's own fetch, which costs more than all the rest", async (name) => {
  const probe = join(product.local.scratchDirectory, "probe.cjs");
  const find = 'process.moduleLoadList.some((module) => module.includes("undici"))';
  writeFileSync(probe, `setInterval(() => console.log(${find} ? "has fetch" : "has none"), 50).unref();`);
  const settings = settingsOf(name);
  const environment = { ...settings.environment, NODE_OPTIONS: `--require=${probe}` };
  const said: string[] = [];
  const process = await start({ ...settings, environment, onLog: (line) => said.push(line) });
  await expect.poll(() => said.filter((line) => line.startsWith("has")).length).toBeGreaterThan(2);
  await process.end();
  expect(said).not.toContain("has fetch");
});

it("has no call read a secret inside the cache time, the first one neither", async () => {
  reads = 0;
  for (let call = 0; call < 20; call++) {
    const responses = [
      await product.post("data_trends/projects", october),
      await product.post("trends/projects.csv", october),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 201]);
  }
  expect(reads).toBe(2); // once by each of two functions, while it initialised
});

it("loads each bundle by import(), as Lambda's runtime on Node.js 24 does, and finds a handler without a callback", () => {
  const probe = `const [file, name] = process.argv.slice(1);
    import(file).then((loaded) => {
      const handler = loaded[name] ?? loaded.default?.[name];
      process.stdout.write(typeof handler + " " + handler?.length, () => process.exit());
    });`;
  const found = [...product.local.functions.values()].map(({ settings }) => {
    const { directory, handler, environment, region, credentials } = settings;
    const [file, name = ""] = handler.split(".");
    const [path = ""] = readdirSync(directory).filter((one) => one.startsWith(`${file}.`) && /\.[cm]?js$/.test(one));
    const env = {
      ...environment,
      PATH: process.env.PATH,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      LAMBDA_TASK_ROOT: directory,
    };
    const args = ["--input-type=module", "--eval", probe, pathToFileURL(join(directory, path)).href, name];
    return execFileSync(process.execPath, args, { env, encoding: "utf8", timeout: 30_000 });
  });
  expect(found.length).toBeGreaterThanOrEqual(6);
  for (const one of found) expect(one).toMatch(/^function [0-2]$/); // with three, Node.js 24's runtime refuses it
}, 120_000);
