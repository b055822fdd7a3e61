import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { schedulesFile } from "../../lambdas/contract.ts";
import type { Config } from "../config/config-schema.ts";
import { grantList, grantObjects } from "./bucket-grants.ts";
import type { ExportQueue } from "./export-queue.ts";
import type { ExportsBucket } from "./exports-bucket.ts";
import { InsightsFunction } from "./insights-function.ts";

interface ScheduleWatchProps {
  readonly config: Config;
  readonly bucket: ExportsBucket;
  readonly queue: ExportQueue;
}

export const watchEvery = Duration.hours(3);

/** Looks whether every schedule did what it should: nobody else would notice one that never fires. */
export class ScheduleWatch extends Construct {
  readonly watchSchedules: IFunction;

  constructor(scope: Construct, id: string, { config, bucket, queue }: ScheduleWatchProps) {
    super(scope, id);
    const watchSchedules = new InsightsFunction(this, "WatchSchedules", {
      name: "watch-schedules",
      description: "Tells how old what each schedule made is, and which run is missing",
      environment: { SERVICE_NAME: config.stack_name, EXPORTS_BUCKET: bucket.bucketName },
      files: { [schedulesFile]: JSON.stringify(config.schedules) },
      memoryMegabytes: 512, // 99 measured; the rest buys processor time: a start in 0.7 s instead of 1.4, for the same price
      timeoutSeconds: 60,
      config,
    });
    this.watchSchedules = watchSchedules;
    queue.takeFailuresOf(watchSchedules, { retryAttempts: 1 });
    grantList(bucket, watchSchedules);
    grantObjects(bucket, watchSchedules, "s3:GetObject", "records", "schedules", "current", "coordination/runs");
    grantObjects(bucket, watchSchedules, "s3:PutObject", "schedules");
    new Rule(this, "Rule", {
      description: "Looks whether every schedule did what it should",
      schedule: Schedule.rate(watchEvery),
      targets: [new LambdaFunction(watchSchedules, { deadLetterQueue: queue.undelivered })],
    });
  }
}
