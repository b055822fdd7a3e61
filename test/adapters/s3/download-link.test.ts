import { afterAll, beforeAll, expect, it } from "vitest";
import type { SucceededExport } from "../../../api/export.ts";
import { downloadLinks } from "../../../lambdas/adapters/s3/export-files.ts";
import { putAll } from "../../local/put-all.ts";
import { type S3Server, testS3 } from "../../local/s3-server.ts";

let server: S3Server;
beforeAll(async () => {
  server = await testS3();
  await putAll(server.client(), server.bucket, [["exports/x.csv", "a,b\n"]]);
});
afterAll(() => server.close());

const made = {
  id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  workspace_id: 7,
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  file: { key: "exports/x.csv" },
} as SucceededExport;

const linkAt = (now: number, seconds: number) =>
  downloadLinks({ s3: server.client(), bucket: server.bucket }, { seconds, clock: { now: () => now } }).link(made);

/** When a link ends, by what is signed in it; milliseconds since 1970. */
function endOf(link: string): number {
  const { searchParams } = new URL(link);
  const signedAt = (searchParams.get("X-Amz-Date") ?? "").replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z");
  return Date.parse(signedAt) + Number(searchParams.get("X-Amz-Expires")) * 1000;
}

it.each([60, 420, 900, 3600])("is told to end when its signature does, after %d s", async (seconds) => {
  for (const now of ["2026-11-25T10:00:00.000Z", "2026-11-25T10:00:00.999Z", "2026-12-31T23:59:59.500Z"].map(
    Date.parse,
  )) {
    const { download_url, download_url_expires_at } = await linkAt(now, seconds);
    expect(Date.parse(download_url_expires_at)).toBe(endOf(download_url));
    expect(endOf(download_url)).toBeLessThanOrEqual(now + seconds * 1000);
    expect(endOf(download_url)).toBeGreaterThan(now + seconds * 1000 - 1000);
  }
});

it("takes the method that it was signed for, and no other", async () => {
  const links = downloadLinks(
    { s3: server.client(), bucket: server.bucket },
    { seconds: 60, clock: { now: Date.now } },
  );
  const october = { key: "exports/x.csv", name: "toggl-monthly-2026-10-01_2026-10-31.csv" };
  for (const [method, other] of [
    ["GET", "HEAD"],
    ["HEAD", "GET"],
  ] as const) {
    const { download_url } = await links.linkToFile({ ...october, method });
    const { status, headers } = await fetch(download_url, { method });
    expect([status, headers.get("content-length")]).toEqual([200, "4"]);
    expect(headers.get("content-disposition")).toBe(`attachment; filename="${october.name}"`);
    expect((await fetch(download_url, { method: other })).status).toBe(403);
  }
});

it("works until then and not afterwards", async () => {
  const good = await linkAt(Date.now(), 60);
  expect(await (await fetch(good.download_url)).text()).toBe("a,b\n");
  const old = await linkAt(Date.now() - 62_000, 60);
  expect(Date.parse(old.download_url_expires_at)).toBeLessThan(Date.now());
  expect((await fetch(old.download_url)).status).toBe(403);
});
