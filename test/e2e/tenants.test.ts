import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../api/routes.ts";
import { fingerprintOf } from "../../local/toggl-simulator/toggl-simulator.ts";
import { configFile } from "../lib/synthesized.ts";
import { type ExportAnswer, type Product, problemOf, startProduct } from "./product.ts";
import { queuesOf, type ScheduledAnswer } from "./scheduled.ts";

/** Two tenants with a token each, and a workspace that shares the first one's. One id begins as another does. */
const acme = { id: 1234567, name: "Acme", token_secret: "toggl/acme" };
const brinkmann = { id: 12345678, name: "Brinkmann", token_secret: "toggl/brinkmann" };
const annex = { id: 7654321, name: "Annex", token_secret: "toggl/acme" };
const workspaces = [acme, brinkmann, annex];
const unknown = 999;

const tokens = new Map([
  ["toggl/acme", "token0of0acme"],
  ["toggl/brinkmann", "token0of0brinkmann"],
]);
const tokenOf = ({ token_secret }: typeof acme) => tokens.get(token_secret) ?? "";

const scheduleOf = ({ id, name }: typeof acme) => ({
  name: `${name.toLowerCase()}-monthly`,
  workspace_id: id,
  report: "profitability/projects",
  formats: ["csv"],
  cron: "0 6 3 * ? *",
  period: "previous-month",
  parameters: { currency: "usd" },
});
const config = { workspaces, schedules: workspaces.map(scheduleOf), download_url_minutes: 7 };

let product: Product;
let file: string;

async function start(): Promise<void> {
  file = configFile(config);
  const simulated = { tokens: [...tokens.values()], workspaces: workspaces.map(({ id }) => id), quota: 1000 };
  product = await startProduct({ INSIGHTS_CONFIG: file }, simulated);
  for (const [secret, token] of tokens) product.local.secrets.set(secret, token);
}

async function startAgain(): Promise<void> {
  await heldApart();
  await product.close();
  await start();
}

beforeAll(start);
afterAll(() => product.close());

const call = (method: string, path: string, sent: { body?: object; headers?: Record<string, string> } = {}) =>
  fetch(`${product.local.url}${path}`, {
    method,
    redirect: "manual",
    headers: sent.headers ?? {},
    ...(sent.body && { body: JSON.stringify(sent.body) }),
  });
const at = ({ id }: { id: number }, path: string) => `/workspace/${id}/${path}`;
const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

const october = { start_date: "2026-10-01", end_date: "2026-10-31" };
const report = "trends/projects.csv";
const make = async (workspace: typeof acme, headers: Record<string, string> = {}) => {
  const response = await call("POST", at(workspace, report), { body: october, headers });
  expect(response.status).toBe(201);
  return json<ExportAnswer & { workspace_id: number }>(response);
};
const queue = async (workspace: typeof acme, headers: Record<string, string> = {}) => {
  const asked = { body: october, headers: { prefer: "respond-async", ...headers } };
  const response = await call("POST", at(workspace, report), asked);
  expect(response.status).toBe(202);
  return json<ScheduledAnswer>(response);
};
const list = async (workspace: { id: number }, query = "limit=100") =>
  json<{ exports: (ScheduledAnswer & { workspace_id: number })[]; next_cursor?: string }>(
    await call("GET", at(workspace, `exports?${query}`)),
  );
const statusOf = async (workspace: typeof acme, id: string) =>
  (await json<ScheduledAnswer>(await call("GET", at(workspace, `exports/${id}`)))).status;
const until = (workspace: typeof acme, id: string, status: string) =>
  expect.poll(() => statusOf(workspace, id), { timeout: 30_000 }).toBe(status);
const run = (workspace: { id: number }, of: typeof acme, headers: Record<string, string> = {}) =>
  call("POST", at(workspace, `schedules/${scheduleOf(of).name}/runs`), {
    body: { occurrence: "2026-11-03T06:00:00Z" },
    headers,
  });

/** Which workspace a request to Toggl was about. */
const workspaceIn = (path: string) => Number(/\/workspaces?\/(\d+)(?:\/|$)/.exec(path)?.[1]);
const requestsOf = ({ id }: { id: number }) =>
  product.simulator.requests.filter(({ path }) => workspaceIn(path) === id);

