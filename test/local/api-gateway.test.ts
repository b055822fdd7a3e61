import { createConnection } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { matchRoute } from "../../local/api-gateway/routing.ts";
import { startApiGateway } from "../../local/api-gateway.ts";
import type { RestApi } from "../../local/assembly/rest-api.ts";
import type { InvocationResult } from "../../local/lambda/invocation.ts";
import type { Listening } from "../../local/listening.ts";

const routes = [
  { method: "GET", path: "/things", functionId: "list" },
  { method: "GET", path: "/things/{id}", functionId: "one" },
  { method: "POST", path: "/things/special", functionId: "special" },
  { method: "ANY", path: "/{proxy+}", functionId: "rest" },
];

describe("a route", () => {
  const found = (method: string, path: string) => {
    const match = matchRoute(routes, method, path);
    return match && [match.route.functionId, match.params];
  };

  it.each([
    ["GET", "/things", "list", {}],
    ["GET", "/things/7", "one", { id: "7" }],
    ["POST", "/things/special", "special", {}],
    ["GET", "/things/a%2Fb%20c", "one", { id: "a/b c" }],
    ["GET", "/things/%E0%A4", "one", { id: "%E0%A4" }],
    ["DELETE", "/else/where", "rest", { proxy: "else/where" }],
    ["GET", "/things/7/", "rest", { proxy: "things/7/" }],
    ["GET", "//things", "rest", { proxy: "/things" }],
  ])("%s %s leads to %s", (method, path, functionId, params) => {
    expect(found(method, path)).toEqual([functionId, params]);
  });

  it.each([
    ["GET", "/things/special"],
    ["DELETE", "/things"],
    ["GET", "/"],
  ])("%s %s leads nowhere: the path has a resource without the method, or none", (method, path) => {
    expect(found(method, path)).toBeUndefined();
  });
});

describe("the gateway", () => {
  let gateway: Listening;
  const events: Record<string, unknown>[] = [];
  afterEach(() => gateway.close());

  const start = async (answer: InvocationResult | object) => {
    events.length = 0;
    const failure = {
      status: 502,
      headers: { "content-type": "application/problem+json" },
      template: '{"id":"$context.requestId"}',
    };
    const api: RestApi = {
      routes,
      authorizers: new Map(),
      stage: "v1",
      binaryMediaTypes: ["*/*"],
      responses: new Map([["INTEGRATION_FAILURE", failure]]),
    };
    gateway = await startApiGateway({
      api,
      port: 0,
      invoke: async (_, event) => {
        events.push(event as Record<string, unknown>);
        return "failed" in answer ? (answer as InvocationResult) : { failed: false, payload: JSON.stringify(answer) };
      },
    });
  };

  it("hands a function what it would get on AWS", async () => {
    await start({ statusCode: 200, body: "ok" });
    await fetch(`${gateway.url}/things/7?a=1&a=2&b=%20+`, { headers: { "X-Mine": "yes" } });
    expect(events[0]).toMatchObject({
      resource: "/things/{id}",
      path: "/things/7",
      httpMethod: "GET",
      pathParameters: { id: "7" },
      queryStringParameters: { a: "2", b: "  " },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      multiValueHeaders: { "x-mine": ["yes"] },
      requestContext: { stage: "v1", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      body: null,
      isBase64Encoded: false,
    });
    await fetch(`${gateway.url}/things/special`, { method: "POST", body: "ä" });
    expect(events[1]).toMatchObject({ body: Buffer.from("ä").toString("base64"), isBase64Encoded: true });
  });

  it("hands on bytes, several headers of a name and an empty 304", async () => {
    const body = Buffer.from([0, 255, 1]).toString("base64");
    await start({ statusCode: 203, body, isBase64Encoded: true, multiValueHeaders: { "x-many": ["1", "2"] } });
    const response = await fetch(`${gateway.url}/things`);
    expect([response.status, response.headers.get("x-many")]).toEqual([203, "1, 2"]);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1]);
    await gateway.close();
    await start({ statusCode: 304, headers: { etag: '"x"' } });
    expect((await fetch(`${gateway.url}/things`)).status).toBe(304);
  });

  it.each([
    ["that failed", { failed: true, errorType: "Runtime.ExitError", errorMessage: "no" }],
    ["with a malformed answer", { body: "no status" }],
    ["with a body that is no text", { statusCode: 200, body: { a: 1 } }],
  ])("answers for a function %s as the template says", async (_, answer) => {
    await start(answer);
    const response = await fetch(`${gateway.url}/things`);
    expect([response.status, response.headers.get("content-type")]).toEqual([502, "application/problem+json"]);
    expect(await response.json()).toEqual({ id: response.headers.get("x-amzn-requestid") });
  });

  it("survives who goes away in the middle, and garbage", async () => {
    await start({ statusCode: 200, body: "ok" });
    const { port } = new URL(gateway.url);
    for (const bytes of [
      "POST /things/special HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf",
      "\0garbage\r\n\r\n",
    ]) {
      const socket = createConnection(Number(port), "127.0.0.1");
      socket.on("error", () => {});
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      socket.destroy();
    }
    expect((await fetch(`${gateway.url}/things`)).status).toBe(200);
  });
});
