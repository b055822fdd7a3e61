import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, vi } from "vitest";
import type { LocalQueue } from "../../local/sqs/fifo-queue.ts";
import { configFile } from "../lib/synthesized.ts";
import { s3Of } from "./bucket-contents.ts";
import { type ExportAnswer, type Product, startProduct, workspaceId } from "./product.ts";

/** A record as the tests of schedules look at it. */
export type ScheduledAnswer = ExportAnswer & {
  readonly schedule?: string;
  readonly occurrence?: string;
  readonly format: string;
  readonly attempts?: number;
  readonly resumes_at?: string;
  readonly unchanged?: boolean;
  readonly restates?: string;
  readonly restatement?: { added: number; removed: number; changed: number };
  readonly problem?: { code: string; detail: string };
};

const workspace = { id: workspaceId, name: "Demo", token_secret: "toggl/demo" };

/** A monthly report that no clock fires while a test runs. */
export const monthly = {
  name: "monthly",
  workspace_id: workspaceId,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "Europe/Berlin",
  period: "previous-month",
  parameters: { currency: "usd" },
};

export const nightly = {
  name: "nightly",
  workspace_id: workspaceId,
  report: "trends/projects",
  cron: "0 3 * * ? *",
  period: "last-7-days",
  previous_period: "equal-length",
};

/** The product with schedules. */
export function startScheduled(
  schedules: readonly object[],
  settings: Record<string, string> = {},
  simulator: Parameters<typeof startProduct>[1] = {},
): Promise<Product> {
  const config = { workspaces: [workspace], schedules, notify: ["accounts@acme.example"] };
  return startProduct({ INSIGHTS_CONFIG: configFile(config), ...settings }, simulator);
}

export async function history(product: Product, query = "limit=100"): Promise<ScheduledAnswer[]> {
  const { exports } = (await (await product.get(`exports?${query}`)).json()) as { exports: ScheduledAnswer[] };
  return exports;
}

/**
 * Looks at the history when an event came since the last look, or a second has gone by: each look has a
 * function run, and what was written since read.
 */
function historyWatch(product: Product) {
  let exports: ScheduledAnswer[] = [];
  let seen = "";
  return async () => {
    const now = `${product.events.length} ${Math.floor(Date.now() / 1000)}`;
    if (now !== seen) exports = await history(product);
    seen = now;
    return exports;
  };
}

/** Waits until so many exports have a status, and gives the whole history. */
export async function settled(product: Product, count: number, statuses = ["succeeded", "failed"], timeout = 20_000) {
  const look = historyWatch(product);
  const settledNow = async () => (await look()).filter(({ status }) => statuses.includes(status)).length;
  await expect.poll(settledNow, { timeout, interval: 50 }).toBe(count);
  return look();
}

/** Fires a schedule and waits for the events of so many exports of this very run; gives them, newest first. */
export async function fireAndSettle(product: Product, name: string, occurrence: string, count: number) {
  product.local.fire(name, new Date(occurrence));
  const made = () => {
    const ofRun = product.events.filter(({ detail }) => detail.schedule === name && detail.occurrence === occurrence);
    const succeeded = ofRun.filter((event) => event["detail-type"] === "Export Succeeded");
    return [...new Set(succeeded.map(({ detail }) => String(detail.id)))].toSorted().reverse();
  };
  await expect.poll(() => made().length, { timeout: 60_000, interval: 50 }).toBe(count);
  return Promise.all(made().map((id) => recordOf(product, id)));
}

async function recordOf(product: Product, id: string): Promise<ScheduledAnswer> {
  const record = (await (await product.get(`exports/${id}`)).json()) as ScheduledAnswer;
  expect(record.status).toBe("succeeded");
  return record;
}

/** Ends run-export in the middle of what it does. */
export async function crash({ local }: Product): Promise<void> {
  for (const [id, hosted] of local.functions) if (id.includes("RunExport")) await hosted.crash();
}

/** As though so much time had passed that whoever was ended can no longer be at work, and its message comes again. */
export async function timePasses(product: Product): Promise<void> {
  const isLease = (key: string) => key.startsWith("coordination/leases/");
  const others = new Set([...(await product.keys())].filter((key) => !isLease(key)));
  for (const [key, bytes] of await product.objects(others)) {
    if (!isLease(key)) continue; // it came meanwhile
    const lease = JSON.parse(String(bytes));
    if (lease.until > 0) await putJson(product, key, { ...lease, until: 0 });
  }
  queuesOf(product).queue.showAll();
}

/** Writes an object behind the product's back. */
export async function putJson({ local }: Product, Key: string, value: object): Promise<void> {
  await s3Of(local).send(new PutObjectCommand({ Bucket: local.bucket, Key, Body: JSON.stringify(value) }));
}

/** The queue that schedules lead to, and the one for what fails too often. */
export function queuesOf({ local }: Product) {
  const [queue, deadLetters] = ["queue", "deadletters"].map(
    (name) => [...local.queues].find(([arn]) => arn.includes(`exports${name}`) && arn.endsWith(".fifo"))?.[1],
  );
  if (!queue || !deadLetters) throw new Error("The template has no such queues.");
  return { queue, deadLetters };
}

/**
 * For how long messages are put back. Each stays hidden until `queue.showAll()`, so that a test can look at it in
 * peace, however busy the machine is.
 */
export function watchPutBack(queue: LocalQueue) {
  const hour = 3600;
  const hide = queue.changeVisibility;
  const spy = vi.spyOn(queue, "changeVisibility").mockImplementation((handle, seconds) => hide(handle, seconds + hour));
  return {
    /** Waits until a message was put back for so many times in all, and says for how long, and until when. */
    async next(times: number) {
      await expect.poll(() => spy.mock.calls.length, { timeout: 30_000 }).toBe(times);
      const [handle, waitSeconds = 0] = spy.mock.lastCall ?? [];
      const message = queue.messages.find(({ receiptHandle }) => receiptHandle === handle);
      return { waitSeconds, hiddenUntil: (message?.hiddenUntil ?? 0) - hour * 1000 };
    },
    restore: () => spy.mockRestore(),
  };
}
