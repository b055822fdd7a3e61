import { Duration } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { metricNamespace } from "../../lambdas/contract.ts";
import type { Config } from "../config/config-schema.ts";
import type { ExportQueue } from "./export-queue.ts";
import { insightsMetric } from "./insights-metric.ts";

interface InsightsDashboardProps {
  readonly config: Config;
  readonly api: RestApi;
  readonly queue: ExportQueue;
  readonly functions: readonly IFunction[];
  readonly alarms: readonly IAlarm[];
}

/** How the deployment is doing, on one page. */
export class InsightsDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { config, api, queue, functions, alarms }: InsightsDashboardProps) {
    super(scope, id, { dashboardName: config.stack_name, defaultInterval: Duration.days(7) });
    const own = (name: Parameters<typeof insightsMetric>[1], statistic: string = Stats.SUM) =>
      insightsMetric(config.stack_name, name, { statistic, period: Duration.hours(1) });

    if (alarms.length > 0) this.addWidgets(new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 24 }));
    this.addWidgets(
      graph("Background exports", [own("ExportsSucceeded"), own("ExportsFailed"), own("ColumnsChanged")]),
      graph("Toggl's hourly quota left", [own("QuotaRemaining", Stats.MINIMUM)]),
      graph("Hours since each schedule made a file", [scheduleAges(config.stack_name)]),
    );
    this.addWidgets(
      graph("Calls", [api.metricCount(), api.metricClientError(), api.metricServerError()]),
      graph("Time to answer (ms)", [
        api.metricLatency({ statistic: Stats.p(50) }),
        api.metricLatency({ statistic: Stats.p(99) }),
      ]),
      graph("Waiting, and given up on", [
        queue.queue.metricApproximateNumberOfMessagesVisible(),
        queue.deadLetters.metricApproximateNumberOfMessagesVisible(),
        queue.undelivered.metricApproximateNumberOfMessagesVisible(),
      ]),
    );
    this.addWidgets(
      graph(
        "Time of each function (ms)",
        functions.map((one) => one.metricDuration({ statistic: Stats.p(99) })),
      ),
      graph(
        "Errors of functions",
        functions.map((one) => one.metricErrors()),
      ),
      graph(
        "Functions turned away",
        functions.map((one) => one.metricThrottles()),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8 });
}

/** Whatever schedules there are: a search finds them. */
function scheduleAges(service: string): MathExpression {
  const search = `{${metricNamespace},schedule,service} service="${service}" MetricName="ScheduleAgeHours"`;
  return new MathExpression({
    expression: `SEARCH('${search}', 'Maximum')`,
    usingMetrics: {},
    label: "",
    period: Duration.hours(6),
  });
}
