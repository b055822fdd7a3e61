import type { APIGatewayProxyEvent } from "aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../lambdas/core/failure.ts";
import type { Telemetry } from "../../lambdas/core/telemetry.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import type { HttpHandler, HttpRequest } from "../../lambdas/http/http.ts";

let logged: Record<string, unknown>[];
beforeEach(() => {
  logged = [];
});

const telemetry: Telemetry = {
  event: (level, message, fields) => void logged.push({ level, message, ...fields }),
  measure: () => {},
};

const call = (handler: HttpHandler, event: object = {}) =>
  behindApiGateway(
    handler,
    telemetry,
  )({
    httpMethod: "POST",
    resource: "/workspace/{workspace_id}/exports",
    path: "/workspace/123/exports",
    pathParameters: { workspace_id: "123" },
    queryStringParameters: null,
    multiValueHeaders: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: "7f1c", path: "/v1/workspace/123/exports", requestTimeEpoch: Date.now() },
    ...event,
  } as unknown as APIGatewayProxyEvent);

const seen = async (event: object): Promise<HttpRequest> => {
  let request: HttpRequest | undefined;
  await call(async (one) => {
    request = one;
    return { status: 204, headers: {} };
  }, event);
  if (!request) throw new Error("the handler was not called");
  return request;
};

describe("a request", () => {
  it("has its body as bytes, whether it came as text or as base64", async () => {
    expect((await seen({ body: "ä" })).body).toEqual(Buffer.from("ä"));
    expect((await seen({ body: "AP8=", isBase64Encoded: true })).body).toEqual(Buffer.from([0, 255]));
    expect((await seen({})).body).toHaveLength(0);
  });

  it("has its headers by name in any case, several of a name joined", async () => {
    const request = await seen({ multiValueHeaders: { "If-None-Match": ['"a"', '"b"'] } });
    expect([request.header("if-none-match"), request.header("prefer")]).toEqual(['"a", "b"', undefined]);
  });

  it("knows its own address, with the stage in front where there is one", async () => {
    expect((await seen({})).addressOf("/workspace/123/exports/1")).toBe("/v1/workspace/123/exports/1");
    const requestContext = { requestId: "7f1c", path: "/workspace/123/exports", requestTimeEpoch: Date.now() };
    expect((await seen({ requestContext })).addressOf("/x")).toBe("/x");
  });

  it("is to be answered 25 s after it reached the gateway, however late the function is", async () => {
    const requestContext = { requestId: "7f1c", path: "", requestTimeEpoch: Date.now() - 10_000 };
    const { deadline } = await seen({ requestContext });
    expect(deadline.remainingMs()).toBeLessThanOrEqual(15_000);
    expect(deadline.remainingMs()).toBeGreaterThan(5000);
    const late = await seen({ requestContext: { ...requestContext, requestTimeEpoch: Date.now() - 60_000 } });
    expect(late.deadline.remainingMs()).toBeGreaterThan(0);
  });
});

describe("a failure", () => {
  it("is a problem with its code, and one line in the log", async () => {
    const failure = new Failure("toggl_rate_limited", "Wait.", { retryAfterSeconds: 7 });
    const result = await call(() => Promise.reject(failure));
    expect(result).toMatchObject({ statusCode: 429, headers: { "retry-after": "7" } });
    expect(JSON.parse(result.body)).toMatchObject({
      code: "toggl_rate_limited",
      instance: "urn:uuid:7f1c",
      retryable: true,
    });
    expect(logged).toMatchObject([{ request_id: "7f1c", code: "toggl_rate_limited" }]);
  });

  it.each([
    [0, "1"],
    [0.2, "1"],
    [1.2, "2"],
    [3600, "3600"],
  ])("that passes after %d s never has callers come back at once", async (retryAfterSeconds, header) => {
    const result = await call(() => Promise.reject(new Failure("toggl_unavailable", "No.", { retryAfterSeconds })));
    expect(result.headers).toMatchObject({ "retry-after": header });
  });

  it("that nobody expected says nothing of itself to the caller, and all of it to the log", async () => {
    const result = await call(() => Promise.reject(new TypeError("secret detail")));
    expect(result.statusCode).toBe(500);
    expect(result.body).not.toContain("secret detail");
    expect(logged[0]).toMatchObject({
      level: "ERROR",
      cause: expect.stringContaining("TypeError: secret detail"),
    });
  });
});

it("logs neither query nor headers nor body", async () => {
  const event = {
    queryStringParameters: { cursor: "canary" },
    multiValueHeaders: { authorization: ["canary"] },
    body: "canary",
  };
  await call(async () => ({ status: 200, headers: {}, body: "canary" }), event);
  expect(logged).toHaveLength(1);
  expect(JSON.stringify(logged[0])).not.toContain("canary");
});

describe("a correlation id", () => {
  const answered = async (sent?: string) => {
    const multiValueHeaders = sent === undefined ? null : { "X-Correlation-Id": [sent] };
    const { headers } = await call(async () => ({ status: 200, headers: {} }), { multiValueHeaders });
    return [headers?.["x-correlation-id"], logged[0]?.correlation_id];
  };

  it("is the caller's, in the answer and in the log", async () => {
    expect(await answered("order-7:a/b=")).toEqual(["order-7:a/b=", "order-7:a/b="]);
  });

  it.each([undefined, "", "two words", "<b>", "x".repeat(129), '"'])(
    "%s is replaced by the request's id",
    async (sent) => {
      expect(await answered(sent)).toEqual(["7f1c", "7f1c"]);
    },
  );
});

it("logs who called, how long it took, and what the handler notes", async () => {
  const requestContext = { requestId: "7f1c", path: "", requestTimeEpoch: Date.now(), identity: { userArn: "arn:x" } };
  const handler: HttpHandler = async (request) => {
    request.note({ export_id: "1", rows: 7 });
    return { status: 201, headers: {} };
  };
  await call(handler, { requestContext });
  expect(logged).toEqual([
    {
      level: "INFO",
      message: "POST /workspace/{workspace_id}/exports 201",
      request_id: "7f1c",
      correlation_id: "7f1c",
      caller: "arn:x",
      path: "/workspace/123/exports",
      workspace_id: "123",
      export_id: "1",
      rows: 7,
      duration_ms: expect.any(Number),
    },
  ]);
});

describe("a caller with a token", () => {
  const calling = (workspaces: string) => {
    const requestContext = { requestId: "7f1c", path: "", requestTimeEpoch: Date.now(), authorizer: { workspaces } };
    return call(async () => ({ status: 200, headers: {} }), { requestContext });
  };

  it.each([
    ["123", 200],
    ["5,123", 200],
    ["1234", 403],
    ["12,3", 403],
    ["", 403],
  ])("that names %j gets %d for workspace 123", async (workspaces, status) => {
    expect((await calling(workspaces)).statusCode).toBe(status);
  });
});
