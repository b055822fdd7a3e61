import { readFileSync } from "node:fs";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { config, synthesized } from "./synthesized.ts";

const schedule = {
  name: "weekly",
  workspace_id: 123,
  report: "profitability/projects",
  formats: ["csv"],
  cron: "0 6 ? * MON *",
  period: "previous-week",
  parameters: { currency: "usd" },
};
const template = synthesized({ ...config, schedules: [schedule], toggl_hourly_quota: 240 });

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Period?: number;
}
const alarmsOf = (one: Template) =>
  Object.values(one.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties as Alarm);
const alarms = alarmsOf(template);
const named = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `TogglInsights-${name}`);

describe("alarms", () => {
  it("have a heading in the runbook each, which they link to, and there is no other heading", () => {
    const headings = Array.from(readFileSync("docs/runbook.md", "utf8").matchAll(/^## (.+)$/gm), ([, name]) => name);
    const links = alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1]);
    expect(links.sort()).toEqual(headings.sort());
    expect(new Set(links).size).toBe(alarms.length);
  });

  it("say what they mean for people, and tell the topic", () => {
    for (const { AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmDescription).toMatch(/^.{30,}\. What to do: /);
      expect(JSON.stringify(AlarmActions)).toContain("NoticesTopic");
    }
  });

  it("take silence for good news, but not that of the schedules", () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === "breaching");
    expect(breaching.map(({ AlarmName }) => AlarmName)).toEqual(["TogglInsights-ScheduleOverdue"]);
    expect(named("ScheduleOverdue")).toMatchObject({ Period: 6 * 3600, Threshold: 1 });
    expect(alarms.filter(({ TreatMissingData }) => TreatMissingData !== "breaching")).toHaveLength(6);
    for (const { TreatMissingData } of alarms) expect(TreatMissingData).toMatch(/^(notB|b)reaching$/);
  });

  it("warn at a tenth of the plan's quota", () => {
    expect(named("QuotaLow")).toMatchObject({ Threshold: 24, ComparisonOperator: "LessThanThreshold" });
  });

  it("have names that two stacks of an account do not share", () => {
    const other = alarmsOf(synthesized({ ...config, stack_name: "Other" })).map(({ AlarmName }) => AlarmName);
    expect(other.filter((name) => alarms.some(({ AlarmName }) => AlarmName === name))).toEqual([]);
  });

  it("do not wait for schedules where there are none, and can be turned off", () => {
    expect(alarmsOf(synthesized()).map(({ AlarmName }) => AlarmName)).not.toContain("TogglInsights-ScheduleOverdue");
    synthesized({ ...config, alarms: false }).resourceCountIs("AWS::CloudWatch::Alarm", 0);
  });
});

it("has a dashboard for those who want to pay for one", () => {
  template.resourceCountIs("AWS::CloudWatch::Dashboard", 0);
  const withDashboard = synthesized({ ...config, schedules: [schedule], dashboard: true });
  const [dashboard] = Object.values(withDashboard.findResources("AWS::CloudWatch::Dashboard"));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const metric of ["ExportsFailed", "QuotaRemaining", "ScheduleAgeHours", "Latency", "Throttles"]) {
    expect(body).toContain(metric);
  }
});
