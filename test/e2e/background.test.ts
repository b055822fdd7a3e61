import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Product, problemOf, startProduct, workspaceId } from "./product.ts";
import {
  crash,
  history,
  monthly,
  nightly,
  queuesOf,
  type ScheduledAnswer,
  startScheduled,
  timePasses,
  watchPutBack,
} from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  const schedules = [monthly, { ...nightly, enabled: false }];
  product = await startScheduled(schedules, { LOCAL_FUNCTION_PROCESSES: "3" }); // more would take longer to start than they save
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31", billable: true };
const path = "trends/projects.csv";
const inBackground = { prefer: "respond-async" };

const find = async (id: string) => (await (await product.get(`exports/${id}`)).json()) as ScheduledAnswer;
const until = async (id: string, status: string) => {
  await expect.poll(async () => (await find(id)).status).toBe(status);
  return find(id);
};
const ask = async (body: object = october, headers: Record<string, string> = {}) => {
  const response = await product.post(path, body, { ...inBackground, ...headers });
  return { response, made: (await response.json()) as ScheduledAnswer };
};

describe("Prefer: respond-async", () => {
  it("answers at once with where the export will be, and makes it", async () => {
    const { response, made } = await ask();
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/workspace/${workspaceId}/exports/${made.id}`);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("preference-applied")).toBe("respond-async");
    expect(made).toMatchObject({ status: "queued", requested_by: "http", parameters: october });

    const done = await until(made.id, "succeeded");
    expect(done).toMatchObject({
      created_at: made.created_at,
      parameters: october,
      file: { rows: expect.any(Number) },
    });
    expect((await fetch(done.download_url)).status).toBe(200);
    const [event] = product.events.filter(({ detail }) => detail.id === made.id);
    expect(event?.["detail-type"]).toBe("Export Succeeded");
  });

  it("goes through running", async () => {
    const asked = product.simulator.requests.length;
    product.simulator.misbehave("stall-before-headers");
    const { made } = await ask();
    expect((await until(made.id, "running")).status).toBe("running");
    await expect.poll(() => product.simulator.requests.length).toBe(asked + 1); // and stalls, not the one after it
    await crash(product);
    await timePasses(product); // what was crashed on holds its token's queue for half an hour
    await until(made.id, "succeeded");
  });

  it("checks the body before it queues anything", async () => {
    const before = queuesOf(product).queue.messages.length;
    const { response } = await ask({ colour: "blue" });
    expect(response.status).toBe(400);
    expect(queuesOf(product).queue.messages.length).toBe(before);
  });

  it("gives one export for one key, whether it is still queued or made", async () => {
    const same = await Promise.all(Array.from({ length: 10 }, () => ask(october, { "idempotency-key": "async" })));
    expect(new Set(same.map(({ made }) => made.id)).size).toBe(1);
    const other = await ask({ ...october, billable: false }, { "idempotency-key": "async" });
    expect(other.response.status).toBe(422);
  });
});

describe("what fails in the background", () => {
  beforeEach(async () => {
    await expect.poll(() => queuesOf(product).queue.messages).toEqual([]); // another test's is done
    const { deadLetters } = queuesOf(product);
    while (deadLetters.messages.length > 0) {
      for (const { receiptHandle = "" } of deadLetters.receive(10)) deadLetters.delete(receiptHandle); // another test's
    }
  });

  it.each([
    ["bad-request", "toggl_rejected", "Invalid date span", 1],
    ["feature-missing", "toggl_feature_required", "insights feature", 1],
    ["gone", "toggl_gone", "410", 1],
    ["not-admin", "toggl_credentials_rejected", "Admin permissions required", 2], // once more with the secret read again
  ] as const)("%s is recorded with its problem, told, and not tried again", async (fault, code, words, requests) => {
    const asked = product.simulator.requests.length;
    product.simulator.misbehave(fault, requests);
    const { made } = await ask();
    const failed = await until(made.id, "failed");
    expect(failed).toMatchObject({ attempts: 1, problem: { code, detail: expect.stringContaining(words) } });
    await expect.poll(() => queuesOf(product).queue.messages).toEqual([]);
    expect(product.simulator.requests.length).toBe(asked + requests);
    expect(product.events.at(-1)).toMatchObject({
      "detail-type": "Export Failed",
      detail: { id: made.id, problem: { code }, summary: expect.stringContaining(words) },
    });
    expect(queuesOf(product).deadLetters.messages).toEqual([]);
  });

  it("is tried five times where it may pass, then failed, and its message kept", async () => {
    const { queue, deadLetters } = queuesOf(product);
    const putBack = watchPutBack(queue);
    product.simulator.misbehave("bad-gateway", 5);
    const { made } = await ask();
    for (let attempts = 1; attempts <= 4; attempts++) {
      const { waitSeconds } = await putBack.next(attempts);
      expect(await find(made.id)).toMatchObject({ status: "queued", attempts, problem: { code: "toggl_unavailable" } });
      expect(waitSeconds).toBeGreaterThanOrEqual(15 * 2 ** (attempts - 1));
      expect(waitSeconds).toBeLessThanOrEqual(30 * 2 ** (attempts - 1));
      queue.showAll();
    }
    putBack.restore();
    expect(await until(made.id, "failed")).toMatchObject({ attempts: 5, problem: { code: "toggl_unavailable" } });
    await expect.poll(() => queue.messages).toEqual([]);
    expect(deadLetters.messages).toHaveLength(1);

    // Moved back, it is made again: it was sent again after it had failed.
    const [kept] = deadLetters.messages;
    queue.send({ body: kept?.body ?? "", group: "toggl/demo", deduplicationId: "redrive" });
    expect(await until(made.id, "succeeded")).toMatchObject({ attempts: 1 });
  });

  it("leaves the format that was made alone, and makes only the other one again", async () => {
    const { queue } = queuesOf(product);
    const asked = product.simulator.requests.length;
    product.simulator.misbehave("html-page"); // the CSV
    const occurrence = "2026-11-03T05:00:00Z";
    const ofRun = async () => (await history(product)).filter((one) => one.occurrence === occurrence);
    product.local.fire("monthly", new Date(occurrence));
    await expect.poll(() => queue.messages[0]?.isInFlight).toBe(false);
    expect(await ofRun()).toMatchObject([
      { format: "xlsx", status: "succeeded" },
      { format: "csv", status: "queued", problem: { code: "toggl_invalid_file" } },
    ]);
    queue.showAll();
    await expect.poll(() => queue.messages).toEqual([]);
    expect(product.simulator.requests.length).toBe(asked + 3);
    expect(await ofRun()).toMatchObject([
      { format: "xlsx", attempts: 1 },
      { format: "csv", status: "succeeded", attempts: 2 },
    ]);
  });

  it("puts aside a message that nothing can be made of", async () => {
    const { queue, deadLetters } = queuesOf(product);
    for (const body of [
      "no json",
      "{}",
      '{"schedule":"nope","occurrence":"2026-11-03T05:00:00Z"}', // removed before it was due: nothing was promised
      '{"schedule":"monthly","occurrence":"soon"}',
    ]) {
      queue.send({ body, group: "toggl/demo" });
    }
    await expect.poll(() => queue.messages).toEqual([]);
    expect(deadLetters.messages).toHaveLength(3);
    expect(product.logs.join("\n")).toContain('"message":"no such schedule"');
  });
});

describe("a run that is asked for", () => {
  const runs = (name: string, body: object | "" = "", headers = {}) =>
    product.post(`schedules/${name}/runs`, body, headers);

  it("is queued for its period as of now", async () => {
    const before = Date.now();
    const response = await runs("monthly");
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/workspace/${workspaceId}/exports?schedule=monthly`);
    const run = (await response.json()) as { occurrence: string; exports: ScheduledAnswer[] };
    expect(Date.parse(run.occurrence)).toBeGreaterThan(before - 1000); // it is in whole seconds
    expect(Date.parse(run.occurrence)).toBeLessThanOrEqual(Date.now());
    expect(run.exports.map(({ format }) => format)).toEqual(["csv", "xlsx"]);
    for (const { status } of run.exports) expect(status).toMatch(/^(queued|running)$/); // the queue is quick
    for (const { id } of run.exports) await until(id, "succeeded");
  });

  it("is the same run for the same key", async () => {
    const once = async () =>
      (await (await runs("nightly", "", { "idempotency-key": "run" })).json()) as { occurrence: string };
    const first = await once();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await once()).occurrence).toBe(first.occurrence);
    expect((await runs("monthly", "", { "idempotency-key": "run" })).status).toBe(422);
    expect((await runs("nightly", { refresh: false }, { "idempotency-key": "run" })).status).toBe(422);
  });

  it("can be for another moment", async () => {
    const response = await runs("nightly", { occurrence: "2026-03-01T03:00:00Z" });
    const run = (await response.json()) as { exports: ScheduledAnswer[] };
    expect(run.exports[0]?.parameters).toMatchObject({ start_date: "2026-02-22", end_date: "2026-02-28" });
    await until(run.exports[0]?.id ?? "", "succeeded");
  });

  it.each([
    ["nope", "", 404, "schedule_not_found"],
    ["monthly", { occurrence: "tomorrow" }, 400, "invalid_request"],
    ["monthly", { occurrence: "2999-01-01T00:00:00Z" }, 400, "invalid_request"],
    ["monthly", { occurrence: "2026-01-01" }, 400, "invalid_request"],
    ["monthly", { colour: 1 }, 400, "invalid_request"],
    ["monthly", { refresh: "no" }, 400, "invalid_request"],
  ] as const)("%s with %j is refused", async (name, body, httpStatus, code) => {
    expect(await problemOf(await runs(name, body))).toMatchObject({ httpStatus, code });
  });

  it("works for a schedule that is paused, which no clock fires", async () => {
    const { schedules } = (await (await product.get("schedules")).json()) as { schedules: { next_run_at?: string }[] };
    expect(schedules[1]).toMatchObject({ name: "nightly", enabled: false });
    expect(schedules[1]?.next_run_at).toBeUndefined();
  });
});

it("has no schedules where none are configured", async () => {
  const bare = await startProduct();
  expect(await (await bare.get("schedules")).json()).toEqual({ schedules: [] });
  await bare.close();
});
