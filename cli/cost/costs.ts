/** One part of what is paid. */
export interface CostLine {
  readonly what: string;
  readonly dollars: number;
  /** How many of what, at which price. */
  readonly because: string;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** AWS's list prices in US dollars, Frankfurt, as its price pages say. */
const prices = {
  secretMonth: 0.4,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  metricMonth: 0.3,
  fifoRequestsPerMillion: 0.5,
  lambdaGbSecond: 0.0000133334,
  lambdaRequestsPerMillion: 0.2,
  apiRequestsPerMillion: 3.7,
  s3WritesPer1k: 0.0054,
  s3ReadsPer1k: 0.00043,
  eventsPerMillion: 1,
  topicRequestsPerMillion: 0.5,
  mailsPer1k: 0.02,
  httpsNoticesPerMillion: 0.6,
} as const;

const source = "AWS's list prices for eu-central-1 as of 2025, without the free tier.";

/**
 * Lambda keeps five readers on a queue, each of which waits up to 20 s for a message:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const queueLooksAMonth = (5 * 30 * 86_400) / 20;

/** What a template's stack costs. */
export function costsOf(template: Template) {
  return {
    idle: idleCosts(template),
    perThousand: {
      waited: thousandExports(memoryOf(template, "CreateExport"), {
        seconds: 3,
        writes: 2,
        reads: 2,
        background: false,
      }),
      background: [
        ...thousandExports(memoryOf(template, "RunExport"), {
          seconds: 5,
          writes: 9,
          reads: 5,
          background: true,
        }),
        ...thousandNotices(template),
      ],
    },
    source,
  };
}

function idleCosts(template: Template): CostLine[] {
  const secrets = String(template.Outputs?.TokenSecretNames?.Value ?? "").split(",").length;
  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");
  const alarmMetrics = alarms.reduce((sum, { Properties }) => sum + metricsIn(Properties), 0);
  const dashboards = resourcesOf(template, "AWS::CloudWatch::Dashboard").length;
  const watched = watchedSchedules(template);
  const hoursMeasured = watched > 0 ? 8 * 30 : 0; // every three hours; a metric is paid for by the hour in which it is sent
  return [
    line("secrets", secrets, prices.secretMonth, "secrets"),
    line("queue", queueLooksAMonth / 1e6, prices.fifoRequestsPerMillion, "million looks by Lambda"),
    line("alarms", alarmMetrics, prices.alarmMetricMonth, `metrics in ${alarms.length} alarms`),
    line("metrics", ((watched + 1) * hoursMeasured) / 720, prices.metricMonth, "months of metrics on schedules"),
    line("dashboard", dashboards, prices.dashboardMonth, "dashboards"),
  ];
}

interface Work {
  readonly seconds: number;
  readonly writes: number;
  readonly reads: number;
  readonly background: boolean;
}

function thousandExports(memoryMegabytes: number, { seconds, writes, reads, background }: Work): CostLine[] {
  const gbSeconds = (1000 * seconds * memoryMegabytes) / 1024;
  const lines = [
    line("Lambda", gbSeconds, prices.lambdaGbSecond, `GB-seconds (${memoryMegabytes} MB)`),
    line("Lambda calls", 0.001, prices.lambdaRequestsPerMillion, "million calls"),
    line("S3 writes", writes, prices.s3WritesPer1k, "thousand"),
    line("S3 reads", reads, prices.s3ReadsPer1k, "thousand"),
  ];
  if (!background) return [...lines, line("API Gateway", 0.001, prices.apiRequestsPerMillion, "million calls")];
  return [
    ...lines,
    line("queue", 0.003, prices.fifoRequestsPerMillion, "million requests"),
    line("events", 0.001, prices.eventsPerMillion, "million events"),
  ];
}

/** Of exports that are all news, one notice each. */
function thousandNotices(template: Template): CostLine[] {
  if (!functionIn(template, "SendNotices")) return [];
  const addresses = resourcesOf(template, "AWS::SNS::Subscription").filter(({ Properties }) =>
    JSON.stringify(Properties?.TopicArn).includes("Notices"),
  );
  const mails = addresses.filter(({ Properties }) => Properties?.Protocol === "email").length;
  const memory = memoryOf(template, "SendNotices");
  const seconds = 1; // most of it a start: notices are rare
  return [
    line("send-notices", (1000 * seconds * memory) / 1024, prices.lambdaGbSecond, `GB-seconds (${memory} MB)`),
    line("topic", 0.001, prices.topicRequestsPerMillion, "million requests"),
    line("mails", mails, prices.mailsPer1k, "thousand mails"),
    line("https notices", (addresses.length - mails) / 1000, prices.httpsNoticesPerMillion, "million calls"),
  ];
}

function line(what: string, count: number, price: number, unit: string): CostLine {
  const rounded = count >= 100 ? Math.round(count) : Number(count.toPrecision(3));
  return { what, dollars: count * price, because: `$  ${rounded} ${unit} at $${price}` };
}

/** An alarm is paid for by the metrics that it looks at. */
function metricsIn(properties: Resource["Properties"]): number {
  const metrics = properties?.Metrics;
  if (!Array.isArray(metrics)) return 1;
  return metrics.filter((metric) => "MetricStat" in metric).length;
}

function watchedSchedules(template: Template): number {
  if (!functionIn(template, "WatchSchedules")) return 0;
  const rules = resourcesOf(template, "AWS::Events::Rule").filter(({ Properties }) => Properties?.ScheduleExpression);
  return rules.length - 1 + resourcesOf(template, "AWS::Scheduler::Schedule").length; // one rule is the watcher's own
}

function memoryOf(template: Template, name: string): number {
  return Number(functionIn(template, name)?.Properties?.MemorySize ?? 128);
}

/** @param name the construct's id, which is part of the logical one */
function functionIn({ Resources }: Template, name: string): Resource | undefined {
  return Object.entries(Resources).find(([id, { Type }]) => Type === "AWS::Lambda::Function" && id.includes(name))?.[1];
}

function resourcesOf({ Resources }: Template, type: string): Resource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}
