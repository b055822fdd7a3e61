import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogField, AccessLogFormat, LogGroupLogDestination, type StageOptions } from "aws-cdk-lib/aws-apigateway";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Has API Gateway log every call, also what never reaches a function. */
export function accessLogs(scope: Construct, retention: RetentionDays): StageOptions {
  const logs = new LogGroup(scope, "ApiAccessLogs", { retention, removalPolicy: RemovalPolicy.DESTROY });
  return { accessLogDestination: new LogGroupLogDestination(logs), accessLogFormat: format() };
}

/** No query and no headers: a cursor tells nothing, but what a caller adds could. */
function format(): AccessLogFormat {
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
