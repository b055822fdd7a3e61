import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProcess } from "../../local/lambda/function-process.ts";
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

it.each(["LoadTrends", "CreateExport", "RunExport"])("%s reads the secret before its first call", async (name) => {
  const [, hosted] = [...product.local.functions].find(([id]) => id.includes(name)) ?? [];
  if (!hosted) throw new Error(`no function ${name}`);
  reads = 0;
  const process = await startProcess(hosted.settings, join(product.local.scratchDirectory, randomUUID()));
  await expect.poll(() => reads).toBe(1);
  await process.end();
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
