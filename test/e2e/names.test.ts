import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Product, problemOf, startProduct, workspaceId } from "./product.ts";

let product: Product;

beforeEach(async () => {
  product = await startProduct();
});
afterEach(() => product.close());

interface NamesAnswer {
  readonly projects: Record<string, string>;
  readonly users: Record<string, string>;
  readonly updated_at?: string;
}

async function names(): Promise<NamesAnswer> {
  const response = await product.get("names");
  expect(response.status).toBe(200);
  return (await response.json()) as NamesAnswer;
}

const asked = () => product.simulator.requests.map(({ path }) => path.replace(/\?.*/, "").replace(/.*\//, ""));

/** As the bucket holds it an hour after the projects came. */
async function projectsCameBefore(projects: Record<string, string>): Promise<void> {
  const { s3Url, bucket: Bucket, settings } = product.local;
  const s3 = new S3Client({ ...settings, endpoint: s3Url, forcePathStyle: true });
  const known = { projects, users: {}, updated_at: "2026-11-02T05:00:00Z", asked_hour: "2026-11-02T05" };
  const Body = JSON.stringify({ ...known, due: { list: "users", page: 1 } });
  await s3.send(new PutObjectCommand({ Bucket, Key: `names/workspace_id=${workspaceId}.json`, Body }));
}

it("gives projects their names with one request, however many ask and though the product starts again", async () => {
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, names));
  const { company } = product.simulator.source;
  const expected = Object.fromEntries(company.projects.map(({ id, name }) => [String(id), name]));
  const answers = [first, ...others].filter((answer) => answer?.updated_at !== undefined);
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) expect(answer?.projects).toEqual(expected);
  await product.restart();
  expect((await names()).projects).toEqual(expected);
  expect(asked()).toEqual(["projects"]);
});

it("leaves a token that may not read names in peace for an hour, and answers with none", async () => {
  product.simulator.misbehave("not-admin");
  expect(await names()).toEqual({ projects: {}, users: {} });
  expect(await names()).toEqual({ projects: {}, users: {} });
  expect(product.simulator.requests).toHaveLength(1);
  const log = product.logs.find((line) => line.includes("/names 200") && line.includes('"code"'));
  expect(log).toContain("toggl_credentials_rejected");
});

it("is refused to a workspace that is not configured before anything is read", async () => {
  const response = await fetch(`${product.local.url}/workspace/42/names`);
  expect(await problemOf(response)).toMatchObject({ httpStatus: 403, code: "workspace_not_configured" });
  expect(product.simulator.requests).toHaveLength(0);
});

it("knows people too an hour later", async () => {
  await projectsCameBefore({ 1001: "Website" });
  const { projects, users } = await names();
  const { company } = product.simulator.source;
  expect(users).toEqual(Object.fromEntries(company.people.map(({ id, name }) => [String(id), name])));
  expect(projects).toEqual({ 1001: "Website" });
  expect(asked()).toEqual(["users"]);
});
