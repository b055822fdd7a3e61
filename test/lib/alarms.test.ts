import { readFileSync } from "node:fs";
import type { Template } from "aws-cdk-lib/assertions";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { powertools } from "../../lambdas/adapters/aws/powertools.ts";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { columnsWarning } from "../../lambdas/core/files/columns.ts";
import { scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { togglTelemetry } from "../../lambdas/core/telemetry.ts";
import { togglWarnings } from "../../lambdas/core/toggl/toggl-warning.ts";
import { runLog } from "../../lambdas/run-export/run-log.ts";
import { watchSchedules } from "../../lambdas/watch-schedules/handler.ts";
import { resolver } from "../../local/assembly/resolver.ts";
import type { Template as TemplateJson } from "../../local/assembly/template.ts";
import { clockAt, coordinationIn, currentIn } from "../ports.ts";
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
const jwt = { issuer: "https://login.acme.example", audience: "toggl-insights" };
const notify = ["accounts@acme.example"];
const template = synthesized({ ...config, schedules: [schedule], notify, toggl_hourly_quota: 240, auth: { jwt } });
const json = template.toJSON() as TemplateJson;
const resolve = resolver(json, { region: "eu-central-1", accountId: "1", stackName: "S", names: {} });

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}
interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
}
interface Alarm extends Partial<Metric> {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly Query[];
}
const alarmsOf = (one: Template) =>
  Object.values(one.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties as Alarm);
const alarms = alarmsOf(template).map((alarm) => resolve(alarm) as Alarm);
const named = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `TogglInsights-${name}`);

/** Every metric that an alarm looks at, as `namespace name {dimensions} statistic seconds`. */
const metricText = ({ Namespace, MetricName, Dimensions = [] }: Metric, stat: string, period: number) =>
  `${Namespace} ${MetricName} {${Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(", ")}} ${stat} ${period}`;
const metricsOf = ({ Metrics = [], Statistic = "", Period = 0, ...metric }: Alarm): string[] => {
  const own = metric.MetricName === undefined ? [] : [metricText(metric as Metric, Statistic, Period)];
  return [
    ...own,
    ...Metrics.flatMap(({ MetricStat }) =>
      MetricStat ? [metricText(MetricStat.Metric, MetricStat.Stat, MetricStat.Period)] : [],
    ),
  ];
};
const expressionOf = ({ Metrics = [] }: Alarm) => Metrics.find(({ ReturnData }) => ReturnData !== false)?.Expression;

const ours = (name: string, stat: string, seconds: number) => [
  `TogglInsights ${name} {service=TogglInsights} ${stat} ${seconds}`,
];
const functionNames = Object.keys(template.findResources("AWS::Lambda::Function")).map((id) => resolve({ Ref: id }));
const ofFunctions = (name: string) => functionNames.map((one) => `AWS/Lambda ${name} {FunctionName=${one}} Sum 300`);
const ofQueues = ["DeadLetters", "Undelivered"].map((name) => {
  const id = Object.keys(template.findResources("AWS::SQS::Queue")).find((one) => one.startsWith(`Exports${name}`));
  const queue = resolve({ "Fn::GetAtt": [id, "QueueName"] });
  return `AWS/SQS ApproximateNumberOfMessagesVisible {QueueName=${queue}} Maximum 300`;
});
const added = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) => `FILL(${name}${at}, 0)`).join(" + ");

