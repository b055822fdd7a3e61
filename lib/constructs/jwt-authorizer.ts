import { Duration } from "aws-cdk-lib";
import { TokenAuthorizer } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import type { Config } from "../config/config-schema.ts";
import { InsightsFunction } from "./insights-function.ts";

interface JwtAuthorizerProps {
  readonly config: Config;
  readonly jwt: NonNullable<Config["auth"]>["jwt"];
}

/** Lets callers in by a JWT of the company's own issuer, in place of an AWS identity. */
export class JwtAuthorizer extends Construct {
  readonly authorizer: TokenAuthorizer;
  readonly function: InsightsFunction<"authorize-caller">;

  constructor(scope: Construct, id: string, { config, jwt }: JwtAuthorizerProps) {
    super(scope, id);
    this.function = new InsightsFunction(this, "AuthorizeCaller", {
      name: "authorize-caller",
      description: "Verifies callers' JWTs and tells which workspaces they may call",
      environment: {
        SERVICE_NAME: config.stack_name,
        JWT_ISSUER: jwt.issuer,
        JWT_AUDIENCE: jwt.audience,
        JWT_WORKSPACE_CLAIM: jwt.workspace_claim,
      },
      memoryMegabytes: 512, // 54 measured; the rest buys processor time: a start in 0.5 s instead of 1, and a caller waits for it
      timeoutSeconds: 15,
      config,
    });
    this.authorizer = new TokenAuthorizer(this, "Authorizer", {
      handler: this.function,
      validationRegex: "^Bearer [-_A-Za-z0-9.]+$", // anything else is refused without a call
      resultsCacheTtl: Duration.minutes(5),
    });
  }
}
