import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { togglTrends } from "../../../lambdas/adapters/toggl/trends-download.ts";
import { serveFetch } from "../../../local/serve-fetch.ts";
import { seededRandom } from "../../../local/toggl-simulator/seeded-random.ts";
import { serveSimulator } from "../../../local/toggl-simulator/serve-simulator.ts";
import { togglSimulator } from "../../../local/toggl-simulator/toggl-simulator.ts";
import { clockAt } from "../../ports.ts";
import { seed } from "../../seed.ts";
import { clientOf, request, withinMs } from "./client.ts";

let drawn = 0;
const random = () => seededRandom(seed, drawn++);
/** Waits as patiently as a function does, on a clock that runs twenty times as fast. */
const patientClientOf = (baseUrl: string) =>
  clientOf(baseUrl, { clock: clockAt(Date.now, { random, sleep: (ms) => sleep(ms / 20) }) });
const deadline = () => withinMs(25_000);
const october = { start_date: "2026-10-01", end_date: "2026-10-31" };

it("asks Toggl at most 1.15 times for each of 1,000 calls, when 30 % of all requests fail", async () => {
  let requests = 0;
  const server = await serveFetch(async () => {
    const fails = seededRandom(seed, "outage", requests++) < 0.3;
    return fails ? new Response("Bad Gateway", { status: 502 }) : Response.json([]);
  });
  const client = patientClientOf(server.url);
  let succeeded = 0;
  const caller = async () => {
    for (let call = 0; call < 20; call++) {
      const read = async () => void succeeded++;
      await client.ask(request, read, deadline()).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: 50 }, caller));
  await server.close();
  console.log(`1,000 calls at 30 % failures: ${requests} requests, ${succeeded} succeeded`);
  expect(requests).toBeGreaterThan(1000);
  expect(requests).toBeLessThanOrEqual(1150);
  expect(succeeded).toBeGreaterThan(700);
});

it("asks Toggl once for 50 callers who want the same trends at the same time", async () => {
  const simulator = togglSimulator({ tokens: ["token"], rateLimit: false });
  const server = await serveSimulator(simulator);
  const { trends: load } = togglTrends(patientClientOf(server.url));
  const answers = await Promise.all(Array.from({ length: 50 }, () => load(1, october, deadline())));
  expect(simulator.requests).toHaveLength(1);
  expect(new Set(answers.map(String)).size).toBe(1);

  await Promise.all([
    load(1, october, deadline()),
    load(2, october, deadline()),
    load(1, { billable: true }, deadline()),
  ]);
  expect(simulator.requests).toHaveLength(4); // others, and later, are asked for again
  await server.close();
});

it("has all 50 fail with the one that was asked, and asks again afterwards", async () => {
  const simulator = togglSimulator({ tokens: ["token"], rateLimit: false });
  const server = await serveSimulator(simulator);
  const { trends: load } = togglTrends(patientClientOf(server.url));
  simulator.misbehave("bad-request");
  const failures = await Promise.all(
    Array.from({ length: 50 }, () => load(1, october, deadline()).catch((error) => error.kind)),
  );
  expect(new Set(failures)).toEqual(new Set(["toggl_rejected"]));
  expect((await load(1, october, deadline())).length).toBeGreaterThan(100);
  expect(simulator.requests).toHaveLength(2);
  await server.close();
});
