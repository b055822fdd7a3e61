import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportAnswer, type Product, startProduct } from "./product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const megabyte = 1024 ** 2;

it.each(["csv", "xlsx"])(
  "takes a file of 200 MB through create-export in under 180 MB of memory: %s",
  async (format) => {
    product.simulator.inflate(200 * megabyte);
    const body = { start_date: "2026-10-01", end_date: "2026-10-31" };
    const made = await madeInTime(`trends/projects.${format}`, body);
    expect(made.file.bytes).toBeGreaterThan(200 * megabyte);

    const peaks = [...product.local.peakMemoryMb.values()];
    console.log(`peak memory of create-export for ${format}: ${Math.max(...peaks).toFixed(0)} MB`);
    if (process.platform === "linux") expect(Math.max(...peaks)).toBeGreaterThan(10); // it was measured
    expect(Math.max(...peaks)).toBeLessThan(180);

    const hash = createHash("sha256");
    for await (const piece of (await fetch(made.download_url)).body ?? []) hash.update(piece);
    expect(hash.digest("hex")).toBe(made.file.sha256);
  },
  300_000,
);

/** Asks again where the 25 s that a caller gets were too few: here it is about memory, and other tests run too. */
async function madeInTime(path: string, body: object): Promise<ExportAnswer> {
  const until = Date.now() + 200_000;
  for (;;) {
    const response = await product.post(path, body);
    const answer = (await response.json()) as ExportAnswer & { code?: string };
    if (response.status === 201) return answer;
    const isLate = ["toggl_timeout", "storage_unavailable", "gateway_timeout"].includes(answer.code ?? "");
    if (!isLate || Date.now() > until) throw new Error(`not made: ${JSON.stringify(answer)}`);
  }
}
