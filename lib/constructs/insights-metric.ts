import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { metricNamespace } from "../../lambdas/contract.ts";
import type { MetricName } from "../../lambdas/core/telemetry.ts";

/** A metric that the functions write themselves. */
export function insightsMetric(service: string, metricName: MetricName, options: MetricOptions): Metric {
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap: { service }, ...options });
}
