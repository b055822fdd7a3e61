import { promisify } from "node:util";
import zlib from "node:zlib";
import { Failure } from "../core/failure.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** What a Lambda function may answer with, as JSON, less some room for status and headers. */
const maxBytes = 6 * 1024 * 1024 - 24 * 1024;

/** A character of text takes no more than this once it is escaped within JSON. */
const maxBytesOfCharacter = 6;

const gzip = promisify(zlib.gzip);

/**
 * An answer that fits through Lambda: as it is, or gzip-encoded if it must be and the caller takes that.
 * @throws Failure `response_too_large`
 */
export async function withinLambdaLimit(request: HttpRequest, response: HttpResponse): Promise<HttpResponse> {
  const { body = "", headers, ifTooLarge = "Ask for less at a time." } = response;
  if (fits(body)) return response;
  const isEncoded = headers["content-encoding"] !== undefined;
  if (isEncoded || !takesGzip(request)) {
    throw tooLarge(`Send the header \`Accept-Encoding: gzip\` to have it compressed. Or: ${ifTooLarge}`);
  }
  const encoded = await gzip(body);
  if (!fits(encoded)) throw tooLarge(`Even compressed it is too large. ${ifTooLarge}`);
  return { ...response, headers: { ...headers, vary: "accept-encoding", "content-encoding": "gzip" }, body: encoded };
}

function fits(body: string | Buffer): boolean {
  if (typeof body !== "string") return Math.ceil(body.length / 3) * 4 <= maxBytes;
  return body.length * maxBytesOfCharacter <= maxBytes || Buffer.byteLength(JSON.stringify(body)) <= maxBytes;
}

function tooLarge(advice: string): Failure {
  return new Failure("response_too_large", `The answer is larger than the 6 MB that can be handed on. ${advice}`);
}

/** Whether `Accept-Encoding` allows gzip (RFC 9110, 12.5.3). */
function takesGzip(request: HttpRequest): boolean {
  const codings = (request.header("accept-encoding") ?? "").toLowerCase().split(",").map(weighted);
  const named = codings.find(({ coding }) => coding === "gzip" || coding === "x-gzip");
  return (named ?? codings.find(({ coding }) => coding === "*") ?? { weight: 0 }).weight > 0;
}

function weighted(entry: string): { coding: string; weight: number } {
  const [coding = "", ...parameters] = entry.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { coding, weight: weight === undefined ? 1 : Number(weight) };
}
