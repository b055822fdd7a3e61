import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insightsClient } from "../../client/insights-client.ts";
import { manifestKey } from "../../lambdas/core/schedules/manifest.ts";
import { s3Of } from "./bucket-contents.ts";
import { type Product, problemOf, workspaceId } from "./product.ts";
import { fireAndSettle, monthly, type ScheduledAnswer, startScheduled } from "./scheduled.ts";

let product: Product;
let october: ScheduledAnswer;
let september: ScheduledAnswer;

const schedule = { ...monthly, formats: ["csv"] };
const never = { ...schedule, name: "never" };

beforeAll(async () => {
  // The embedded S3 alone evaluates what a role may sign.
  product = await startScheduled([schedule, never], { AWS_ENDPOINT_URL_S3: "" });
});
afterAll(() => product.close());

async function spoilManifest(): Promise<void> {
  const command = { Bucket: product.local.bucket, Key: manifestKey("monthly"), Body: '{"schedule":"monthly"' };
  await s3Of(product.local).send(new PutObjectCommand(command));
}

const ask = (path: string, method = "GET", headers: Record<string, string> = {}) =>
  fetch(`${product.local.url}/workspace/${workspaceId}/schedules/${path}`, { method, headers, redirect: "manual" });
const etagOf = ({ file }: ScheduledAnswer) => `"${file.sha256}"`;

describe("the newest file at one address, from nothing to a manifest that is damaged", { shuffle: false }, () => {
  it("comes after two runs, and not before the first", async () => {
    expect(await problemOf(await ask("monthly/latest.csv"))).toMatchObject({ httpStatus: 404, code: "nothing_yet" });
    [september] = (await fireAndSettle(product, "monthly", "2026-10-03T04:00:00Z", 1)) as [ScheduledAnswer];
    [october] = (await fireAndSettle(product, "monthly", "2026-11-03T05:00:00Z", 1)) as [ScheduledAnswer];
    const etag = async () => (await ask("monthly/latest.csv")).headers.get("etag");
    await expect.poll(etag, { timeout: 20_000 }).toBe(etagOf(october));
  }, 60_000);

  it("is followed to its very bytes, as whoever follows redirects gets them", async () => {
    const address = `${product.local.url}/workspace/${workspaceId}/schedules/monthly/latest.csv`;
    const asked = product.simulator.requests.length;
    const response = await fetch(address);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(october.file.sha256);
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="toggl-monthly-2026-10-01_2026-10-31.csv"',
    );
    expect(product.simulator.requests).toHaveLength(asked);
  });

  it("answers HEAD with the same, and a link that takes HEAD", async () => {
    const [get, head] = [await ask("monthly/latest.csv"), await ask("monthly/latest.csv", "HEAD")];
    expect([get.status, head.status, await head.text()]).toEqual([303, 303, ""]);
    expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
    const location = head.headers.get("location") ?? "";
    const there = await fetch(location, { method: "HEAD" });
    expect([there.status, there.headers.get("content-length")]).toEqual([200, String(october.file.bytes)]);
    expect((await fetch(location)).status).toBe(403);
    const followed = await fetch(`${get.url}`, { method: "HEAD" });
    expect([followed.status, followed.headers.get("content-length")]).toEqual([200, String(october.file.bytes)]);
  });

  it.each(["GET", "HEAD"])("is not sent again to a %s that knows it", async (method) => {
    const known = { "if-none-match": `W/"other", ${etagOf(october)}` };
    const response = await ask("monthly/latest.csv", method, known);
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([304, etagOf(october), ""]);
    expect((await ask("monthly/latest.csv", method, { "if-none-match": etagOf(september) })).status).toBe(303);
  });

  it("is that of an earlier period where its first day is named", async () => {
    const response = await ask("monthly/latest.csv?from_date=2026-09-01");
    expect(response.headers.get("etag")).toBe(etagOf(september));
    const bytes = Buffer.from(await (await fetch(response.headers.get("location") ?? "")).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(september.file.sha256);
  });

  it("is what the typed client gives", async () => {
    const client = insightsClient({ baseUrl: product.local.url });
    const latest = await client.latest(workspaceId, "monthly");
    expect(latest?.sha256).toBe(october.file.sha256);
    expect((await fetch(latest?.download_url ?? "")).status).toBe(200);
    expect(await client.latest(workspaceId, "monthly", { knownSha256: october.file.sha256 })).toBeUndefined();
    const earlier = await client.latest(workspaceId, "monthly", { fromDate: "2026-09-01" });
    expect(earlier?.sha256).toBe(september.file.sha256);
  });

  it.each([
    ["never/latest.csv", 404, "nothing_yet"],
    ["monthly/latest.csv?from_date=2026-08-01", 404, "nothing_yet"],
    ["nope/latest.csv", 404, "schedule_not_found"],
    ["monthly/latest.xlsx", 400, "invalid_request"],
    ["monthly/latest.json", 400, "invalid_request"],
    ["monthly/latest.pdf", 404, "route_not_found"],
    ["monthly/latest.csv?from_date=2026-02-30", 400, "invalid_request"],
    ["monthly/latest.csv?form_date=2026-10-01", 400, "invalid_request"],
  ])("says what is wrong with %s: %d %s", async (path, status, code) => {
    expect(await problemOf(await ask(path))).toMatchObject({ httpStatus: status, code });
    const head = await ask(path, "HEAD");
    expect([head.status, await head.text()]).toEqual([status, ""]);
  });

  it("tells that the manifest is damaged", async () => {
    await spoilManifest();
    const problem = await problemOf(await ask("monthly/latest.csv"));
    expect(problem).toMatchObject({ httpStatus: 500, code: "manifest_damaged", retryable: false });
    expect(problem).toMatchObject({ detail: expect.stringContaining("rebuild") });
  });
});
