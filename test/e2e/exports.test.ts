import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newExportId } from "../../lambdas/core/exports/export-id.ts";
import { recordKey } from "../../lambdas/core/exports/keys.ts";
import { tableOf } from "../../local/toggl-simulator/report-answer.ts";
import { putAll } from "../local/put-all.ts";
import { s3Of } from "./bucket-contents.ts";
import { canaryToken, type ExportAnswer, type Product, problemOf, startProduct, workspaceId } from "./product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct({ LOCAL_FUNCTION_PROCESSES: "3" }); // more would take longer to start than they save
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

const bodies = {
  "profitability/employees": { ...october, currency: "eur", resolution: "quarter", user_ids: [9001, 9002, 9003] },
  "profitability/projects": { ...october, currency: "usd", client_ids: [501, 503, null], resolution: "week" },
  "trends/projects": { ...october, previous_period_start: "2026-09-01", rounding: 1, rounding_minutes: 15 },
} as const;

type FileReport = keyof typeof bodies;

const make = async (report: FileReport, format: "csv" | "xlsx"): Promise<ExportAnswer> => {
  const response = await product.post(`${report}.${format}`, bodies[report]);
  expect(response.status).toBe(201);
  return (await response.json()) as ExportAnswer;
};

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const download = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
const asText = (cells: readonly (readonly unknown[])[]) => cells.map((row) => row.map((cell) => String(cell ?? "")));

describe.each(Object.keys(bodies) as FileReport[])("%s", (report) => {
  const expected = () => {
    const { header, rows } = tableOf(report, product.simulator.source, bodies[report]);
    return asText([header, ...rows]);
  };

  it("comes as CSV that holds what Toggl holds", async () => {
    const made = await make(report, "csv");
    const bytes = await download(made.download_url);
    expect(parse(bytes)).toEqual(expected());
    expect(made.file).toMatchObject({
      bytes: bytes.length,
      sha256: sha256(bytes),
      rows: expected().length - 1,
      columns: expected()[0],
      content_type: "text/csv; charset=utf-8",
    });
    expect(made.warnings).toBeUndefined();
  });

  it("comes as a workbook that holds the same", async () => {
    const made = await make(report, "xlsx");
    const bytes = await download(made.download_url);
    expect(asText(await readSheet(bytes))).toEqual(expected());
    expect(made.file.sha256).toBe(sha256(bytes));
  });

  it("sends Toggl the body as it came, and records it", async () => {
    const made = await make(report, "csv");
    expect(product.simulator.requests.at(-1)?.body).toEqual(bodies[report]);
    expect(made.parameters).toEqual(bodies[report]);
  });
});

describe("an export", () => {
  it("is answered with where it is, what it cost and a link that is named", async () => {
    const before = Date.now();
    const response = await product.post("profitability/projects.csv", bodies["profitability/projects"]);
    const made = (await response.json()) as ExportAnswer;
    expect(response.headers.get("location")).toBe(`/workspace/${workspaceId}/exports/${made.id}`);
    expect(made).toMatchObject({ status: "succeeded", requested_by: "http", toggl: { requests: 1 } });
    expect(Date.parse(made.download_url_expires_at) - before).toBeGreaterThan(890_000);
    expect((await fetch(made.download_url)).headers.get("content-disposition")).toBe(
      `attachment; filename="toggl-profitability-projects-${workspaceId}-2026-10-01_2026-10-31-usd-by-week-filtered-${made.id.slice(-6).toLowerCase()}.csv"`,
    );
  });

  it("lies in the bucket byte for byte, beside a record without a link", async () => {
    const made = await make("profitability/projects", "xlsx");
    const objects = await product.objects();
    expect(made.file.key).toBe(
      `exports/report=profitability-projects/format=xlsx/workspace_id=${workspaceId}/period=2026-10-01_2026-10-31/${made.id}.xlsx`,
    );
    expect(sha256(objects.get(made.file.key) ?? Buffer.alloc(0))).toBe(made.file.sha256);
    const { download_url, download_url_expires_at, ...record } = made;
    const records = [...objects]
      .filter(([key]) => key.startsWith("records/"))
      .map(([, body]) => JSON.parse(body.toString()));
    expect(records).toContainEqual(record);
  });

  it("can be asked for again, with a fresh link, and its file has an address that stays", async () => {
    const made = await make("trends/projects", "csv");
    const { download_url: _, download_url_expires_at: __, ...same } = made;
    const again = await product.get(`exports/${made.id}`);
    expect(again.status).toBe(200);
    const asked = await again.json();
    expect(asked).toMatchObject(same);
    for (const link of [made.download_url, (asked as ExportAnswer).download_url]) {
      expect(new URL(link).searchParams.get("X-Amz-Expires")).toBe("900"); // 15 minutes, unless the configuration says more
    }
    const file = await product.get(`exports/${made.id}/file`);
    expect(file.status).toBe(303);
    expect(sha256(await download(file.headers.get("location") ?? ""))).toBe(made.file.sha256);
  });

  it("is refused by a link that was tampered with or whose time is over", async () => {
    const made = await make("trends/projects", "csv");
    const tampered = made.download_url.replace("X-Amz-Expires=900", "X-Amz-Expires=90000");
    expect(tampered).not.toBe(made.download_url);
    expect((await fetch(tampered)).status).toBe(403);
    expect((await fetch(made.download_url.replace(`${made.id}.csv`, `${made.id}.xlsx`))).status).toBe(403);
    const command = new GetObjectCommand({ Bucket: product.local.bucket, Key: made.file.key });
    const old = await getSignedUrl(s3Of(product.local), command, {
      expiresIn: 900,
      signingDate: new Date(Date.now() - 901_000),
    });
    expect((await fetch(old)).status).toBe(403);
  });
});