describe.each(workspaces)("a caller of $name", (own) => {
  const others = workspaces.filter((one) => one !== own);

  it("sees its own exports alone, and every page of them", async () => {
    for (const workspace of [own, ...others]) await make(workspace);
    const { exports } = await list(own);
    expect(exports.length).toBeGreaterThan(0);
    expect(new Set(exports.map(({ workspace_id }) => workspace_id))).toEqual(new Set([own.id]));
    const ids: string[] = [];
    for (let query = "limit=1"; ; ) {
      const page = await list(own, query);
      ids.push(...page.exports.map(({ id }) => id));
      if (page.next_cursor === undefined) break;
      query = `limit=1&cursor=${page.next_cursor}`;
    }
    expect(ids).toEqual(exports.map(({ id }) => id));
  });

  it("finds no export of another workspace under its own path", async () => {
    for (const other of others) {
      const { id } = await make(other);
      for (const path of [`exports/${id}`, `exports/${id}/file`]) {
        expect((await call("GET", at(other, path))).status).toBeLessThan(400);
        expect(await problemOf(await call("GET", at(own, path)))).toMatchObject({
          httpStatus: 404,
          code: "export_not_found",
        });
      }
    }
  });

  it("cannot use the cursor of another workspace's list", async () => {
    for (const other of others) {
      await make(other);
      await make(other);
      const { next_cursor } = await list(other, "limit=1");
      const response = await call("GET", at(own, `exports?limit=1&cursor=${next_cursor}`));
      expect(await problemOf(response)).toMatchObject({ httpStatus: 400, code: "invalid_request" });
    }
  });

  it("sees its own schedules alone", async () => {
    const { schedules } = await json<{ schedules: { name: string }[] }>(await call("GET", at(own, "schedules")));
    expect(schedules.map(({ name }) => name)).toEqual([scheduleOf(own).name]);
  });

  it("cannot run another workspace's schedule, nor learn its name", async () => {
    for (const other of others) {
      const before = [(await list(other)).exports.length, requestsOf(other).length];
      const problem = await problemOf(await run(own, other));
      expect(problem).toMatchObject({ httpStatus: 404, code: "schedule_not_found" });
      expect(problem).toMatchObject({ detail: expect.stringContaining(scheduleOf(own).name) });
      expect(JSON.stringify(problem)).not.toContain(scheduleOf(other).name);
      expect(queuesOf(product).queue.messages).toEqual([]);
      expect([(await list(other)).exports.length, requestsOf(other).length]).toEqual(before);
    }
  });

  it("sees none of another's runs in its history", async () => {
    for (const other of others) {
      expect((await run(other, other)).status).toBe(202);
      expect((await list(own, `schedule=${scheduleOf(other).name}`)).exports).toEqual([]);
    }
    await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 30_000 }).toBe(0);
  });

  it("has names of its own, asked for with its own token", async () => {
    const names = await json<{ projects: object }>(await call("GET", at(own, "names")));
    expect(Object.keys(names.projects).length).toBeGreaterThan(0);
    const token = fingerprintOf(tokenOf(own));
    const asked = requestsOf(own).filter(({ path }) => path.includes("/api/v9/"));
    const last = asked.map(({ path }) => path.replace(/^.*\/|\?.*/g, ""));
    expect(last).toEqual(["users", "projects", String(own.id), "groups"]);
    expect(asked.every((one) => one.token === token)).toBe(true);
    expect([...(await product.keys())]).toContain(`names/workspace_id=${own.id}.json`);
  });

  it("gets trends that were asked for its own workspace", async () => {
    const before = requestsOf(own).length;
    const response = await call("POST", at(own, "data_trends/projects"), { body: october });
    expect(response.status).toBe(200);
    expect(requestsOf(own).slice(before)).toMatchObject([{ token: fingerprintOf(tokenOf(own)) }]);
  });

  it("gets links that work as long as the configuration says, a fresh one each time", async () => {
    const made = await make(own);
    const path = at(own, `exports/${made.id}`);
    const look = async () => json<ExportAnswer>(await call("GET", path));
    const first = await look();
    await new Promise((resolve) => setTimeout(resolve, 1100)); // a signature knows whole seconds
    const second = await look();
    const file = (await call("GET", `${path}/file`)).headers.get("location") ?? "";
    for (const { download_url, download_url_expires_at } of [made, first, second]) {
      expect(expiryOf(download_url)).toEqual({ seconds: 420, at: Date.parse(download_url_expires_at) });
      expect((await fetch(download_url)).status).toBe(200);
    }
    expect(expiryOf(file).seconds).toBe(420);
    expect(expiryOf(second.download_url).at).toBeGreaterThan(expiryOf(first.download_url).at);
    expect(expiryOf(file).at).toBeGreaterThanOrEqual(expiryOf(second.download_url).at);
  });
});

