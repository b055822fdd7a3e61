import { request } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { routes } from "../../api/routes.ts";
import { configFile } from "../lib/synthesized.ts";
import { type Product, startProduct, workspaceId } from "./product.ts";

/** Configured too; what it has must not be seen through the other's address. */
const otherWorkspace = 7654321;

/** With their secrets there are more than functions read ahead: whatever is read was asked for by a call. */
const configured = [workspaceId, otherWorkspace, 7654322, 7654323];

let product: Product;
let secretReads = 0;

beforeAll(async () => {
  const workspaces = configured.map((id) => ({ id, name: `W${id}`, token_secret: `toggl/${id}` }));
  const settings = { INSIGHTS_CONFIG: configFile({ workspaces }), LOCAL_FUNCTION_PROCESSES: "2" };
  product = await startProduct(settings, { workspaces: configured });
  const { secrets } = product.local;
  const get = secrets.get.bind(secrets);
  secrets.get = (name) => {
    secretReads++;
    return get(name);
  };
});
afterAll(() => product.close());

/** As it is: neither the path nor anything else is made nicer on the way. */
const send = (method: string, path: string, body: string) =>
  new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const { hostname, port } = new URL(product.local.url);
    const outgoing = request({ hostname, port, method, path, headers: { "content-type": "application/json" } });
    outgoing.on("error", reject);
    outgoing.on("response", async (incoming) => {
      resolve({ status: incoming.statusCode ?? 0, answer: await text(incoming) });
    });
    outgoing.end(method === "GET" || method === "HEAD" ? undefined : body);
  });

const id = String(workspaceId);
const encoded = (raw: string) => [...Buffer.from(raw)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** Everything that looks like a workspace's id, and is none or another's. */
const foreignId = fc.oneof(
  fc
    .integer()
    .filter((number) => !configured.includes(number))
    .map(String),
  fc
    .double()
    .filter((number) => !configured.includes(number))
    .map(String),
  fc.constantFrom(
    ...[`${id}.0`, `${id}.5`, `-${id}`, `+${id}`, `0${id}`, `0x${workspaceId.toString(16)}`, `${id}e0`, `${id}n`],
    ...[
      `${id}%20`,
      `%20${id}`,
      `${id}%00`,
      `${id}%0a`,
      `${id},42`,
      `42,${id}`,
      `${id};42`,
      `${id}%2f..%2f42`,
      "..",
      ".",
    ],
    ...["%2e%2e", "%252e%252e", "..%2f42", "*", "null", "undefined", "NaN", "Infinity", "[object Object]", "true", "%"],
    ...[encoded("１２３４５６７"), encoded("१२३४५६७"), encoded("①②③④⑤⑥⑦"), "%ef%bb%bf1234567", "9".repeat(400)],
  ),
  fc.string({ minLength: 1, maxLength: 20 }).map(encoded),
);

const body = fc.oneof(
  fc.constant('{"currency":"usd"}'),
  fc.constant('{"start_date":"2026-10-01","end_date":"2026-10-31","currency":"usd"}'),
  fc.record({ workspace_id: fc.integer(), currency: fc.constant("usd") }).map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string(),
);

const named = routes.filter(({ path }) => path.startsWith("/workspace/"));

it("holds on every route, for 1,000 paths and bodies: no secret is read and Toggl is not asked", async () => {
  const counts = new Map<number, number>();
  for (const hosted of product.local.functions.values()) await hosted.crash(); // what one has read it keeps for a while
  const [requestsBefore, readsBefore] = [product.simulator.requests.length, secretReads];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...named), foreignId, body, async ({ method, path }, workspace, sent) => {
      const target = path
        .replace("{workspace_id}", workspace)
        .replace("{export_id}", "01M85NP3SZ991W3VCZVBN7C8Q3")
        .replace("{name}", "monthly");
      const { status, answer } = await send(method, target.replaceAll(" ", "%20"), sent);
      expect([400, 403, 404], `${method} ${target}: ${status} ${answer}`).toContain(status);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }),
    { numRuns: 1000 },
  );
  console.log("1,000 foreign requests:", Object.fromEntries(counts));
  expect(secretReads).toBe(readsBefore);
  expect(product.simulator.requests).toHaveLength(requestsBefore);
  expect((await product.post("trends/projects.csv", { start_date: "2026-10-01" })).status).toBe(201);
  expect(secretReads).toBe(readsBefore + 1); // it would have been noticed
}, 120_000);

it("keeps one configured workspace from what another has", async () => {
  const october = { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" };
  const made: string[] = [];
  for (let count = 0; count < 2; count++) {
    const response = await product.post("profitability/projects.csv", october);
    made.push(((await response.json()) as { id: string }).id);
  }
  const page = (await (await product.get("exports?limit=1")).json()) as { next_cursor: string };
  for (const path of [`exports/${made[0]}`, `exports/${made[0]}/file`]) {
    const { status, answer } = await send("GET", `/workspace/${otherWorkspace}/${path}`, "");
    expect([status, JSON.parse(answer).code]).toEqual([404, "export_not_found"]);
  }
  const query = `limit=1&cursor=${encodeURIComponent(page.next_cursor)}`;
  const { status, answer } = await send("GET", `/workspace/${otherWorkspace}/exports?${query}`, "");
  expect([status, JSON.parse(answer).code]).toEqual([400, "invalid_request"]);
  const empty = await send("GET", `/workspace/${otherWorkspace}/exports`, "");
  expect(JSON.parse(empty.answer)).toEqual({ exports: [] });
});
