import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configFile } from "../lib/synthesized.ts";
import { type ExportAnswer, type Product, startProduct, workspaceId } from "./product.ts";
import { fireAndSettle, history, monthly, queuesOf, type ScheduledAnswer } from "./scheduled.ts";

/*
 * What `destroy` and a new stack come to: a stack of another name, with functions, roles and queues of its own, on the
 * bucket of one that is gone.
 */

let store: string;
let bucket: string;
let before: ScheduledAnswer[];
let files: Map<string, Buffer>;
let product: Product;

const start = (stack_name: string, more: object = {}) => {
  const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
  return startProduct({
    INSIGHTS_CONFIG: configFile({ stack_name, workspaces, schedules: [monthly], ...more }),
    LOCAL_DATA_DIR: store,
    AWS_ENDPOINT_URL_S3: "", // the embedded store, whose roles and bucket policy are the template's
    EXPORTS_BUCKET: "", // the name that the template says
  });
};

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), "adopted-"));
});
afterAll(async () => {
  await product?.close();
  await rm(store, { recursive: true, force: true });
});

// One story: the first test makes what the others look at.
describe("the bucket of a stack that is gone", { shuffle: false }, () => {
  it("takes over the bucket that a former stack made", async () => {
    const former = await start("Former");
    try {
      const made = await former.post("profitability/projects.csv", { currency: "usd" }, { "idempotency-key": "once" });
      expect(made.status).toBe(201);
      await fireAndSettle(former, "monthly", "2026-10-03T04:00:00Z", 2);
      await expect.poll(() => queuesOf(former).queue.messages).toEqual([]); // the last event is sent and noted
      before = await history(former);
      files = await former.objects();
      ({ bucket } = former.local);
    } finally {
      await former.close();
    }
    expect(before).toHaveLength(3);
    product = await start("Latter", { exports_bucket: bucket });
    expect(product.local.bucket).toBe(bucket);
    expect(product.local.outputs.ExportsBucketName).toBe(bucket);
  }, 120_000);

  it("shows the history of the stack before, whole", async () => {
    const settled = ({ download_url, download_url_expires_at, ...rest }: ScheduledAnswer) => rest;
    expect((await history(product)).map(settled)).toEqual(before.map(settled));
  });

  it("signs links to its files, which its roles may read", async () => {
    for (const { id, file } of before) {
      const { download_url } = (await (await product.get(`exports/${id}`)).json()) as ExportAnswer;
      const bytes = Buffer.from(await (await fetch(download_url)).arrayBuffer());
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
    }
  });

  it("makes nothing a second time for a key that was used", async () => {
    const again = await product.post("profitability/projects.csv", { currency: "usd" }, { "idempotency-key": "once" });
    expect(before.map(({ id }) => id)).toContain(((await again.json()) as ExportAnswer).id);
    expect(product.simulator.requests).toEqual([]); // its own: none was made yet
  });

  it("goes on with schedules, into the same bucket, and makes no run a second time", async () => {
    const answer = await product.get("schedules");
    const { schedules } = (await answer.json()) as {
      schedules: { name: string; last_run?: { exports: { id: string }[] } }[];
    };
    expect(before.map(({ id }) => id)).toContain(schedules[0]?.last_run?.exports[0]?.id);

    product.local.fire("monthly", new Date("2026-10-03T04:00:00Z")); // once more; the next waits behind it
    const made = await fireAndSettle(product, "monthly", "2026-11-03T05:00:00Z", 2);
    expect(product.simulator.requests).toHaveLength(2);
    expect(await history(product)).toHaveLength(5);
    const keys = [...(await product.keys())];
    expect(keys).toEqual(expect.arrayContaining(made.map(({ file }) => file.key)));
    expect(keys).toEqual(expect.arrayContaining([...files.keys()].filter((key) => /^(exports|records)\//.test(key))));
  });
});
