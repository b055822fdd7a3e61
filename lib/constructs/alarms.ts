import { Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IAlarm,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Config } from "../config/config-schema.ts";
import { AccountTopic } from "./account-topic.ts";
import type { ExportQueue } from "./export-queue.ts";
import { insightsMetric } from "./insights-metric.ts";
import { watchEvery } from "./schedule-watch.ts";

interface AlarmsProps {
  readonly config: Config;
  readonly queue: ExportQueue;
  readonly functions: readonly IFunction[];
}

interface AlarmSpec {
  readonly metric: IMetric;
  /** What it means for people; the runbook's heading of the same name says what to do. */
  readonly impact: string;
  readonly comparison?: ComparisonOperator;
  readonly threshold?: number;
  /** How many periods in a row; one if left out. */
  readonly periods?: number;
  /** What no data at all means; that all is well if left out. */
  readonly missing?: TreatMissingData;
}

/** What calls for somebody. Each has a heading of its own name in docs/runbook.md. */
export class Alarms extends Construct {
  readonly all: IAlarm[] = [];
  /** Its own: who waits for files need not hear of throttled calls. */
  readonly topic: AccountTopic;
  private readonly runbookUrl: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { config, queue, functions } = props;
    this.runbookUrl = config.runbook_url;
    this.topic = new AccountTopic(this, "Topic", {
      displayName: "Toggl Insights alarms",
      addresses: config.alarm_notify,
      undelivered: queue.undelivered,
    });
    this.topic.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com"));

    this.add("ExportsFailed", {
      metric: this.measured("ExportsFailed"),
      impact: "An export failed for good: somebody waits for a file that does not come.",
    });
    this.add("DeadLetters", {
      metric: waiting(queue),
      impact: "Runs or events were given up on and wait to be looked at; nothing of them is lost for two weeks.",
    });
    this.add("EventsNotSent", {
      metric: this.measured("EventsNotSent"),
      impact: "EventBridge does not take events: files are made, but nobody hears of them until it does.",
    });
    this.add("CredentialsRejected", {
      metric: this.measured("CredentialsRejected"),
      impact: "Toggl refuses a workspace's token: no export of that workspace works.",
    });
    this.add("QuotaLow", {
      metric: this.measured("QuotaRemaining", Stats.MINIMUM),
      impact: "Less than a tenth of Toggl's hourly quota is left: exports will wait for the next hour.",
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: config.toggl_hourly_quota / 10,
    });
    this.add("Throttled", {
      metric: new MathExpression({
        expression: "FILL(toggl, 0) + FILL(lambda, 0)",
        usingMetrics: { toggl: this.measured("TogglThrottled"), lambda: sumOf(functions, "Throttles") },
        period: fiveMinutes,
        label: "Calls turned away",
      }),
      impact: "Toggl or Lambda turns calls away: callers get 429 or wait longer.",
    });
    this.add("TogglWarns", {
      metric: this.measured("TogglWarnings"),
      impact: "Toggl announces a change, mostly that it will remove something that exports need.",
    });
    this.add("FunctionErrors", {
      metric: sumOf(functions, "Errors"),
      impact: "A function crashed or ran out of time or memory: callers get 502, runs are tried again.",
    });
    if (config.schedules.length > 0) {
      this.add("ColumnsChanged", {
        metric: this.measured("ColumnsChanged"),
        impact:
          "A schedule's file has other columns than the one before: what reads it may fail, or read wrong figures.",
      });
      this.add("ScheduleOverdue", {
        metric: insightsMetric(config.stack_name, "SchedulesOverdue", { statistic: Stats.MAXIMUM, period: watchEvery }),
        impact: "A schedule did not make its files although it was due.",
      });
      this.add("ScheduleWatchSilent", {
        metric: looks(config.stack_name),
        impact: "Nobody has looked at the schedules for seven hours: a run that is missing goes unnoticed.",
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: silentHours,
        missing: TreatMissingData.IGNORE, // before the first look, and long after the last: the state stays as it is
      });
    }
  }

  private measured(name: Parameters<typeof insightsMetric>[1], statistic: string = Stats.SUM) {
    return insightsMetric(this.props.config.stack_name, name, { statistic, period: fiveMinutes });
  }

  private add(name: string, { metric, impact, comparison, threshold = 1, periods = 1, missing }: AlarmSpec): void {
    const anchor = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${impact} What to do: ${this.runbookUrl}#${anchor}`,
      metric,
      threshold,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.all.push(alarm);
  }
}

const fiveMinutes = Duration.minutes(5);

/** Two looks in a row are missing: of those that come every three hours, no six hours in a row have none. */
const silentHours = 7;

/**
 * How often the watcher came to an end in each hour. Without FILL CloudWatch passes over hours without data while one
 * hour with data is in sight, and the silence of a day would go unnoticed
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html). FILL has nothing to
 * fill before the first look, so a fresh stack does not alarm.
 */
function looks(service: string): MathExpression {
  const period = Duration.hours(1);
  const counted = insightsMetric(service, "SchedulesOverdue", { statistic: Stats.SAMPLE_COUNT, period });
  return new MathExpression({ expression: "FILL(looks, 0)", usingMetrics: { looks: counted }, period, label: "Looks" });
}

/** One of Lambda's own metrics, for all functions together. */
function sumOf(functions: readonly IFunction[], metricName: "Errors" | "Throttles"): MathExpression {
  const metrics = functions.map((one) => one.metric(metricName, { statistic: Stats.SUM, period: fiveMinutes }));
  const usingMetrics = Object.fromEntries(metrics.map((metric, at) => [`${metricName.toLowerCase()}${at}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(" + ");
  return new MathExpression({ expression, usingMetrics, period: fiveMinutes, label: metricName });
}

function waiting({ deadLetters, undelivered }: ExportQueue): MathExpression {
  const options = { period: fiveMinutes, statistic: Stats.MAXIMUM };
  return new MathExpression({
    expression: "runs + events",
    usingMetrics: {
      runs: deadLetters.metricApproximateNumberOfMessagesVisible(options),
      events: undelivered.metricApproximateNumberOfMessagesVisible(options),
    },
    period: fiveMinutes,
    label: "Messages given up on",
  });
}