/** How long a presigned link works and when it ends, by what is signed in it. */
function expiryOf(link: string): { seconds: number; at: number } {
  const { searchParams } = new URL(link);
  const signedAt = (searchParams.get("X-Amz-Date") ?? "").replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z");
  const seconds = Number(searchParams.get("X-Amz-Expires"));
  return { seconds, at: Date.parse(signedAt) + seconds * 1000 };
}

describe("one Idempotency-Key in each workspace", () => {
  it.each([
    ["a file that is waited for", (workspace: typeof acme) => make(workspace, { "idempotency-key": "the-same" })],
    ["one in the background", (workspace: typeof acme) => queue(workspace, { "idempotency-key": "the-same-later" })],
  ])("stands for an export of each: %s", async (_, ask) => {
    const made = [];
    for (const workspace of workspaces) made.push(await ask(workspace));
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    for (const [index, workspace] of workspaces.entries()) {
      expect(made[index]).toMatchObject({ workspace_id: workspace.id });
      expect((await ask(workspace)).id).toBe(made[index]?.id);
    }
    await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 30_000 }).toBe(0);
  });

  it("stands for a run of each", async () => {
    for (const workspace of workspaces) {
      const response = await run(workspace, workspace, { "idempotency-key": "the-same-run" });
      expect(response.status).toBe(202);
      const { exports } = await json<{ exports: { workspace_id: number }[] }>(response);
      expect(exports).toMatchObject([{ workspace_id: workspace.id }]);
    }
    await expect.poll(() => queuesOf(product).queue.messages.length, { timeout: 30_000 }).toBe(0);
  });
});

const unusualHeaders: Record<string, string>[] = [{}, { prefer: "respond-async" }, { "idempotency-key": "k" }];

it("refuses a workspace that is not configured on every route, and asks Toggl nothing", async () => {
  const { id: export_id } = await make(acme);
  const before = product.simulator.requests.length;
  const params: Record<string, string> = { workspace_id: String(unknown), export_id, name: scheduleOf(acme).name };
  const inWorkspace = routes.filter(({ path }) => path.includes("{workspace_id}"));
  expect(inWorkspace.length).toBeGreaterThan(12);
  for (const { method, path } of inWorkspace) {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
    const body = { ...october, ...(path.includes("profitability") && { currency: "usd" }) };
    for (const headers of unusualHeaders) {
      const response = await call(method, address, { headers, ...(method === "POST" && { body }) });
      if (method === "HEAD")
        expect(response.status, path).toBe(403); // whose answers have no body
      else
        expect(await problemOf(response), `${method} ${path}`).toMatchObject({
          httpStatus: 403,
          code: "workspace_not_configured",
        });
    }
  }
  expect(product.simulator.requests).toHaveLength(before);
  expect([...(await product.keys())].filter((key) => key.includes(`workspace_id=${unknown}/`))).toEqual([]);
});

it("refuses a parameter in the query on every route, though the gateway passes it on", async () => {
  const { id: export_id } = await make(acme);
  const before = product.simulator.requests.length;
  const params: Record<string, string> = { workspace_id: String(acme.id), export_id, name: scheduleOf(acme).name };
  for (const { method, path } of routes.filter((route) => route.path !== "/{proxy+}")) {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
    const body = { ...october, ...(path.includes("profitability") && { currency: "usd" }) };
    const response = await call(method, `${address}?billable=true`, method === "POST" ? { body } : {});
    if (method === "HEAD") expect(response.status, path).toBe(400);
    else
      expect(await problemOf(response), `${method} ${path}`).toMatchObject({
        httpStatus: 400,
        errors: [{ field: "billable" }],
      });
  }
  expect(product.simulator.requests).toHaveLength(before);
  expect(queuesOf(product).queue.messages).toEqual([]);
});

