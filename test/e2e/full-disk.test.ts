import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { mountSmallDisk, unmount } from "../small-disk.ts";
import { type Product, problemOf, startProduct } from "./product.ts";

const disk = mountSmallDisk(48);
let product: Product | undefined;
if (!disk) console.warn("!!! NOT TESTED END TO END, SINCE IT NEEDS ROOT ON LINUX: A FULL SCRATCH DISK");

afterAll(async () => {
  await product?.close();
  vi.unstubAllEnvs();
  if (!disk) return;
  unmount(disk);
});

it.runIf(disk)(
  "says that the scratch disk is full, stores nothing, frees it, and goes on",
  async () => {
    vi.stubEnv("TMPDIR", disk ?? "");
    product = await startProduct();
    const october = { start_date: "2026-10-01", end_date: "2026-10-31" };
    product.simulator.inflate(100_000_000);
    const problem = await problemOf(await product.post("trends/projects.csv", october));
    expect(problem).toMatchObject({ httpStatus: 503, code: "scratch_disk_full", retryable: true });
    expect((await product.keys()).size).toBe(0);
    const { scratchDirectory } = product.local;
    expect(readdirSync(scratchDirectory).flatMap((one) => readdirSync(join(scratchDirectory, one)))).toEqual([]);

    product.simulator.inflate(0);
    expect((await product.post("trends/projects.csv", october)).status).toBe(201);
  },
  60_000,
);
