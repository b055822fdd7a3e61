import { afterAll, beforeAll, expect, it } from "vitest";
import type { Grant } from "../../local/aws/account.ts";
import { textTable } from "../text-table.ts";
import { type ExportAnswer, type Product, problemOf, workspaceId } from "./product.ts";
import { monthly, nightly, putJson, queuesOf, settled, startScheduled } from "./scheduled.ts";

/** Rights that nothing on this machine can use, and why. */
const unusable: readonly [which: RegExp, why: string][] = [
  [/ logs:/, "functions write to this process here, not to CloudWatch"],
  [
    / sqs:SendMessage .*undelivered/,
    "where AWS puts what it could not deliver; test/reported/rights.test.ts has it happen",
  ],
  [/ cloudwatch\.amazonaws\.com sns:Publish /, "no alarm goes off here"],
];

let product: Product;

beforeAll(async () => {
  // Whatever S3 the other tests have: roles are evaluated by the embedded one alone.
  const embedded = { AWS_ENDPOINT_URL_S3: "" };
  product = await startScheduled(
    [{ ...monthly, formats: ["csv"], refresh_previous: 1 }, nightly, trendsNightly, guarded, hourly],
    embedded,
  );
});
afterAll(() => product.close());

/** Its CSV looks for names. */
const trendsNightly = { ...nightly, name: "trends", report: "data_trends/projects", formats: ["json", "csv"] };

/** Holds back what has other columns. */
const guarded = { ...monthly, name: "guarded", formats: ["csv"], on_columns_changed: "hold" };

const hourly = {
  name: "hourly",
  workspace_id: workspaceId,
  report: "trends/projects",
  rate: "1 hour",
  period: "previous-day",
};

const body = { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" };
const report = "profitability/projects.csv";
const trends = () => product.post("data_trends/projects", { start_date: "2026-10-01", end_date: "2026-10-31" });

/** Has every function do all that it can do, from before there is a token. */
async function useEverything(): Promise<void> {
  const { queue, deadLetters } = queuesOf(product);
  const token = product.local.secrets.get("toggl/demo");
  product.local.secrets.delete("toggl/demo");
  expect(await problemOf(await product.post(report, body))).toMatchObject({ code: "token_not_set" });
  expect(await problemOf(await trends())).toMatchObject({ code: "token_not_set" });
  expect((await product.get("names")).status).toBe(200);
  queue.send({ body: "no message of ours", group: "toggl/demo" });
  await expect.poll(() => deadLetters.messages.length).toBe(1);
  product.local.secrets.set("toggl/demo", token);

  const once = { "idempotency-key": "once" };
  const made = (await (await product.post(report, body, once)).json()) as ExportAnswer;
  const again = (await (await product.post(report, body, once)).json()) as ExportAnswer;
  expect(again.id).toBe(made.id);
  expect((await fetch(made.download_url)).status).toBe(200);
  expect((await fetch((await product.get(`exports/${made.id}/file`)).headers.get("location") ?? "")).status).toBe(200);
  expect((await trends()).status).toBe(200);
  product.simulator.misbehave("removal-warning", 5); // on all that names are read from, and on the file
  expect((await product.get("names")).status).toBe(200);
  expect((await product.post(report, body)).status).toBe(201);

  // An event that the bus does not take is put on the queue, to be sent later.
  const { push } = product.events;
  product.events.push = () => {
    throw new Error("out of order");
  };
  await product.post(report, body, { prefer: "respond-async" });
  await expect.poll(() => product.logs.join("\n"), { timeout: 30_000 }).toContain('"message":"event not sent"');
  product.events.push = push;

  // An earlier month that has changed since is compared with its file.
  product.local.fire("monthly", new Date("2026-10-03T04:00:00Z"));
  await settled(product, 5);
  product.simulator.revise(({ projects, ...rest }) => ({ ...rest, projects: projects.slice(1) }));
  product.local.fire("monthly", new Date("2026-11-03T05:00:00Z"));
  product.local.fire("nightly", new Date("2026-11-02T03:00:00Z"));
  product.local.fire("trends", new Date("2026-11-02T03:00:00Z"));
  await settled(product, 10);

  // What is rolling leaves its old place; columns are held and accepted.
  product.local.fire("nightly", new Date("2026-11-03T03:00:00Z"));
  product.local.fire("guarded", new Date("2026-10-03T04:00:00Z"));
  await settled(product, 12);
  product.simulator.revisions.add({ add_column: "Margin" });
  product.local.fire("guarded", new Date("2026-11-03T05:00:00Z"));
  await settled(product, 13);
  await expect.poll(() => queue.messages.length).toBe(0);
  expect((await product.post("schedules/guarded/accept-columns", "")).status).toBe(202);
  await expect.poll(() => queue.messages.length).toBe(0);

  product.simulator.misbehave("quota-spent");
  expect((await product.post(report, body, { prefer: "respond-async" })).status).toBe(202);
  await settled(product, 1, ["deferred"]);

  product.simulator.quota.leave(1, 3_600_000);
  expect((await product.post(report, body)).status).toBe(201); // notes that nothing is left

  // A run that waits behind that is seen, by who lists schedules and by who watches them.
  expect((await product.post("schedules/hourly/runs", "")).status).toBe(202);
  const hasBegun = (key: string) => key.startsWith("coordination/runs/") && key.includes("hourly");
  await expect.poll(async () => [...(await product.keys())].some(hasBegun)).toBe(true);
  expect((await product.get("schedules")).status).toBe(200);
  const since = { rule: "cron(0 6 3 * ? *) Europe/Berlin", since: "2026-01-01T00:00:00Z" };
  await putJson(product, "schedules/monthly.json", since);

  const [watch = ""] = product.local.timedRules.filter((arn) => arn.includes("watch"));
  product.local.fire(watch, new Date());
  await expect.poll(() => product.logs.join("\n")).toContain('"SchedulesOverdue":'); // what it says at its end
  expect([...(await product.keys())]).toContain("schedules/nightly.json");
  await expect.poll(() => product.logs.join("\n")).toContain('"message":"notice sent"');
}

const sentence = ({ policy, principal = "", action, resource = "" }: Grant) =>
  `${policy} ${principal} ${action} ${resource}`;
const reasonOf = (grant: Grant) => unusable.find(([which]) => which.test(sentence(grant)))?.[1];

it("gives no function and no service a right that nobody uses", async () => {
  await useEverything();
  const grants = product.local.grants();
  const rows = grants.map((grant) => [
    grant.policy.slice(0, 40),
    [grant.principal ?? "", grant.action].join(" ").trim(),
    (grant.resource ?? "").replace(/^arn:aws:/, "").replace(product.local.bucket, "BUCKET"),
    grant.isUsed ? "yes" : (reasonOf(grant) ?? "NO"),
  ]);
  console.log(`Granted and used: ${grants.length} rights\n${textTable([["policy", "right", "on", "used"], ...rows])}`);

  expect(grants.filter((grant) => !grant.isUsed && !reasonOf(grant)).map(sentence)).toEqual([]);
  const stale = unusable.filter(([which]) => !grants.some((one) => !one.isUsed && which.test(sentence(one))));
  expect(stale).toEqual([]);
  expect(grants.filter(({ isUsed }) => isUsed).length).toBeGreaterThan(50);
});