// One story: the quota that the first test spends is spent for all that come after it.
describe("a token's quota that is spent", { shuffle: false }, () => {
  afterAll(startAgain);
  let waiting: ScheduledAnswer;

  it("stops the workspace that shares the token, and no other", async () => {
    product.simulator.quotaOf(tokenOf(acme)).leave(1);
    await until(acme, (await queue(acme)).id, "succeeded"); // its answer says that nothing is left
    const before = requestsOf(annex).length;
    waiting = await queue(annex);
    await until(annex, waiting.id, "deferred");
    expect(requestsOf(annex)).toHaveLength(before);
    await until(brinkmann, (await queue(brinkmann)).id, "succeeded");
    expect((await call("POST", at(brinkmann, report), { body: october })).status).toBe(201);
    const refused = await call("POST", at(annex, report), { body: october });
    expect(await problemOf(refused)).toMatchObject({ httpStatus: 429, code: "toggl_quota_exhausted" });
  });

  it("has all of the token's exports wait in one group, whatever the workspace and whoever asked", async () => {
    await queue(acme);
    for (const { name } of [acme, annex].map(scheduleOf)) {
      expect(product.local.fire(name, new Date("2026-10-03T06:00:00Z"))).toBe(true);
    }
    const groups = () => queuesOf(product).queue.messages.map(({ group }) => group);
    await expect.poll(() => groups().length, { timeout: 15_000 }).toBe(4);
    expect(new Set(groups()).size).toBe(1);
    product.local.fire(scheduleOf(brinkmann).name, new Date("2026-10-03T06:00:00Z"));
    await expect
      .poll(async () => (await list(brinkmann, "limit=100")).exports.some(isSeptembers), { timeout: 30_000 })
      .toBe(true);
    await expect.poll(() => groups().length).toBe(4); // the other token's is done
  });

  it("gives a workspace that was removed meanwhile no file, and the others their own", async () => {
    const rest = { ...config, workspaces: [acme, brinkmann], schedules: [acme, brinkmann].map(scheduleOf) };
    writeFileSync(file, JSON.stringify(rest));
    const before = requestsOf(annex).length;
    await product.restart();
    for (const [secret, token] of tokens) product.local.secrets.set(secret, token);
    queuesOf(product).queue.showAll();
    const record = async () => {
      const entries = [...(await product.objects())].filter(([key]) =>
        key.startsWith(`records/workspace_id=${annex.id}/`),
      );
      const records = entries.map(([, bytes]) => JSON.parse(bytes.toString()) as ScheduledAnswer);
      return records.find(({ id }) => id === waiting.id);
    };
    await expect.poll(async () => (await record())?.status, { timeout: 60_000 }).toBe("failed");
    expect(await record()).toMatchObject({ problem: { code: "workspace_not_configured" } });
    expect(requestsOf(annex)).toHaveLength(before);
    expect(await problemOf(await call("GET", at(annex, `exports/${waiting.id}`)))).toMatchObject({ httpStatus: 403 });
    await make(brinkmann);
  });
});

const isSeptembers = ({ occurrence, status }: ScheduledAnswer) =>
  occurrence === "2026-10-03T06:00:00Z" && status === "succeeded";

it("never asked Toggl about a workspace with another one's token, and kept nothing in another one's place", async () => {
  for (const workspace of workspaces) {
    await make(workspace);
    expect(requestsOf(workspace), workspace.name).not.toEqual([]);
  }
  await heldApart();
});

/** Looks at everything that was asked and kept since the product was started. */
async function heldApart(): Promise<void> {
  for (const workspace of workspaces) {
    const others = requestsOf(workspace).filter(({ token }) => token !== fingerprintOf(tokenOf(workspace)));
    expect(others, workspace.name).toEqual([]);
  }
  expect(
    product.simulator.requests.filter(({ path }) => !workspaces.some(({ id }) => id === workspaceIn(path))),
  ).toEqual([]);
  for (const [key, bytes] of await product.objects()) {
    if (!key.startsWith("records/")) continue;
    const { workspace_id, file: stored } = JSON.parse(bytes.toString()) as {
      workspace_id: number;
      file?: { key: string };
    };
    expect(key).toContain(`/workspace_id=${workspace_id}/`);
    if (stored) expect(stored.key).toContain(`/workspace_id=${workspace_id}/`);
  }
}
