import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Answer, rawFetch } from "../toggl/raw-fetch.ts";
import { awsCredentials, awsEndpoint, awsRegion } from "./environment.ts";

interface AwsJsonService {
  /** Its name in host names and signatures, such as `sqs`. */
  readonly name: string;
  /** What stands before the operation in the x-amz-target header. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  /** How its own AWS_ENDPOINT_URL_… variable ends. */
  readonly variable: string;
  /** So long one attempt may take. */
  readonly attemptMs: number;
}

/**
 * Calls an operation, at most three times if it fails in passing.
 * @throws Error whose name is AWS's own, such as `ResourceNotFoundException`, or the connection's
 */
export type AwsCall = <T>(operation: string, input: object, signal?: AbortSignal) => Promise<T>;

const mostAttempts = 3;
const firstWaitMs = 200;

/**
 * An AWS service that speaks AWS JSON, for a few calls of small size: with the SDK's signer, without its client, which
 * takes as long to load as all the rest of a function (docs/decisions/0011).
 */
export function awsJson(service: AwsJsonService): AwsCall {
  const send = sender(service);
  return async (operation, input, signal) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(operation, JSON.stringify(input), signal);
      } catch (error) {
        if (attempt === mostAttempts || signal?.aborted || !mayPass(error)) throw error;
        await sleep(Math.random() * firstWaitMs * 2 ** (attempt - 1), undefined, signal && { signal });
      }
    }
  };
}

function sender({ name, target, version, variable, attemptMs }: AwsJsonService) {
  const url = new URL(awsEndpoint(name, variable));
  const signer = awsSigner(name);
  const { hostname, host, protocol, pathname: path } = url;
  return async <T>(operation: string, body: string, signal?: AbortSignal): Promise<T> => {
    const method = "POST";
    const content = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${target}.${operation}` };
    const { headers } = await signer.sign({ method, protocol, hostname, path, headers: { host, ...content }, body });
    const timeout = AbortSignal.timeout(attemptMs);
    const until = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await rawFetch(url.href, { method, headers, body, signal: until });
    const answer = await textOf(response);
    if (response.status !== 200) throw new AwsError(response.status, answer);
    return JSON.parse(answer);
  };
}

async function textOf({ body }: Answer): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/** An error that AWS answered with. */
class AwsError extends Error {
  constructor(
    readonly status: number,
    answer: string,
  ) {
    const { __type = "", message, Message } = parsed(answer);
    super(message ?? Message ?? `HTTP ${status}`);
    this.name = /[^#:]+(?=:|$)/.exec(__type)?.[0] ?? `Http${status}`; // it may come as `com.amazonaws.sqs#Name:http…`
  }
}

function parsed(answer: string): { __type?: string; message?: string; Message?: string } {
  try {
    return JSON.parse(answer);
  } catch {
    return {}; // what stands between may answer with a page
  }
}

/** Whether another attempt may help: the connection failed, AWS did, or AWS asks for patience. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof AwsError)) return true;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(error.name);
}

/** Signs requests to an AWS service by its name in signatures, such as `sqs`. */
function awsSigner(service: string): SignatureV4 {
  return new SignatureV4({ service, region: awsRegion(), credentials: async () => awsCredentials(), sha256: Sha256 });
}

/** Node's own SHA-256 in the shape that the signer wants. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: unknown) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer);
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error("The signer makes a new one each time.");
  }
}
