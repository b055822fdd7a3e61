import { EndpointType, type RestApiProps } from "aws-cdk-lib/aws-apigateway";
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Config } from "../config-schema.ts";

/**
 * Where calls may come from: a policy of the API that denies all others. It allows nothing, since an Allow would let in
 * the whole account, whatever a caller's own policy says. An API behind VPC endpoints is a private one.
 */
export function onlyFrom({ ip_ranges, vpc_endpoints }: NonNullable<Config["allow_from"]>): RestApiProps {
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
