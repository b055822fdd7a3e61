import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatewayQuestions } from "../../../cli/smoke/gateway-questions.ts";
import type { Finding } from "../../../cli/smoke/question.ts";
import { type SecretDescription, tokenQuestions } from "../../../cli/smoke/token-questions.ts";
import { apiCaller } from "../../../client/call-api.ts";
import { insightsClient } from "../../../client/insights-client.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { configured, findingsOf, outcomes } from "./asking.ts";

describe("an API in front of functions", () => {
  let api: Listening;
  let answers: (method: string, path: string, bytes: number) => [status: number, body: object | string, type?: string];
  const problem = (code: string, more: object = {}) => ({ code, detail: "No.", ...more });

  beforeEach(async () => {
    api = await listenOnLoopback(
      createServer(async (message, response) => {
        let bytes = 0;
        for await (const piece of message) bytes += piece.length;
        const [status, body, type] = answers(message.method ?? "", message.url ?? "", bytes);
        response
          .writeHead(status, type === undefined ? {} : { "content-type": type })
          .end(typeof body === "string" ? body : JSON.stringify(body));
      }),
      0,
    );
  });
  afterEach(() => api.close());

  /** Asks whether the API answers, and then one question or all. */
  const ask = (settings: object = {}, name?: string) => {
    const address = { baseUrl: api.url };
    const needs = { config: configured(settings), client: insightsClient(address), callApi: apiCaller(address) };
    return findingsOf(gatewayQuestions(needs).filter((one, at) => at === 0 || [undefined, one.name].includes(name)));
  };
  const large = "a body of 11 MB";
  const jwt = { issuer: "https://login.acme.example", audience: "toggl-insights" };

  it.each<[string, number, object | string, Finding["outcome"]]>([
    ["route_not_found", 404, problem("route_not_found"), "as expected"],
    ["403 of API Gateway", 403, { message: "Missing Authentication Token" }, "otherwise"],
    ["403 in our words", 403, problem("not_signed_or_no_such_route"), "otherwise"],
    ["another 404", 404, problem("export_not_found"), "otherwise"],
    ["a page", 404, "<html>not found</html>", "otherwise"],
    ["a policy that lets nobody delete", 403, problem("access_denied"), "not tried here"],
    ["its own pace", 429, problem("too_many_requests"), "not tried here"],
  ])("a wrong method that is answered with %s", async (_, status, body, outcome) => {
    answers = (method) => (method === "DELETE" ? [status, body] : [200, { exports: [] }]);
    expect((await ask({}, "a wrong method")).get("a wrong method")).toMatchObject({ outcome });
  });

  it.each<[string, number, string, Finding["outcome"]]>([
    ["the function's 404", 404, "application/problem+json", "as expected"],
    ["another server's 404", 404, "text/html", "otherwise"],
    ["no such method", 405, "application/json", "otherwise"],
    ["200", 200, "application/json", "otherwise"],
    ["a policy that knows no HEAD", 403, "application/problem+json", "not tried here"],
    ["its own pace", 429, "application/problem+json", "not tried here"],
  ])("HEAD that is answered with %s", async (_, status, type, outcome) => {
    answers = (method) => (method === "HEAD" ? [status, problem("unseen"), type] : [200, { exports: [] }]);
    expect((await ask({}, "HEAD")).get("HEAD")).toMatchObject({ outcome });
  });

  it.each<[string, number, object | string, Finding["outcome"]]>([
    ["413 in API Gateway's words", 413, "HTTP content length exceeded 10485760 bytes.", "as expected"],
    ["413 in other words", 413, { message: "Request Too Long" }, "otherwise"],
    ["413 in our words", 413, problem("gateway_refused"), "otherwise"],
    ["a 413 page of something between", 413, "<html>too large</html>", "otherwise"],
    ["400 by a function", 400, problem("invalid_request"), "otherwise"],
    ["502", 502, problem("function_failed"), "otherwise"],
  ])("a body of 11 MB that is answered with %s", async (_, status, body, outcome) => {
    const sent: number[] = [];
    answers = (_method, _path, bytes) => {
      sent.push(bytes);
      return bytes > 1e6 ? [status, body] : [200, { exports: [] }];
    };
    const finding = (await ask()).get(large);
    expect(finding).toMatchObject({ outcome, seen: expect.stringMatching(new RegExp(`^${status}\\b`)) });
    expect(sent.filter((bytes) => bytes > 10 * 1024 ** 2)).toHaveLength(1);
  });

  it.each<[string, (refresh: unknown) => [number, object], Finding["outcome"], Finding["outcome"]]>([
    [
      "as decided",
      (refresh) => (refresh === false ? [404, problem("schedule_not_found")] : [400, problem("invalid_request")]),
      "as expected",
      "as expected",
    ],
    ["refusing every body", () => [400, problem("invalid_request")], "otherwise", "as expected"],
    ["looking at none", () => [404, problem("schedule_not_found")], "as expected", "otherwise"],
    [
      "left to the function, which names the field",
      () => [400, problem("invalid_request", { errors: [{}] })],
      "otherwise",
      "otherwise",
    ],
  ])("validate_at_gateway, %s", async (_, decide, fitting, unfit) => {
    const bodies: string[] = [];
    const address = { baseUrl: api.url };
    const callApi = apiCaller(address);
    const noting: typeof callApi = (method, path, init) => {
      if (init?.body && path.endsWith("/runs")) bodies.push(init.body);
      return callApi(method, path, init);
    };
    answers = (_method, path) =>
      path.endsWith("/runs") ? decide(JSON.parse(bodies.at(-1) ?? "{}").refresh) : [200, { exports: [] }];
    const config = configured({ validate_at_gateway: true });
    const questions = gatewayQuestions({ config, client: insightsClient(address), callApi: noting });
    const found = await findingsOf(questions.filter(({ name }) => name !== large));
    expect(outcomes(found)).toMatchObject({
      "validate_at_gateway, a body that fits": fitting,
      "validate_at_gateway, a body that does not fit": unfit,
    });
  });

  it("tries nothing of validate_at_gateway or a policy where the configuration has none", async () => {
    answers = () => [200, { exports: [] }];
    const found = outcomes(await ask());
    const names = Object.keys(found).filter((name) => /validate_at_gateway|policy/.test(name));
    expect(names).toHaveLength(3);
    expect(names.map((name) => found[name])).toEqual(names.map(() => "not tried here"));
  });

  it("sees a policy that only denies let callers in, by an answer from an allowed place", async () => {
    answers = () => [200, { exports: [] }];
    const name = "a policy of the API that only denies";
    const found = await ask({ allow_from: { vpc_endpoints: ["vpce-0a1b2c3d4e5f60718"] } }, name);
    expect(found.get(name)).toMatchObject({ outcome: "as expected" });
  });

  it.each<[string, object, number, object, Finding["outcome"]]>([
    ["500", {}, 500, problem("gateway_failed"), "otherwise"],
    ["another server's page", {}, 404, { message: "no" }, "otherwise"],
    ["a caller without rights", {}, 403, problem("access_denied"), "not tried here"],
    ["a caller without a JWT", { auth: { jwt } }, 401, problem("invalid_token"), "not tried here"],
    ["credentials of yesterday", {}, 403, problem("expired_credentials"), "not tried here"],
    [
      "a private API's policy that lets nobody in",
      { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d4e5f60718"] } },
      403,
      problem("access_denied"),
      "otherwise",
    ],
    [
      "a private API seen from outside",
      { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d4e5f60718"] } },
      403,
      { message: "Forbidden" },
      "not tried here",
    ],
  ])("asks nothing more of an API that is first seen to answer with %s", async (_, settings, status, body, first) => {
    let calls = 0;
    answers = () => {
      calls++;
      return [status, body];
    };
    const [reached, ...others] = [...(await ask(settings)).values()];
    expect({ calls, first: reached?.outcome }).toEqual({ calls: 1, first });
    expect(others.map(({ outcome }) => outcome)).toEqual(others.map(() => "not tried here"));
  });

  it("says that nothing answers", async () => {
    answers = () => [200, {}];
    const address = { baseUrl: "http://127.0.0.1:9" };
    const needs = { config: configured(), client: insightsClient(address), callApi: apiCaller(address) };
    const found = await findingsOf(gatewayQuestions(needs));
    expect(found.get("the API answers")).toMatchObject({ outcome: "otherwise", seen: expect.stringContaining("9") });
  });

  describe("secrets", () => {
    const now = () => Date.UTC(2026, 10, 25);
    const askTokens = (secret: SecretDescription | undefined | Error) => {
      const callApi = apiCaller({ baseUrl: api.url });
      const describeSecret = async () => {
        if (secret instanceof Error) throw secret;
        return secret;
      };
      return findingsOf(tokenQuestions({ config: configured(), callApi, describeSecret, now }));
    };
    const [before, after] = ["a secret before its token", "a secret after its token"];
    const old = { hasValue: true, changedAt: new Date(now() - 3600_000) };

    it.each<[string, SecretDescription | undefined, number, object, Finding["outcome"], Finding["outcome"]]>([
      ["none yet", undefined, 503, problem("token_not_set"), "as expected", "not tried here"],
      [
        "one without a value",
        { hasValue: false, changedAt: undefined },
        503,
        problem("token_not_set"),
        "as expected",
        "not tried here",
      ],
      [
        "none yet, to which AWS denies access",
        undefined,
        503,
        problem("token_unavailable"),
        "otherwise",
        "not tried here",
      ],
      ["none yet, which nobody asks for", undefined, 200, [], "otherwise", "not tried here"],
      ["a token", old, 200, [], "not tried here", "as expected"],
      ["a token that Toggl refuses", old, 502, problem("toggl_credentials_rejected"), "not tried here", "as expected"],
      ["a token that cannot be read", old, 503, problem("token_unavailable"), "not tried here", "otherwise"],
      ["a token that is not seen", old, 503, problem("token_not_set"), "not tried here", "otherwise"],
      [
        "a token that is new",
        { hasValue: true, changedAt: new Date(now() - 60_000) },
        503,
        problem("token_not_set"),
        "not tried here",
        "not tried here",
      ],
    ])("%s", async (_, secret, status, body, ofBefore, ofAfter) => {
      answers = () => [status, body];
      expect(outcomes(await askTokens(secret))).toEqual({ [before]: ofBefore, [after]: ofAfter });
    });

    it("says which right is missing, and calls nothing", async () => {
      const denied = new Error(
        "User: arn:aws:iam::123456789012:user/x is not authorized to perform: secretsmanager:DescribeSecret on resource: y",
      );
      denied.name = "AccessDeniedException";
      answers = () => [200, []];
      const because = "your AWS identity needs secretsmanager:DescribeSecret";
      expect((await askTokens(denied)).get(after)).toEqual({ outcome: "not tried here", because });
    });
  });
});