describe("the history", () => {
  beforeAll(async () => {
    for (let made = 0; made < 3; made++) await make("trends/projects", "csv");
  });

  const list = async (query = "") => {
    const response = await product.get(`exports${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as { exports: ExportAnswer[]; next_cursor?: string };
  };

  it("is newest first, page by page, and ends without a cursor", async () => {
    for (let made = 0; made < 10; made++) await make("trends/projects", "csv");
    const newest = await make("trends/projects", "csv");
    const pageByPage = async (limit: number) => {
      const ids: string[] = [];
      for (let query = `?limit=${limit}`; ; ) {
        const { exports, next_cursor } = await list(query);
        ids.push(...exports.map(({ id }) => id));
        if (!next_cursor) return ids;
        query = `?limit=${limit}&cursor=${next_cursor}`;
      }
    };
    const [seen, all] = [await pageByPage(3), await pageByPage(100)];
    expect(seen[0]).toBe(newest.id);
    expect(seen).toEqual(all);
    expect(all).toEqual([...all].sort().reverse());
    expect(all.length).toBeGreaterThan(10);
  });

  it("can be narrowed to a report", async () => {
    const { exports, next_cursor } = await list("?report=trends/projects&status=succeeded&limit=2");
    expect(exports.map((made) => made.file.key)).toEqual([
      expect.stringContaining("report=trends-projects"),
      expect.stringContaining("report=trends-projects"),
    ]);
    const next = await list(`?report=trends/projects&status=succeeded&limit=2&cursor=${next_cursor}`);
    expect(next.exports[0]?.id).not.toBe(exports[1]?.id);
    expect(await list("?status=failed")).toEqual({ exports: [] });
  });

  it.each([
    ["?limit=0", "limit"],
    ["?limit=101", "limit"],
    ["?limit=ten", "limit"],
    ["?report=nonsense", "report"],
    ["?status=done", "status"],
    ["?colour=blue", "colour"],
    ["?cursor=tampered", "cursor"],
  ])("refuses %s", async (query, field) => {
    const problem = await problemOf(await product.get(`exports${query}`));
    expect(problem).toMatchObject({ httpStatus: 400, code: "invalid_request", errors: [{ field }] });
  });

  it("is there again after a stop and a start", async () => {
    const before = await list("?limit=100");
    await product.restart();
    expect(await list("?limit=100")).toEqual(before);
    const file = await product.get(`exports/${before.exports[0]?.id}/file`);
    expect((await fetch(file.headers.get("location") ?? "")).status).toBe(200);
  });
});

it("makes many at once, each its own", async () => {
  await Promise.all([1, 2, 3].map(() => make("trends/projects", "csv"))); // all processes have started
  const made = await Promise.all(Array.from({ length: 20 }, () => make("trends/projects", "csv")));
  expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  expect(new Set(made.map(({ file }) => file.sha256)).size).toBe(1);
});

it("takes a rotated token without a failed call", async () => {
  product.tokens.splice(0, 1, "rotated-token");
  product.local.secrets.set("toggl/demo", "rotated-token");
  const made = await make("trends/projects", "csv");
  expect(made.toggl.requests).toBeLessThanOrEqual(2);
  product.tokens.push(canaryToken);
});

it("keeps the token out of logs, records and answers, plain and encoded", async () => {
  const base64 = Buffer.from(`${canaryToken}:api_token`).toString("base64");
  for (let made = 0; made < 10; made++) await make("trends/projects", "csv");
  const history = await (await product.get("exports?limit=100")).text();
  const everything = [...product.logs, history, ...[...(await product.objects()).values()].map(String)].join("\n");
  expect(product.logs.length).toBeGreaterThan(10);
  expect(everything).not.toContain(canaryToken);
  expect(everything).not.toContain(base64);
  expect(product.logs.join("\n")).not.toContain("X-Amz-Signature");
});

it("gives a history of more than Lambda can answer with page by page", async () => {
  const project_ids = Array.from({ length: 20_000 }, (_, at) => 10_000_000 + at); // 180 KB
  const response = await product.post("trends/projects.csv", { ...october, project_ids });
  expect(response.status).toBe(201);
  const { download_url: _, download_url_expires_at: __, ...record } = (await response.json()) as ExportAnswer;
  const now = Date.now(); // one is made, the others are recorded alone: it is their size that counts
  const made = [record.id, ...Array.from({ length: 39 }, (___, at) => newExportId(now + at))];
  const records = made.map((id) => [recordKey(workspaceId, id), JSON.stringify({ ...record, id })] as const);
  await putAll(s3Of(product.local), product.local.bucket, records);
  for (const query of ["", "&status=succeeded"]) {
    const seen: string[] = [];
    let pages = 0;
    for (let cursor = ""; ; pages++) {
      const response = await product.get(`exports?limit=100${query}${cursor}`);
      expect(response.status).toBe(200);
      const page = (await response.json()) as { exports: ExportAnswer[]; unreadable?: string[]; next_cursor?: string };
      expect(page.unreadable, product.logs.filter((line) => line.includes("was left out")).join("\n")).toBeUndefined();
      seen.push(...page.exports.map(({ id }) => id));
      if (page.next_cursor === undefined) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(pages).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 40)).toEqual([...made].reverse());
  }
});
