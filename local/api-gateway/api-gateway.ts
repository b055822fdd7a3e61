import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyResult } from "aws-lambda";
import type { InvocationResult } from "../lambda/invocation.ts";
import { type Listening, listenOnLoopback } from "../listening.ts";
import { answeredBy, type FetchFunction } from "../serve-fetch.ts";
import { bodyCheck } from "./body-models.ts";
import type { RestApi } from "./from-template.ts";
import { type GatewayAnswerType, writeBodyTooLarge, writeGatewayAnswer } from "./gateway-answer.ts";
import type { Authorization, Authorize } from "./iam.ts";
import { proxyEvent } from "./proxy-event.ts";
import { type Match, matchRoute } from "./routing.ts";

interface ApiGatewayOptions {
  readonly api: RestApi;
  readonly invoke: (functionId: string, event: unknown) => Promise<InvocationResult>;
  readonly port: number;
  /** Who called; without it everybody may. */
  readonly authorize?: Authorize | undefined;
  readonly page?: OwnPage | undefined;
}

/** A web page that shares the API's port, so that both have one address. */
export interface OwnPage {
  /** Whether an address is the page's. */
  readonly owns: (path: string) => boolean;
  /** Whether links on other pages may lead to an address, the API's included. */
  readonly linked: (url: string) => boolean;
  readonly fetch: FetchFunction;
}

const maxBodyBytes = 10 * 1024 * 1024;
const integrationTimeoutMs = 29_000;

/** The template's REST API on this machine, with API Gateway's rules for routes, limits and its own answers. */
export function startApiGateway(options: ApiGatewayOptions): Promise<Listening> {
  const { api, invoke, port, authorize = openToAll, page } = options;
  const takes = bodyCheck();
  const isBinary = binaryTypes(api.binaryMediaTypes);
  const respond = async (message: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> => {
    const arrivedAt = Date.now();
    const target = pathAndQuery(message);
    const match = matchRoute(api.routes, message.method ?? "", target.path);
    if (!match) return refuse(message, response, "MISSING_AUTHENTICATION_TOKEN", requestId);
    const body = await bodyOf(message);
    if (!body) {
      message.resume();
      return writeBodyTooLarge(response, maxBodyBytes);
    }
    const caller = await authorize(message, body, match.route);
    if ("problem" in caller) return refuse(message, response, caller.problem, requestId);
    if (!takes(match.route, message.headers["content-type"], body)) {
      return refuse(message, response, "BAD_REQUEST_BODY", requestId);
    }
    const event = proxyEvent({
      message,
      ...target,
      match,
      body,
      stage: api.stage,
      requestId,
      arrivedAt,
      caller,
      isBinary,
    });
    const result = await withinTimeout(match, event);
    if (result === "timeout") return refuse(message, response, "INTEGRATION_TIMEOUT", requestId);
    if (result.failed && result.errorType === "RequestTooLargeException") {
      return refuse(message, response, "REQUEST_TOO_LARGE", requestId);
    }
    if (result.failed && result.errorType === "AccessDeniedException") {
      return refuse(message, response, "API_CONFIGURATION_ERROR", requestId); // the function's policy does not let it call
    }
    const answer = result.failed ? undefined : proxyResult(result.payload);
    if (!answer) return refuse(message, response, "INTEGRATION_FAILURE", requestId);
    writeAnswer(message, response, answer, isBinary);
  };

  const refuse = (message: IncomingMessage, response: ServerResponse, type: GatewayAnswerType, requestId: string) => {
    message.resume();
    writeGatewayAnswer(response, type, api, requestId);
  };
  const withinTimeout = async ({ route }: Match, event: unknown): Promise<InvocationResult | "timeout"> => {
    const answered = new AbortController();
    const late = sleep(integrationTimeoutMs, "timeout" as const, { signal: answered.signal }).catch(
      () => "timeout" as const,
    );
    const result = await Promise.race([invoke(route.functionId, event), late]);
    answered.abort();
    return result;
  };

  const answerPage = page && answeredBy(page.fetch);
  const server = createServer((message, response) => {
    if (answerPage && page.owns(message.url ?? "/")) return answerPage(message, response);
    const requestId = randomUUID();
    response.setHeader("x-amzn-requestid", requestId);
    respond(message, response, requestId).catch(() => response.destroy()); // the caller went away in the middle
  });
  return listenOnLoopback(server, port, page ? { linked: page.linked } : {});
}

/** Whoever is on this machine. */
export async function openToAll(): Promise<Authorization> {
  return { userArn: null };
}

/** Taken as sent: nothing is normalized away. */
function pathAndQuery({ url = "/" }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf("?");
  return at < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at)) };
}

/** Undefined if it is too large. */
async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of message.iterator({ destroyOnReturn: false })) {
    bytes += piece.length;
    if (bytes > maxBodyBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Undefined if the function's answer is no proxy result: API Gateway calls that malformed. */
function proxyResult(payload: string): APIGatewayProxyResult | undefined {
  const result: APIGatewayProxyResult | null = JSON.parse(payload);
  const fits = Number.isInteger(result?.statusCode) && ["string", "undefined"].includes(typeof result?.body);
  return result && fits ? result : undefined;
}

type IsBinary = (mediaType: string | undefined) => boolean;

/** What the API's binary media types cover: all of them as `*\/*`, else those that are listed. */
function binaryTypes(listed: readonly string[]): IsBinary {
  return (mediaType = "application/json") => {
    const type = mediaType.split(/[;,]/)[0]?.trim().toLowerCase();
    return listed.some((one) => one === "*/*" || one.toLowerCase() === type);
  };
}

/**
 * An answer in base64 is decoded if the first media type that the caller accepts is a binary one, else handed on as it is:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
function writeAnswer(
  message: IncomingMessage,
  response: ServerResponse,
  result: APIGatewayProxyResult,
  isBinary: IsBinary,
): void {
  const { statusCode, headers = {}, multiValueHeaders = {}, body = "", isBase64Encoded = false } = result;
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders })) {
    response.setHeader(name, Array.isArray(value) ? value.map(String) : String(value));
  }
  const bytes = Buffer.from(body, isBase64Encoded && isBinary(message.headers.accept) ? "base64" : "utf8");
  const bodiless = statusCode === 204 || statusCode === 304;
  if (!bodiless) response.setHeader("content-length", bytes.length);
  response.writeHead(statusCode).end(bodiless || message.method === "HEAD" ? undefined : bytes);
}
