import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import type { Using } from "../core/ports/ports.ts";
import { claimedWorkspaces } from "../core/workspace.ts";

/** What a token that was found valid says. */
export interface Claims {
  readonly sub?: string | undefined;
  readonly [name: string]: unknown;
}

interface Authorizing extends Using<{ telemetry: "event" }> {
  /** The claims of a valid token; undefined if it is none. Throws if that cannot be found out. */
  readonly verify: (token: string) => Promise<Claims | undefined>;
  /** The claim that names the caller's workspaces. */
  readonly claim: string;
}

/**
 * API Gateway answers 401 to this very message, and 500 to any other:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
const unauthorized = "Unauthorized";

/** Lets the bearer of a JWT call what is below the workspaces that it names, and nothing else. */
export function authorizeCaller({ verify, claim, telemetry }: Authorizing) {
  return async (event: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(event.authorizationToken)?.[1];
    const claims = token === undefined ? undefined : await verify(token);
    if (!claims) throw new Error(unauthorized);
    const workspaces = claimedWorkspaces(claims[claim]);
    const principalId = claims.sub ?? "unknown";
    if (workspaces.length === 0) telemetry.event("WARN", "a token names no workspace", { claim, principalId });
    return {
      principalId,
      policyDocument: { Version: "2012-10-17", Statement: [statementFor(workspaces, event.methodArn)] },
      context: { workspaces: workspaces.join(",") },
    };
  };
}

/** For all paths of the workspaces: API Gateway keeps the answer for every further call with the same token. */
function statementFor(workspaces: readonly number[], methodArn: string) {
  const [api, stage] = methodArn.split("/");
  const Action = "execute-api:Invoke";
  if (workspaces.length === 0) return { Effect: "Deny" as const, Action, Resource: `${api}/${stage}/*` };
  const Resource = workspaces.map((id) => `${api}/${stage}/*/workspace/${id}/*`);
  return { Effect: "Allow" as const, Action, Resource };
}
