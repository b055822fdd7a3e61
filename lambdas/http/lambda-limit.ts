import { promisify } from "node:util";
import zlib from "node:zlib";
import { Failure } from "../core/failure.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** What a Lambda function may answer with, as JSON, less some room for status and headers. */
const mostBytes = 6 * 1024 * 1024 - 8 * 1024;

const gzip = promisify(zlib.gzip);

/**
 * A text answer that fits through Lambda: as it is, or gzip-encoded if it must be and the caller takes that.
 * @throws Failure `response_too_large`
 */
export async function withinLambdaLimit(
  request: HttpRequest,
  response: HttpResponse & { body: string },
): Promise<HttpResponse> {
  const headers = { ...response.headers, vary: "accept-encoding" };
  if (Buffer.byteLength(JSON.stringify(response.body)) <= mostBytes) return { ...response, headers };
  if (!takesGzip(request)) throw tooLarge("Send the header `Accept-Encoding: gzip` to have it compressed, or ask");
  const body = await gzip(response.body);
  if (Math.ceil(body.length / 3) * 4 > mostBytes) throw tooLarge("Even compressed it is too large, so ask");
  return { ...response, headers: { ...headers, "content-encoding": "gzip" }, body };
}

function tooLarge(advice: string): Failure {
  const rest =
    "for less: a shorter period or fewer projects. The file of the same report (trends/projects.csv) has no such limit.";
  return new Failure(
    "response_too_large",
    `The answer is larger than the 6 MB that can be handed on. ${advice} ${rest}`,
  );
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
