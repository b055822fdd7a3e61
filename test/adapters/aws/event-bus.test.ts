import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import { announceExport } from "../../../lambdas/adapters/aws/event-bus.ts";
import { withinMs } from "../toggl/client.ts";

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

/** An event bus that takes all but these, one answer after the other. */
function bus(...refused: string[][]) {
  const asked: string[][] = [];
  const call = async (_: string, input: object) => {
    const { Entries } = input as { Entries: { DetailType: string }[] };
    const types = Entries.map(({ DetailType }) => DetailType);
    const not = refused[asked.length] ?? [];
    asked.push(types);
    const results = types.map((type) => (not.includes(type) ? { ErrorCode: "InternalFailure" } : { EventId: "1" }));
    return { FailedEntryCount: types.filter((type) => not.includes(type)).length, Entries: results };
  };
  return { asked, call: call as Parameters<typeof announceExport>[0] };
}
const where = { apiUrl: "https://api", stackName: "TogglInsights" };
const both = ["Export Succeeded", "Export Restated"];

describe("the events of an export", () => {
  it("go out at once", async () => {
    const { asked, call } = bus();
    await announceExport(call, made, where, withinMs(5000));
    expect(asked).toEqual([both]);
  });

  it("that EventBridge did not take are sent again, and those that it took are not", async () => {
    const { asked, call } = bus(["Export Restated"], ["Export Restated"]);
    await announceExport(call, made, where, withinMs(5000));
    expect(asked).toEqual([both, ["Export Restated"], ["Export Restated"]]);
  });

  it("are given up on after three times, for now", async () => {
    const { asked, call } = bus(both, both, both, both);
    const sent = announceExport(call, made, where, withinMs(5000));
    await expect(sent).rejects.toThrow("EventBridge did not take 2 of 2 events (InternalFailure)");
    expect(asked).toHaveLength(3);
  });

  it("are given up on when the time is up", async () => {
    const waiting: Parameters<typeof announceExport>[0] = (_, __, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("time is up"))));
    await expect(announceExport(waiting, made, where, withinMs(50))).rejects.toThrow("time is up");
  });
});