/** All that decides when an alarm goes off. */
const table = {
  ExportsFailed: { metrics: ours("ExportsFailed", "Sum", 300), when: ">= 1", periods: 1, missing: "notBreaching" },
  DeadLetters: { metrics: ofQueues, expression: "runs + events", when: ">= 1", periods: 1, missing: "notBreaching" },
  EventsNotSent: { metrics: ours("EventsNotSent", "Sum", 300), when: ">= 1", periods: 1, missing: "notBreaching" },
  CredentialsRejected: {
    metrics: ours("CredentialsRejected", "Sum", 300),
    when: ">= 1",
    periods: 1,
    missing: "notBreaching",
  },
  QuotaLow: { metrics: ours("QuotaRemaining", "Minimum", 300), when: "< 24", periods: 1, missing: "notBreaching" },
  Throttled: {
    metrics: [...ours("TogglThrottled", "Sum", 300), ...ofFunctions("Throttles")],
    expression: "FILL(toggl, 0) + FILL(lambda, 0)",
    when: ">= 1",
    periods: 1,
    missing: "notBreaching",
  },
  TogglWarns: { metrics: ours("TogglWarnings", "Sum", 300), when: ">= 1", periods: 1, missing: "notBreaching" },
  FunctionErrors: {
    metrics: ofFunctions("Errors"),
    expression: added(functionNames.length, "errors"),
    when: ">= 1",
    periods: 1,
    missing: "notBreaching",
  },
  ColumnsChanged: { metrics: ours("ColumnsChanged", "Sum", 300), when: ">= 1", periods: 1, missing: "notBreaching" },
  ScheduleOverdue: {
    metrics: ours("SchedulesOverdue", "Maximum", 3 * 3600),
    when: ">= 1",
    periods: 1,
    missing: "notBreaching",
  },
  ScheduleWatchSilent: {
    metrics: ours("SchedulesOverdue", "SampleCount", 3600),
    expression: "FILL(looks, 0)",
    when: "< 1",
    periods: 7,
    missing: "ignore",
  },
};
const signs: Record<string, string> = { GreaterThanOrEqualToThreshold: ">=", LessThanThreshold: "<" };

describe("alarms", () => {
  it.each(Object.entries(table))("%s goes off exactly when the table says", (name, expected) => {
    const alarm = named(name);
    if (!alarm) throw new Error("there is no such alarm");
    const expression = expressionOf(alarm);
    expect({
      metrics: metricsOf(alarm).sort(),
      ...(expression !== undefined && { expression }),
      when: `${signs[alarm.ComparisonOperator]} ${alarm.Threshold}`,
      periods: alarm.EvaluationPeriods,
      missing: alarm.TreatMissingData,
    }).toEqual({ ...expected, metrics: [...expected.metrics].sort() });
    expect(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods).toBe(alarm.EvaluationPeriods);
  });

  it("are those of the table and no others", () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      Object.keys(table)
        .map((name) => `TogglInsights-${name}`)
        .sort(),
    );
  });

  it("add up each of their metrics in what they compare", () => {
    for (const { Metrics = [] } of alarms) {
      for (const { Id, ReturnData } of Metrics.filter(({ ReturnData }) => ReturnData === false)) {
        const used = Metrics.some(({ Expression = "" }) => new RegExp(`\\b${Id}\\b`).test(Expression));
        expect({ Id, ReturnData, used }).toEqual({ Id, ReturnData, used: true });
      }
    }
  });

  it("have a heading in the runbook each, which they link to, and there is no other heading", () => {
    const headings = Array.from(readFileSync("docs/runbook.md", "utf8").matchAll(/^## (.+)$/gm), ([, name]) => name);
    const links = alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1]);
    expect(links.sort()).toEqual(headings.sort());
    expect(new Set(links).size).toBe(alarms.length);
  });

  it("say what they mean for people, and tell the topic", () => {
    for (const { AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmDescription).toMatch(/^.{30,}\. What to do: /);
      expect(JSON.stringify(AlarmActions).toLowerCase()).toContain("alarmstopic");
    }
  });

  it("have names that two stacks of an account do not share", () => {
    const other = alarmsOf(synthesized({ ...config, stack_name: "Other" }));
    expect(other.filter(({ AlarmName }) => alarms.some((alarm) => alarm.AlarmName === AlarmName))).toEqual([]);
    expect(JSON.stringify(other)).not.toContain('"service","Value":"TogglInsights"');
  });

  it("do not wait for schedules where there are none, and can be turned off", () => {
    const names = alarmsOf(synthesized()).map(({ AlarmName }) => AlarmName);
    expect(names.filter((name) => name.includes("ConfiguredSchedule"))).toEqual([]);
    synthesized({ ...config, alarms: false }).resourceCountIs("AWS::CloudWatch::Alarm", 0);
  });
});

