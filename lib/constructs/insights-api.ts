import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type RoutedFunction, routes } from "../../lambdas/contract.ts";
import type { Config } from "../config-schema.ts";
import { forcedStatus, gatewayProblems, problemTemplate } from "./gateway-problems.ts";

interface InsightsApiProps {
  readonly functions: Readonly<Record<RoutedFunction, IFunction>>;
  readonly throttle: Config["throttle"];
  readonly logRetentionDays: RetentionDays;
}

/** The HTTPS surface: the contract's routes, signed by the caller's AWS identity, and nothing else. */
export class InsightsApi extends RestApi {
  constructor(scope: Construct, id: string, { functions, throttle, logRetentionDays }: InsightsApiProps) {
    const accessLogs = new LogGroup(scope, `${id}AccessLogs`, {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      restApiName: Stack.of(scope).stackName,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ["*/*"], // bytes go through as they are, so an answer can be gzip-encoded
      cloudWatchRole: true, // without this role API Gateway refuses access logs
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN, // it belongs to the account, other APIs may use it
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: "v1",
        throttlingRateLimit: throttle.requests_per_second,
        throttlingBurstLimit: throttle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: accessLogFormat(),
      },
    });
    this.node.tryRemoveChild("Endpoint"); // an output of CDK's own, under a name of its own
    this.addRoutes(functions);
    this.addProblems();
  }

  private addRoutes(functions: InsightsApiProps["functions"]): void {
    for (const { method, path, function: name } of routes) {
      const integration = new LambdaIntegration(functions[name], {
        scopePermissionToMethod: false,
      });
      this.root.resourceForPath(path).addMethod(method, integration);
    }
  }

  private addProblems(): void {
    for (const problem of gatewayProblems) {
      const statusCode = forcedStatus(problem);
      this.addGatewayResponse(`${problem.type.responseType}Problem`, {
        type: problem.type,
        ...(statusCode && { statusCode }),
        responseHeaders: {
          "Content-Type": "'application/problem+json'",
          ...(problem.code === "too_many_requests" && { "Retry-After": "'1'" }),
        },
        templates: { "application/json": problemTemplate(problem) },
      });
    }
  }
}

/** No query and no headers: a cursor tells nothing, but what a caller adds could. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      request_id: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTime(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      status: AccessLogField.contextStatus(),
      caller: AccessLogField.contextIdentityUserArn(),
      source_ip: AccessLogField.contextIdentitySourceIp(),
      latency_ms: AccessLogField.contextResponseLatency(),
      bytes: AccessLogField.contextResponseLength(),
      error: AccessLogField.contextErrorResponseType(),
    }),
  );
}
