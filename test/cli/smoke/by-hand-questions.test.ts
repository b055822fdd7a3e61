import { describe, expect, it } from "vitest";
import { byHandQuestions } from "../../../cli/smoke/by-hand-questions.ts";
import { synthesized } from "../../lib/synthesized.ts";
import { configured, findingsOf, outcomes, workspaceId } from "./asking.ts";

describe("what is by hand", () => {
  const ask = (settings: object) =>
    findingsOf(byHandQuestions({ config: configured(settings), stackName: "Acme-staging" }));
  const schedule = {
    name: "monthly",
    workspace_id: workspaceId,
    report: "trends/projects",
    formats: ["csv"],
    cron: "0 6 3 * ? *",
    period: "previous-month",
    parameters: {},
  };

  it("says what to do and what to send, for the stack that is asked", async () => {
    const found = await ask({ notify: ["accounts@acme.example"], schedules: [schedule] });
    for (const finding of found.values()) {
      expect(finding.outcome).toBe("by hand");
      const steps = "steps" in finding ? finding.steps : [];
      expect(steps.join("\n")).toContain("Acme-staging");
      expect(steps.at(-1)).toMatch(/^Send: /);
    }
  });

  it("names what is not there to look at", async () => {
    expect(outcomes(await ask({}))).toEqual({
      "a mail about an export": "not tried here",
      "the alarm of a silent watcher": "not tried here",
      "the bill": "by hand",
    });
    expect(outcomes(await ask({ schedules: [schedule], alarms: false }))).toMatchObject({
      "the alarm of a silent watcher": "not tried here",
    });
  });

  it("finds the watcher's rule and alarm under the names that the stack has for them", () => {
    const template = synthesized({ ...configured({ schedules: [schedule] }), stack_name: "Acme" });
    const ids = Object.keys(template.findResources("AWS::Events::Rule"));
    expect(ids.filter((id) => id.startsWith("WatchRule"))).toHaveLength(1);
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms.map(({ Properties }) => Properties.AlarmName)).toContain("Acme-ScheduleWatchSilent");
  });
});
