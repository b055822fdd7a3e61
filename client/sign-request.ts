import { Sha256 } from "@aws-crypto/sha256-js";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { RegionMissing } from "./api-problem.ts";

/** Whose signature a call carries, and for which region. */
export interface Signer {
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
}

/**
 * The headers of a call signed for API Gateway (AWS Signature Version 4).
 * @param signer without it: the AWS identity of whoever runs the program, by the SDK's usual chain
 * @throws RegionMissing, or the SDK's CredentialsProviderError if there is no such identity
 */
export async function signedHeaders(
  method: string,
  url: URL,
  body: string | undefined,
  signer?: Signer,
): Promise<Record<string, string>> {
  const { region, credentials } = signer ?? ownIdentity(url);
  const signature = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  const { headers } = await signature.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  return headers;
}

function ownIdentity({ hostname, protocol, origin }: URL) {
  const region = /\.execute-api\.([^.]+)\./.exec(hostname)?.[1] ?? process.env.AWS_REGION;
  if (region) return { region, credentials: defaultProvider() };
  if (protocol === "https:") throw new RegionMissing("Set AWS_REGION: the address does not say where the API is.");
  throw new RegionMissing(
    `${origin} is neither on this machine nor an address of API Gateway, so calls are signed and nothing tells the region: give the https:// address in the stack's outputs (--stack NAME finds it), or set AWS_REGION.`,
  );
}
