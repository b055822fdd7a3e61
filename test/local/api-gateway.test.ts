import { createConnection } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startApiGateway } from "../../local/api-gateway/api-gateway.ts";
import type { BodyModel } from "../../local/api-gateway/body-models.ts";
import type { RestApi } from "../../local/api-gateway/from-template.ts";
import type { Authorize } from "../../local/api-gateway/iam.ts";
import { matchRoute } from "../../local/api-gateway/routing.ts";
import type { InvocationResult } from "../../local/lambda/invocation.ts";
import type { Listening } from "../../local/listening.ts";

const routes = [
  { method: "GET", path: "/things", functionId: "list" },
  { method: "GET", path: "/things/{id}", functionId: "one" },
  { method: "POST", path: "/things/special", functionId: "special" },
  { method: "ANY", path: "/{proxy+}", functionId: "rest" },
];

const model = { type: "object", required: ["id"], properties: { id: { type: "number", minimum: 1 } } };
const checkedRoute = {
  method: "POST",
  path: "/checked",
  functionId: "checked",
  bodyModels: new Map<string, BodyModel>([
    ["application/json", model],
    ["application/ld+json", {}],
  ]),
};

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
    ["GET", "/things/special", "one", { id: "special" }],
    ["DELETE", "/things", "rest", { proxy: "things" }],
    ["PUT", "/things/7", "rest", { proxy: "things/7" }],
  ])("%s %s leads to %s", (method, path, functionId, params) => {
    expect(found(method, path)).toEqual([functionId, params]);
  });

  it("leads nowhere where no resource is", () => {
    expect(found("GET", "/")).toBeUndefined();
  });
});

describe("the gateway", () => {
  let gateway: Listening;
  const events: Record<string, unknown>[] = [];
  afterEach(() => gateway.close());

  const start = async (answer: InvocationResult | object, authorize?: Authorize, binaryMediaTypes = ["*/*"]) => {
    events.length = 0;
    const failure = {
      status: 502,
      headers: { "content-type": "application/problem+json" },
      template: '{"id":"$context.requestId"}',
    };
    const api: RestApi = {
      routes: [...routes, checkedRoute],
      id: "api",
      authorizers: new Map(),
      stage: "v1",
      binaryMediaTypes,
      responses: new Map([["INTEGRATION_FAILURE", failure]]),
    };
    gateway = await startApiGateway({
      api,
      port: 0,
      authorize,
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

  it("hands on no bytes but those of the template's binary media types", async () => {
    const body = Buffer.from([0, 255, 1]).toString("base64");
    const ask = async (accept: string, type: string) => {
      const headers = { accept, "content-type": type };
      const response = await fetch(`${gateway.url}/things/special`, {
        method: "POST",
        body: Buffer.from([255]),
        headers,
      });
      return [[...new Uint8Array(await response.arrayBuffer())].length, events.at(-1)?.isBase64Encoded];
    };
    await start({ statusCode: 200, body, isBase64Encoded: true }, undefined, []);
    expect(await ask("*/*", "application/json")).toEqual([4, false]); // base64 as text, and a body that is no UTF-8 lost
    expect(events.at(-1)?.body).toBe("\ufffd");
    await gateway.close();
    await start({ statusCode: 200, body, isBase64Encoded: true }, undefined, ["text/csv"]);
    expect(await ask("text/csv, */*", "text/csv; charset=utf-8")).toEqual([3, true]);
    expect(await ask("*/*, text/csv", "application/json")).toEqual([4, false]);
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

  describe("where a method has a model of its body", () => {
    const ask = (body: string | Buffer | undefined, type: string | undefined) =>
      fetch(`${gateway.url}/checked`, {
        method: "POST",
        ...(body !== undefined && { body: Buffer.from(body) }),
        ...(type !== undefined && { headers: { "content-type": type } }),
      });

    it.each([
      ["what fits", '{"id":1}', "application/json"],
      ["what fits, with a charset", '{"id":1}', "Application/JSON; charset=utf-8"],
      ["what fits, without a Content-Type", '{"id":1}', undefined],
      ["what has no model, whatever it is", "id=0", "application/x-www-form-urlencoded"],
      ["nothing, of a type without a model", undefined, "text/plain"],
    ])("hands on %s", async (_, body, type) => {
      await start({ statusCode: 200, body: "ok" });
      expect((await ask(body, type)).status).toBe(200);
      expect(events).toHaveLength(1);
    });

    it.each([
      ["what does not fit", '{"id":0}', "application/json"],
      ["what does not fit, with a charset", '{"id":0}', "Application/JSON; charset=utf-8"],
      ["what does not fit, without a Content-Type", '{"id":0}', undefined],
      ["nothing, where {} does not fit", undefined, "application/json"],
      ["broken JSON", '{"id":1', "application/json"],
      ["broken JSON, where the model takes anything", '{"id":1', "application/ld+json"],
      ["what is not UTF-8", Buffer.from('{"id":1,"x":"\xff"}', "latin1"), "application/json"],
    ])("refuses %s, and calls no function", async (_, body, type) => {
      await start({ statusCode: 200, body: "ok" });
      const response = await ask(body, type);
      expect([response.status, await response.json()]).toEqual([400, { message: "BAD_REQUEST_BODY" }]);
      expect(events).toEqual([]);
    });

    it("says nothing of it to whom it does not let in", async () => {
      await start({ statusCode: 200, body: "ok" }, async () => ({ problem: "ACCESS_DENIED" }));
      expect((await ask('{"id":0}', "application/json")).status).toBe(403);
    });
  });

  it("survives who goes away in the middle, and garbage", async () => {
    await start({ statusCode: 200, body: "ok" });
    const { port } = new URL(gateway.url);
    for (const bytes of [
      `POST /things/special HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 100\r\n\r\nhalf`,
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
