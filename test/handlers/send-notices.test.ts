import { beforeEach, describe, expect, it } from "vitest";
import type { Notice } from "../../lambdas/core/exports/export-event.ts";
import { sendNotices } from "../../lambdas/send-notices/handler.ts";
import { keptTelemetry } from "../ports.ts";

let sent: Notice[];
let logged: object[];
let failure: Error | undefined;

beforeEach(() => {
  sent = [];
  logged = [];
  failure = undefined;
});

const event = {
  id: "7bf73129",
  "detail-type": "Export Failed",
  detail: { id: "01KAT4", workspace_id: 123, schedule: "monthly", summary: "Export Failed: it did not go." },
};
const send = (given: Parameters<ReturnType<typeof sendNotices>>[0] = event) =>
  sendNotices({
    events: {
      async notify(notice) {
        if (failure) throw failure;
        sent.push(notice);
      },
    },
    telemetry: keptTelemetry(logged),
  })(given, { awsRequestId: "7f1c" });

describe("the sender of notices", () => {
  it("sends what the event says, and logs which event it was", async () => {
    await send();
    expect(sent).toEqual([
      { subject: "Toggl Insights: export failed, monthly", message: "Export Failed: it did not go." },
    ]);
    const ids = { request_id: "7f1c", event_id: "7bf73129", workspace_id: 123, export_id: "01KAT4" };
    const subject = "Toggl Insights: export failed, monthly";
    expect(logged).toEqual([{ level: "INFO", message: "notice sent", ...ids, subject }]);
  });

  it("fails with the topic's own failure, so that Lambda tries again", async () => {
    failure = new Error("Throttled");
    await expect(send()).rejects.toBe(failure);
    expect(logged).toEqual([]);
  });

  it("sends an event that comes twice twice: nobody remembers, and no notice is lost by it", async () => {
    await send();
    await send();
    expect(sent).toHaveLength(2);
  });

  it("sends something of an event without details", async () => {
    await send({ "detail-type": "Export Failed", detail: null });
    expect(sent).toEqual([{ subject: "Toggl Insights: export failed", message: "Toggl Insights: export failed" }]);
  });
});
