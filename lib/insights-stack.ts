import { CfnOutput, Stack, Tags } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledgeFindings } from "./acknowledged-findings.ts";
import type { Config } from "./config/config-schema.ts";
import { Alarms } from "./constructs/alarms.ts";
import { BackgroundExports } from "./constructs/background-exports.ts";
import { ExportNotices } from "./constructs/export-notices.ts";
import { ExportQueue } from "./constructs/export-queue.ts";
import { ExportSchedules } from "./constructs/export-schedules.ts";
import { ExportsBucket } from "./constructs/exports-bucket.ts";
import { InsightsApi } from "./constructs/insights-api.ts";
import { InsightsDashboard } from "./constructs/insights-dashboard.ts";
import { InsightsFunctions } from "./constructs/insights-functions.ts";
import { JwtAuthorizer } from "./constructs/jwt-authorizer.ts";
import { ScheduleWatch } from "./constructs/schedule-watch.ts";
import { TokenSecrets } from "./constructs/token-secrets.ts";

interface InsightsStackProps {
  readonly config: Config;
  /** The product's own, such as 1.2.3. */
  readonly version: string;
}

/** Everything that a deployment is made of. */
export class InsightsStack extends Stack {
  constructor(scope: Construct, { config, version }: InsightsStackProps) {
    super(scope, config.stack_name, { description: "Toggl Insights: HTTPS endpoints and exports in S3" });
    const tags = { application: "toggl-insights", stack: config.stack_name, ...config.tags };
    for (const [name, value] of Object.entries(tags)) Tags.of(this).add(name, value);

    const bucket = new ExportsBucket(this, `ExportsBucket${config.exports_bucket ?? ""}`, {
      adopted: config.exports_bucket,
      downloadUrlMinutes: config.download_url_minutes,
      keepExportsDays: config.keep_exports_days,
      kmsKeyArn: config.kms_key_arn,
    });
    acknowledgeFindings(this, bucket);
    const secrets = new TokenSecrets(this, "TokenSecrets", { workspaces: config.workspaces });
    const queue = new ExportQueue(this, "Exports");
    const functions = new InsightsFunctions(this, "Functions", { config, version, bucket, secrets, queue });
    bucket.denyLinksButOf(...functions.signers);
    const jwt = config.auth && new JwtAuthorizer(this, "Jwt", { config, jwt: config.auth.jwt });
    const api = new InsightsApi(this, "Api", { functions: functions.byName, config, authorizer: jwt?.authorizer });

    const { workspaces, schedules, notify } = config;
    new ExportSchedules(this, "Schedules", { schedules, workspaces, queue });
    const background = new BackgroundExports(this, "Background", { config, bucket, secrets, queue, apiUrl: api.url });
    const watch = schedules.length > 0 && new ScheduleWatch(this, "Watch", { config, bucket, queue });
    const notices = notify.length > 0 ? new ExportNotices(this, "Notices", { config, queue }) : undefined;

    const all: IFunction[] = [...Object.values(functions.byName), background.runExport];
    if (watch) all.push(watch.watchSchedules);
    if (notices) all.push(notices.sendNotices);
    if (jwt) all.push(jwt.function);
    const alarms = config.alarms ? new Alarms(this, "Alarms", { config, queue, functions: all }) : undefined;
    if (config.dashboard) {
      new InsightsDashboard(this, "Dashboard", { config, api, queue, functions: all, alarms: alarms?.all ?? [] });
    }

    new CfnOutput(this, "Version", { value: version, description: "Version of Toggl Insights" });
    new CfnOutput(this, "ApiUrl", { value: api.url, description: "Address of the API" });
    new CfnOutput(this, "ExportsBucketName", { value: bucket.bucketName, description: "Bucket of files and records" });
    for (const [name, one, description] of [
      ["ExportQueue", queue.queue, "Queue of runs"],
      [
        "DeadLetterQueue",
        queue.deadLetters,
        "Queue of runs that were given up on; toggl-insights redrive moves them back",
      ],
    ] as const) {
      new CfnOutput(this, `${name}Url`, { value: one.queueUrl, description });
      new CfnOutput(this, `${name}Arn`, { value: one.queueArn, description });
    }
    if (notices) {
      new CfnOutput(this, "NoticesTopicArn", {
        value: notices.topic.topicArn,
        description: "Topic of what was made, failed and changed",
      });
    }
    if (alarms) {
      new CfnOutput(this, "AlarmsTopicArn", {
        value: alarms.topic.topicArn,
        description: "Topic of the alarms",
      });
    }
    new CfnOutput(this, "TokenSecretNames", {
      value: secrets.names.join(","),
      description: "Secrets that must hold the workspaces' Toggl API tokens",
    });
  }
}
