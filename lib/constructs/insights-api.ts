import { Stack } from "aws-cdk-lib";
import {
  AuthorizationType,
  EndpointType,
  type IAuthorizer,
  LambdaIntegration,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { type RoutedFunction, routes } from "../../lambdas/contract.ts";
import type { Config } from "../config-schema.ts";
import { accessLogs } from "./access-logs.ts";
import { onlyFrom } from "./allowed-origins.ts";
import { bodyValidation, type OptionsOf } from "./body-validation.ts";
import {
  bodyProblem,
  forcedStatus,
  type GatewayProblem,
  gatewayProblems,
  problemTemplate,
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
    this.addProblems(config.validate_at_gateway ? [bodyProblem, ...gatewayProblems] : gatewayProblems);
  }

  private addRoutes(functions: InsightsApiProps["functions"], optionsOf: OptionsOf): void {
    for (const { method, path, function: name } of routes) {
      const integration = new LambdaIntegration(functions[name], {
        scopePermissionToMethod: false,
      });
      this.root.resourceForPath(path).addMethod(method, integration, optionsOf({ method, path }));
    }
  }

  private addProblems(problems: readonly GatewayProblem[]): void {
    for (const problem of problems) {
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
