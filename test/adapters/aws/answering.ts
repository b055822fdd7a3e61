import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { vi } from "vitest";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";

/** A call of AWS's as it came over the wire. */
interface AskedCall {
  /** Such as `AmazonSQS.SendMessage`. */
  readonly target: string;
  readonly input: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

export type Way = (response: ServerResponse, call: AskedCall) => unknown;

export const credentials = { accessKeyId: "key", secretAccessKey: "secret" };

/** The environment of a function, as far as AWS's clients look at it; `vi.unstubAllEnvs` takes it back. */
export function stubLambdaEnvironment(): void {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
}

/**
 * An address of AWS's that answers one call after the other, and all that follow in the last way.
 * @param variable how the service's own AWS_ENDPOINT_URL_… variable ends
 */
export async function answering(
  variable: string,
  ...ways: Way[]
): Promise<Listening & { readonly asked: AskedCall[] }> {
  const asked: AskedCall[] = [];
  const server = createServer(async (message, response) => {
    const { headers } = message;
    const call = { target: String(headers["x-amz-target"]), input: JSON.parse(await text(message)), headers };
    asked.push(call);
    ways[Math.min(asked.length, ways.length) - 1]?.(response, call);
  });
  const listening = await listenOnLoopback(server, 0);
  vi.stubEnv(`AWS_ENDPOINT_URL_${variable}`, listening.url);
  return { ...listening, asked };
}

/** SQS took the message. */
export const taken: Way = (response, { input }) => {
  const MD5OfMessageBody = createHash("md5").update(String(input.MessageBody)).digest("hex");
  response.end(JSON.stringify({ MessageId: "1", MD5OfMessageBody }));
};

/** AWS answered with an error. */
export const refused =
  (status: number, type: string, headers: Readonly<Record<string, string>> = {}): Way =>
  (response) =>
    response.writeHead(status, headers).end(JSON.stringify({ __type: type, message: "no" }));
