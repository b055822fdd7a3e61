import { Size } from "aws-cdk-lib";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { openApiDocument } from "../../api/openapi/openapi-document.ts";
import { openApiFile, type RoutedFunction, schedulesFile } from "../../lambdas/contract.ts";
import type { Config } from "../config/config-schema.ts";
import { grantList, grantObjects } from "./bucket-grants.ts";
import type { ExportQueue } from "./export-queue.ts";
import type { ExportsBucket } from "./exports-bucket.ts";
import { InsightsFunction } from "./insights-function.ts";
import type { TokenSecrets } from "./token-secrets.ts";

interface InsightsFunctionsProps {
  readonly config: Config;
  /** The product's own, such as 1.2.3. */
  readonly version: string;
  readonly bucket: ExportsBucket;
  readonly secrets: TokenSecrets;
  readonly queue: ExportQueue;
}

/** API Gateway gives up after 29 s. */
const behindGatewaySeconds = 28;

/** The functions behind the API and what each may do: a grant stands under the variable that it serves. */
export class InsightsFunctions extends Construct {
  readonly byName: Readonly<Record<RoutedFunction, IFunction>>;
  /** The roles that sign download links. */
  readonly signers: readonly IRole[];

  constructor(scope: Construct, id: string, { config, version, bucket, secrets, queue }: InsightsFunctionsProps) {
    super(scope, id);
    const files = { [schedulesFile]: JSON.stringify(config.schedules) };
    const SERVICE_NAME = config.stack_name;
    const DOWNLOAD_URL_TTL_SECONDS = String(config.download_url_minutes * 60);

    const loadTrends = new InsightsFunction(this, "LoadTrends", {
      name: "load-trends",
      description: "Hands Toggl's project data trends on",
      environment: { SERVICE_NAME, TOGGL_BASE_URL: config.toggl_base_url, WORKSPACE_SECRETS: secrets.byWorkspace },
      memoryMegabytes: 1024, // the largest answer, 64 MB, is held and checked as a whole: 616 measured
      timeoutSeconds: behindGatewaySeconds,
      config,
    });
    secrets.grantRead(loadTrends);

    const createExport = new InsightsFunction(this, "CreateExport", {
      name: "create-export",
      description: "Makes one export of a Toggl report and links to its file",
      environment: {
        SERVICE_NAME,
        TOGGL_BASE_URL: config.toggl_base_url,
        WORKSPACE_SECRETS: secrets.byWorkspace,
        EXPORTS_BUCKET: bucket.bucketName,
        DOWNLOAD_URL_TTL_SECONDS,
        MAX_FILE_BYTES: String(config.max_file_megabytes * 1024 ** 2),
        EXPORT_QUEUE_URL: queue.queueUrl,
      },
      files,
      memoryMegabytes: 1024, // 144 measured at 300 MB; the rest buys processor time: a start in 0.4 s instead of 0.8
      scratchDisk: Size.mebibytes(config.max_file_megabytes + 512),
      timeoutSeconds: behindGatewaySeconds,
      config,
    });
    secrets.grantRead(createExport);
    grantList(bucket, createExport);
    grantObjects(bucket, createExport, "s3:PutObject", "exports", "records", "idempotency");
    grantObjects(bucket, createExport, "s3:PutObjectTagging", "exports", "records"); // what callers make may expire
    grantObjects(
      bucket,
      createExport,
      "s3:PutObject",
      "coordination/quota",
      "coordination/runs",
      "coordination/warnings",
    );
    grantObjects(bucket, createExport, "s3:GetObject", "coordination/quota", "current");
    grantObjects(bucket, createExport, "s3:GetObject", "exports", "records", "idempotency"); // links too: they can do what their signer can
    queue.grantSend(createExport);

    const browseExports = new InsightsFunction(this, "BrowseExports", {
      name: "browse-exports",
      description: "History of exports and fresh links to their files",
      environment: {
        SERVICE_NAME,
        WORKSPACE_IDS: config.workspaces.map(({ id }) => id).join(","),
        EXPORTS_BUCKET: bucket.bucketName,
        DOWNLOAD_URL_TTL_SECONDS,
      },
      files: { ...files, [openApiFile]: JSON.stringify(openApiDocument(version)) },
      memoryMegabytes: 512, // 99 measured, and 40 for records at most; the rest buys processor time: a start in 0.7 s instead of 1.4, for the same price
      timeoutSeconds: behindGatewaySeconds,
      config,
    });
    grantList(bucket, browseExports);
    grantObjects(bucket, browseExports, "s3:GetObject", "records", "exports", "current", "coordination/runs");

    const listNames = new InsightsFunction(this, "ListNames", {
      name: "list-names",
      description: "Names of projects and people, for the ids in reports",
      environment: {
        SERVICE_NAME,
        TOGGL_BASE_URL: config.toggl_base_url,
        WORKSPACE_SECRETS: secrets.byWorkspace,
        EXPORTS_BUCKET: bucket.bucketName,
      },
      memoryMegabytes: 512, // 73 measured; the rest as with browse-exports
      timeoutSeconds: behindGatewaySeconds,
      config,
    });
    secrets.grantRead(listNames);
    grantList(bucket, listNames);
    grantObjects(bucket, listNames, "s3:GetObject", "names");
    grantObjects(bucket, listNames, "s3:PutObject", "names", "coordination/names", "coordination/warnings");

    this.signers = [createExport, browseExports].flatMap(({ role }) => role ?? []);
    this.byName = {
      "load-trends": loadTrends,
      "create-export": createExport,
      "browse-exports": browseExports,
      "list-names": listNames,
    };
  }
}
