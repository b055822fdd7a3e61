import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProcess } from "../../local/lambda/function-process.ts";
import type { LambdaFunction } from "../../local/lambda/function-settings.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let reads = 0;

beforeAll(async () => {
  product = await startProduct();
  const { secrets } = product.local;
  const has = secrets.has.bind(secrets);
  secrets.has = (name) => {
    reads++;
    return has(name);
  };
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

const functionNames = ["LoadTrends", "CreateExport", "RunExport", "BrowseExports"];

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
