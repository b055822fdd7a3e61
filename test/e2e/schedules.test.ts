import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canaryToken, type Product, workspaceId } from "./product.ts";
import { fireAndSettle, history, monthly, nightly, queuesOf, startScheduled } from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  product = await startScheduled([monthly, nightly]);
});
afterAll(() => product.close());

describe("a schedule", () => {
  it("goes from its rule over the queue to files, records and events", async () => {
    const before = await product.objects();
    const exports = await fireAndSettle(product, "monthly", "2026-11-03T05:00:00Z", 2);

    expect(exports.map(({ format }) => format).sort()).toEqual(["csv", "xlsx"]);
    for (const made of exports) {
      expect(made).toMatchObject({
        status: "succeeded",
        requested_by: "schedule",
        schedule: "monthly",
        occurrence: "2026-11-03T05:00:00Z",
        attempts: 1,
        parameters: { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" },
        toggl: { requests: 1 },
      });
    }
    const files = [...(await product.keys())].filter((key) => key.startsWith("exports/") && !before.has(key));
    expect(files.sort()).toEqual(exports.map(({ file }) => file.key).sort());

    await expect.poll(() => queuesOf(product).queue.messages).toEqual([]);
    const ids = exports.map(({ id }) => id);
    const events = product.events.filter(({ detail }) => ids.includes(String(detail.id)));
    expect(events.map(({ source }) => source)).toEqual(["toggl-insights", "toggl-insights"]);
    expect(events.map((event) => event["detail-type"])).toEqual(["Export Succeeded", "Export Succeeded"]);
    const { detail } = events[0] ?? {};
    expect(detail).toMatchObject({ status: "succeeded", schedule: "monthly", start_date: "2026-10-01" });
    expect(detail?.file_url).toBe(`${product.local.url}/workspace/${workspaceId}/exports/${detail?.id}/file`);
    expect(JSON.stringify(events)).not.toMatch(/X-Amz-Signature|download_url/);
    expect((await fetch(String(detail?.file_url))).status).toBe(200);
    await expect
      .poll(() => product.logs.join("\n"))
      .toMatch(
        /\[email to accounts@acme.example\] Export Succeeded: profitability\/projects as csv for 2026-10-01 to 2026-10-31/,
      );
  });

  it("works its days out from the occurrence, and what a trend is compared with", async () => {
    const [made] = await fireAndSettle(product, "nightly", "2026-11-03T03:00:00Z", 1);
    expect(product.simulator.requests.at(-1)?.body).toEqual({
      start_date: "2026-10-27",
      end_date: "2026-11-02",
      previous_period_start: "2026-10-20",
    });
    expect(made?.parameters).toEqual(product.simulator.requests.at(-1)?.body);
  });

  it("leaves a second between two requests of a token", async () => {
    const before = product.simulator.requests.length;
    product.local.fire("nightly", new Date("2026-11-04T03:00:00Z"));
    await fireAndSettle(product, "monthly", "2026-10-03T04:00:00Z", 2);
    await fireAndSettle(product, "nightly", "2026-11-05T03:00:00Z", 1);
    const times = product.simulator.requests.slice(before).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps).toHaveLength(3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  });

  it("keeps the token out of everything", async () => {
    await fireAndSettle(product, "monthly", "2026-09-03T04:00:00Z", 2);
    const everything = [...(await product.objects()).values()].map(String).join() + JSON.stringify(product.events);
    expect(everything + product.logs.join()).not.toContain(canaryToken);
  });
});

it("is found in the list, with its next run and its last run", async () => {
  await fireAndSettle(product, "monthly", "2026-12-03T05:00:00Z", 2);
  await fireAndSettle(product, "nightly", "2026-11-06T03:00:00Z", 1);
  const answer = await product.get("schedules");
  expect(answer.status).toBe(200);
  const { schedules } = (await answer.json()) as { schedules: Record<string, unknown>[] };
  expect(schedules.map(({ name }) => name)).toEqual(["monthly", "nightly"]);
  expect(schedules[0]).toMatchObject({
    enabled: true,
    cron: "0 6 3 * ? *",
    time_zone: "Europe/Berlin",
    next_run_at: expect.stringMatching(/^20\d\d-\d\d-03T0[45]:00:00Z$/),
    last_run: {
      occurrence: "2026-12-03T05:00:00Z",
      from_date: "2026-11-01",
      to_date: "2026-11-30",
      status: "succeeded",
    },
  });
  const ofNightly = await history(product, "schedule=nightly");
  expect(new Set(ofNightly.map(({ schedule }) => schedule))).toEqual(new Set(["nightly"]));
});
