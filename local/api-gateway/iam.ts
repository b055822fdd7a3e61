import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "../aws/aws-error.ts";
import type { Credentials } from "../aws/credentials.ts";
import { allows, type Policy } from "../aws/policy.ts";
import { requestTarget } from "../aws/request-target.ts";
import { claimOf } from "../aws/signed-request.ts";
import { signatureVerifier } from "../aws/sigv4.ts";
import type { ApiRoute } from "./from-template.ts";
import type { GatewayAnswerType } from "./gateway-answer.ts";

/** Somebody with an AWS identity and a policy of what to call. */
export interface Caller extends Credentials {
  readonly name: string;
  readonly policy: Policy;
}

interface IamOptions {
  readonly callers: readonly Caller[];
  readonly region: string;
  readonly accountId: string;
  /** The API with its stage. */
  readonly apiArn: string;
}

/** Somebody who may call. */
export interface AllowedCaller {
  /** Of an AWS identity. */
  readonly userArn: string | null;
  /** What an authorizer says of the caller. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Who called, or what the gateway answers instead. */
export type Authorization = AllowedCaller | { readonly problem: GatewayAnswerType };

/** Decides on one call. */
export type Authorize = (message: IncomingMessage, body: Buffer, route: ApiRoute) => Promise<Authorization>;

/** Lets through what is signed by a caller whose policy allows this method and path, as AWS_IAM does. */
export function iamAuthorizer({ callers, region, accountId, apiArn }: IamOptions) {
  const known = new Map(
    callers.map((caller) => {
      const verify = signatureVerifier({ service: "execute-api", region, credentials: caller });
      return [caller.accessKeyId, { ...caller, verify }];
    }),
  );
  return async (message: IncomingMessage, body: Buffer): Promise<Authorization> => {
    if (message.headers.authorization === undefined) return { problem: "MISSING_AUTHENTICATION_TOKEN" };
    try {
      const { path, query } = requestTarget(message.url ?? "/");
      const caller = known.get(claimOf(message, query).accessKeyId);
      if (!caller) return { problem: "INVALID_SIGNATURE" };
      const payloadHash = createHash("sha256").update(body).digest("hex");
      await caller.verify({ message, path, query, payloadHash });
      const mayCall = allows(caller.policy, "execute-api:Invoke", `${apiArn}/${message.method}${path}`);
      return mayCall ? { userArn: `arn:aws:iam::${accountId}:user/${caller.name}` } : { problem: "ACCESS_DENIED" };
    } catch (error) {
      if (error instanceof AwsError) return { problem: "INVALID_SIGNATURE" };
      throw error;
    }
  };
}
