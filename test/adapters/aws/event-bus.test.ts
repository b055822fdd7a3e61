import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { ScheduleRun } from "../../../api/schedule.ts";
import { eventBus } from "../../../lambdas/adapters/aws/event-bus.ts";
import { withinMs } from "../toggl/client.ts";
import { answering, stubLambdaEnvironment, type Way } from "./answering.ts";

const made = {
  id: "01KAT400000000000000000000",
  status: "succeeded",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: {},
  requested_by: "schedule",
  created_at: "2026-11-03T05:00:00Z",
  restates: "01KAT400000000000000000001",
  restatement: { added: 1, removed: 0, changed: 0 },
} as Export;

let server: Awaited<ReturnType<typeof answering>> | undefined;
beforeEach(stubLambdaEnvironment);
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

const typesOf = ({ Entries }: { Entries?: unknown }) =>
  (Entries as { DetailType: string }[]).map(({ DetailType }) => DetailType);

/** An answer of a bus that takes all but these. */
const taking =
  (...refused: string[]): Way =>
  (response, { input }) => {
    const Entries = typesOf(input).map((type) =>
      refused.includes(type) ? { ErrorCode: "InternalFailure" } : { EventId: "1" },
    );
    response.end(JSON.stringify({ FailedEntryCount: Entries.filter((one) => "ErrorCode" in one).length, Entries }));
  };

/** An event bus that answers in one way after the other, and the types of events that it was asked to take. */
async function bus(...ways: Way[]) {
  const started = await answering("EVENTBRIDGE", ...ways);
  server = started;
  return {
    asked: () => started.asked.map(({ input }) => typesOf(input)),
    announce: (deadline = withinMs(60_000)) => eventBus(where).announce(made, deadline),
  };
}
const where = { apiUrl: "https://api", stackName: "TogglInsights" };
const both = ["Export Succeeded", "Export Restated"];

describe("the events of an export", () => {
  it("go out at once", async () => {
    const { asked, announce } = await bus(taking());
    await announce();
    expect(asked()).toEqual([both]);
    expect(server).toMatchObject({ asked: [{ target: "AWSEvents.PutEvents" }] });
  });

  it("that EventBridge did not take are sent again, and those that it took are not", async () => {
    const { asked, announce } = await bus(taking("Export Restated"), taking("Export Restated"), taking());
    await announce();
    expect(asked()).toEqual([both, ["Export Restated"], ["Export Restated"]]);
  });

  it("are given up on after three times, for now", async () => {
    const { asked, announce } = await bus(taking(...both));
    await expect(announce()).rejects.toThrow("EventBridge did not take 2 of 2 events (InternalFailure)");
    expect(asked()).toHaveLength(3);
  });

  it("are given up on when the time is up", async () => {
    const caller = new AbortController();
    const { asked, announce } = await bus(() => caller.abort());
    const announced = announce({ signal: caller.signal, remainingMs: () => 0 });
    await expect(announced).rejects.toMatchObject({ name: "AbortError" });
    expect(asked()).toHaveLength(1);
  });
});

it("says once what a run came to", async () => {
  const { asked } = await bus(taking());
  const run = { occurrence: "2026-11-03T05:00:00Z", exports: [] as ScheduleRun["exports"] } as ScheduleRun;
  const schedule = { name: "monthly", workspace_id: 1, report: "trends/projects" } as const;
  await eventBus(where).announceRun(schedule, run, withinMs(60_000));
  expect(asked()).toEqual([["Run Completed"]]);
});
