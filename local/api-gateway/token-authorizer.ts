import type { IncomingMessage } from "node:http";
import { allows, type Policy } from "../aws/policy.ts";
import { requestTarget } from "../aws/request-target.ts";
import type { InvocationResult } from "../lambda/invocation.ts";
import type { ApiAuthorizer } from "./from-template.ts";
import type { Authorization } from "./iam.ts";

interface TokenAuthorizerOptions extends ApiAuthorizer {
  readonly invoke: (functionId: string, event: unknown) => Promise<InvocationResult>;
  /** The API with its stage. */
  readonly apiArn: string;
}

interface Decision {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Statement: readonly { Effect: "Allow" | "Deny"; Action: string; Resource: string | string[] }[];
  };
  readonly context?: Readonly<Record<string, string>>;
}

/** Asks a function of the template whether the bearer of a token may call; without API Gateway's cache. */
export function tokenAuthorizer({ functionId, validation, invoke, apiArn }: TokenAuthorizerOptions) {
  return async (message: IncomingMessage): Promise<Authorization> => {
    const { authorization } = message.headers;
    if (authorization === undefined || !validation.test(authorization)) return { problem: "UNAUTHORIZED" };
    const methodArn = `${apiArn}/${message.method}${requestTarget(message.url ?? "/").path}`;
    const result = await invoke(functionId, { type: "TOKEN", authorizationToken: authorization, methodArn });
    if (result.failed)
      return { problem: result.errorMessage === "Unauthorized" ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE" };
    const { principalId, policyDocument, context = {} }: Decision = JSON.parse(result.payload);
    if (!allows(policyOf(policyDocument), "execute-api:Invoke", methodArn)) return { problem: "ACCESS_DENIED" };
    return { userArn: null, context: { ...context, principalId } };
  };
}

function policyOf({ Statement }: Decision["policyDocument"]): Policy {
  return {
    Statement: Statement.map(({ Effect, Action, Resource }) => ({
      Effect,
      Action: [Action],
      Resource: [Resource].flat(),
    })),
  };
}
