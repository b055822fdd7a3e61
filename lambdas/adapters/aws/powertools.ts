import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { metricNamespace } from "../../contract.ts";
import type { Level, MetricName, Telemetry } from "../../core/telemetry.ts";
import { forLog, shortened } from "../../core/text.ts";

/**
 * Logs and metrics as Powertools for AWS Lambda writes them: JSON lines, and CloudWatch's embedded metric format.
 * @param serviceName tells this deployment from others of the account
 */
export function powertools(serviceName: string): Telemetry {
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName });
  const write: Record<Level, (message: string, fields: Record<string, unknown>) => void> = {
    INFO: (message, fields) => logger.info(message, fields),
    WARN: (message, fields) => logger.warn(message, fields),
    ERROR: (message, fields) => logger.error(message, fields),
  };
  return {
    event: (level, message, fields) => write[level](shortened(message, 500), forLog(fields) as Record<string, unknown>),
    measure(measured, dimensions = {}) {
      for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
      for (const [name, value] of Object.entries(measured)) metrics.addMetric(name, unitOf(name as MetricName), value);
      metrics.publishStoredMetrics();
    },
  };
}

function unitOf(name: MetricName) {
  return name === "ScheduleAgeHours" ? MetricUnit.NoUnit : MetricUnit.Count;
}