describe("what the functions write for CloudWatch", () => {
  afterEach(() => vi.restoreAllMocks());
  const full = {
    ...schedule,
    time_zone: "UTC",
    enabled: true,
    week_start: "monday",
    settle_days: 0,
    previous_period: "none",
    refresh_previous: 0,
  } as ConfiguredSchedule;
  const due = Date.parse("2026-11-23T06:00:00Z");

  /** Has every place that measures do so, and reads the lines as CloudWatch does: names by dimensions. */
  async function written(serviceName: string): Promise<string[]> {
    const lines: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    const telemetry = powertools(serviceName);
    const toggl = togglTelemetry(telemetry);
    toggl({ requests: 1, quota_remaining: 597 });
    for (const kind of ["toggl_credentials_rejected", "toggl_rate_limited", "toggl_quota_exhausted"] as const) {
      toggl(new Failure(kind, "no"));
    }
    await togglWarnings({ telemetry, clock: clockAt(() => due) })('299 - "It will go"', {} as Deadline);
    const [job] = scheduledExports(full, due);
    if (!job) throw new Error("no job");
    const made = (status: Export["status"]) => {
      const { isRefresh: _, ...asked } = job;
      const times = { created_at: "2026-11-23T06:00:00Z", completed_at: "2026-11-23T06:00:10Z" };
      return { ...asked, ...times, status, warnings: [columnsWarning(["A"], ["B"])] } as Export;
    };
    const log = runLog(telemetry, {});
    for (const status of ["succeeded", "failed"] as const) log.settled(made(status), {});
    log.unsent(made("succeeded"), new Error("The bus takes nothing."));
    await watchSchedules({
      configuration: { schedules: new Map([[full.name, full]]) },
      exports: { find: async () => made("succeeded") },
      current: currentIn({
        manifests: new Map([[full.name, { manifest: { entries: [made("succeeded")] } as never, version: "1" }]]),
      }),
      coordination: coordinationIn(),
      clock: clockAt(() => due + 3_600_000),
      telemetry,
    })({}, { awsRequestId: "1", getRemainingTimeInMillis: () => 60_000 });
    vi.restoreAllMocks();
    return lines.flatMap((line) => {
      const { _aws, ...values }: EmbeddedMetrics = JSON.parse(line);
      return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.map(({ Name }) => {
          const of = Dimensions.flat().map((dimension) => `${dimension}=${values[dimension]}`);
          expect(values[Name], Name).toEqual(expect.any(Number));
          return `${Namespace} ${Name} {${of.sort().join(", ")}}`;
        }),
      );
    });
  }
  interface EmbeddedMetrics {
    readonly [value: string]: unknown;
    readonly _aws?: {
      readonly CloudWatchMetrics: readonly {
        readonly Namespace: string;
        readonly Dimensions: readonly string[][];
        readonly Metrics: readonly { readonly Name: string }[];
      }[];
    };
  }

  it("is what the alarms look at, name by name and dimension by dimension", async () => {
    const names = new Set(await written("TogglInsights"));
    const watched = alarms
      .flatMap(metricsOf)
      .filter((text) => text.startsWith("TogglInsights "))
      .map((text) => text.replace(/ \w+ \d+$/, ""));
    expect(watched.length).toBeGreaterThan(5);
    expect(watched.filter((text) => !names.has(text))).toEqual([]);
    const unwatched = [...names].filter((text) => !watched.includes(text));
    expect(unwatched.sort()).toEqual([
      "TogglInsights ExportsSucceeded {service=TogglInsights}",
      "TogglInsights ScheduleAgeHours {schedule=weekly, service=TogglInsights}",
    ]);
  });

  it("is under the service that each function's variables name", () => {
    const names = Object.values(template.findResources("AWS::Lambda::Function")).map(
      ({ Properties }) => Properties.Environment.Variables.SERVICE_NAME,
    );
    expect(names).toHaveLength(8);
    expect(new Set(names)).toEqual(new Set(["TogglInsights"]));
  });

  it("is what the dashboard searches for", async () => {
    const withDashboard = synthesized({ ...config, schedules: [schedule], dashboard: true });
    const [dashboard] = Object.values(withDashboard.findResources("AWS::CloudWatch::Dashboard"));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    const names = await written("TogglInsights");
    const own = Array.from(
      body.matchAll(/TogglInsights\\*",\\*"(\w+)\\*",\\*"service\\*",\\*"TogglInsights/g),
      ([, name]) => name,
    );
    expect([...new Set(own)].sort()).toEqual(["ColumnsChanged", "ExportsFailed", "ExportsSucceeded", "QuotaRemaining"]);
    for (const name of own) expect(names).toContain(`TogglInsights ${name} {service=TogglInsights}`);
    expect(body).toMatch(
      /SEARCH\('\{TogglInsights,schedule,service\} service=.{1,6}TogglInsights.{1,6} MetricName=.{1,6}ScheduleAgeHours/,
    );
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
