import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IAuthorizer,
  type JsonSchema,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodOptions,
  RestApi,
  type RestApiProps,
  type StageOptions,
} from "aws-cdk-lib/aws-apigateway";
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { bodyModels } from "../../api/openapi/body-models.ts";
import { describedRoutes } from "../../api/openapi/operations.ts";
import { routes } from "../../api/routes.ts";
import type { RoutedFunction } from "../../lambdas/contract.ts";
import type { Config } from "../config/config-schema.ts";
import {
  bodyAnswer,
  forcedStatus,
  type GatewayAnswer,
  gatewayAnswers,
  problemTemplate,
  responseType,
} from "./gateway-problems.ts";

interface InsightsApiProps {
  readonly functions: Readonly<Record<RoutedFunction, IFunction>>;
  readonly config: Config;
  /** Who says who may call; without it callers are AWS identities. */
  readonly authorizer?: IAuthorizer | undefined;
}

/** The HTTPS surface: the contract's routes, signed by the caller's AWS identity or borne by a JWT, and nothing else. */
export class InsightsApi extends RestApi {
  constructor(scope: Construct, id: string, { functions, config, authorizer }: InsightsApiProps) {
    super(scope, id, {
      restApiName: Stack.of(scope).stackName,
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      binaryMediaTypes: ["*/*"], // bytes go through as they are, so an answer can be gzip-encoded
      cloudWatchRole: false, // it would be the whole account's
      defaultMethodOptions: authorizer ? { authorizer } : { authorizationType: AuthorizationType.IAM },
      ...(config.allow_from && onlyFrom(config.allow_from)),
      deployOptions: {
        stageName: "v1",
        throttlingRateLimit: config.throttle.requests_per_second,
        throttlingBurstLimit: config.throttle.burst,
        ...(config.access_logs && accessLogs(scope, config.log_retention_days)),
      },
    });
    this.node.tryRemoveChild("Endpoint"); // an output of CDK's own, under a name of its own
    const { web_acl_arn: webAclArn } = config;
    if (webAclArn) new CfnWebACLAssociation(this, "WebAcl", { webAclArn, resourceArn: this.deploymentStage.stageArn });
    this.addRoutes(functions, config.validate_at_gateway ? bodyValidation(this) : () => ({}));
    this.addProblems(config.validate_at_gateway ? [bodyAnswer, ...gatewayAnswers] : gatewayAnswers);
  }

  private addRoutes(functions: InsightsApiProps["functions"], optionsOf: OptionsOf): void {
    for (const { method, path, function: name } of routes) {
      const integration = new LambdaIntegration(functions[name], {
        scopePermissionToMethod: false,
      });
      this.root.resourceForPath(path).addMethod(method, integration, optionsOf({ method, path }));
    }
  }

  private addProblems(answers: readonly GatewayAnswer[]): void {
    for (const answer of answers) {
      const statusCode = forcedStatus(answer);
      this.addGatewayResponse(`${answer.response}Problem`, {
        type: responseType(answer),
        ...(statusCode && { statusCode }),
        responseHeaders: {
          "Content-Type": "'application/problem+json'",
          ...(answer.problem.code === "too_many_requests" && { "Retry-After": "'1'" }),
        },
        templates: { "application/json": problemTemplate(answer) },
      });
    }
  }
}

/** The options of the method that a route becomes. */
type OptionsOf = (route: { readonly method: string; readonly path: string }) => MethodOptions;

/**
 * Adds what API Gateway needs to check bodies by itself: a model for each body, and a validator.
 * @returns how a method makes use of them; one that takes no body does not
 */
function bodyValidation(api: RestApi): OptionsOf {
  const requestValidator = api.addRequestValidator("BodyValidator", { validateRequestBody: true });
  const models = Object.entries(bodyModels()).map(([name, schema]) => {
    const model = api.addModel(name, { contentType: "application/json", schema: schema as JsonSchema });
    return [name, model] as const;
  });
  const modelOf = new Map(models);
  return ({ method, path }) => {
    const described = describedRoutes.find((route) => route.method === method && route.path === path);
    const model = modelOf.get(described?.operation.body?.name ?? "");
    return model ? { requestValidator, requestModels: { "application/json": model } } : {};
  };
}

/**
 * Where calls may come from: a policy of the API that denies all others. It allows nothing, since an Allow would let in
 * the whole account, whatever a caller's own policy says. An API behind VPC endpoints is a private one.
 */
function onlyFrom({ ip_ranges, vpc_endpoints }: NonNullable<Config["allow_from"]>): RestApiProps {
  const elsewhere = ip_ranges
    ? { NotIpAddress: { "aws:SourceIp": ip_ranges } }
    : { StringNotEquals: { "aws:SourceVpce": vpc_endpoints } };
  const deny = new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["execute-api:Invoke"],
    resources: ["execute-api:/*"],
    conditions: elsewhere,
  });
  return {
    policy: new PolicyDocument({ statements: [deny] }),
    ...(vpc_endpoints && { endpointConfiguration: { types: [EndpointType.PRIVATE] } }),
  };
}

/** Has API Gateway log every call, also what never reaches a function. */
function accessLogs(scope: Construct, retention: RetentionDays): StageOptions {
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
