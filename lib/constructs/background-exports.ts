import { Names, Size, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { schedulesFile } from "../../lambdas/contract.ts";
import { eventSource } from "../../lambdas/core/exports/export-event.ts";
import type { Config } from "../config/config-schema.ts";
import { grantList, grantObjects } from "./bucket-grants.ts";
import { type ExportQueue, runTimeout } from "./export-queue.ts";
import type { ExportsBucket } from "./exports-bucket.ts";
import { InsightsFunction } from "./insights-function.ts";
import type { TokenSecrets } from "./token-secrets.ts";

interface BackgroundExportsProps {
  readonly config: Config;
  readonly bucket: ExportsBucket;
  readonly secrets: TokenSecrets;
  readonly queue: ExportQueue;
  readonly apiUrl: string;
}

/** The function that works on the queue, and what it may do. */
export class BackgroundExports extends Construct {
  readonly runExport: IFunction;

  constructor(scope: Construct, id: string, { config, bucket, secrets, queue, apiUrl }: BackgroundExportsProps) {
    super(scope, id);
    const runExport = new InsightsFunction(this, "RunExport", {
      name: "run-export",
      description: "Makes the exports that wait on the queue",
      environment: {
        SERVICE_NAME: config.stack_name,
        TOGGL_BASE_URL: config.toggl_base_url,
        WORKSPACE_SECRETS: secrets.byWorkspace,
        EXPORTS_BUCKET: bucket.bucketName,
        MAX_FILE_BYTES: String(config.max_file_megabytes * 1024 ** 2),
        EXPORT_QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: queue.deadLetters.queueUrl,
        API_URL: apiUrl,
      },
      files: { [schedulesFile]: JSON.stringify(config.schedules) },
      memoryMegabytes: 1024, // 146 measured at 300 MB, and both files' rows are held when an earlier period is made again
      scratchDisk: Size.mebibytes(2 * config.max_file_megabytes + 512),
      timeoutSeconds: runTimeout.toSeconds(),
      config,
    });
    this.runExport = runExport;
    secrets.grantRead(runExport);
    grantList(bucket, runExport);
    grantObjects(bucket, runExport, "s3:PutObject", "exports", "records", "coordination");
    grantObjects(bucket, runExport, "s3:GetObject", "exports", "records", "coordination", "names");
    grantObjects(bucket, runExport, "s3:PutObject", "current", "schedules/accepted-columns");
    grantObjects(bucket, runExport, "s3:GetObject", "current", "schedules/accepted-columns");
    grantObjects(bucket, runExport, "s3:DeleteObject", "current");
    grantObjects(bucket, runExport, "s3:PutObjectTagging", "exports", "records"); // what no manifest names may expire
    queue.grantSetAside(runExport);
    queue.grantSend(runExport); // events that could not be sent
    queue.grantWork(runExport);
    // CDK's own SqsEventSource, which this stands for under the same id, allows GetQueueUrl too.
    runExport.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.queue.node)}`, {
      eventSourceArn: queue.queue.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
    });
    runExport.addToRolePolicy(
      new PolicyStatement({
        actions: ["events:PutEvents"],
        resources: [Stack.of(this).formatArn({ service: "events", resource: "event-bus", resourceName: "default" })],
        // A key with several values: ForAllValues holds where there is none, too, which Null rules out (EventBridge's guide).
        conditions: {
          "ForAllValues:StringEquals": { "events:source": eventSource },
          Null: { "events:source": "false" },
        },
      }),
    );
  }
}
