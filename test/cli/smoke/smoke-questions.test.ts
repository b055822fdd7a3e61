import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsAccessDenied } from "../../../cli/exit-codes.ts";
import { exportQueues } from "../../../cli/export-queues.ts";
import { byHandQuestions } from "../../../cli/smoke/by-hand-questions.ts";
import { type EventQuestionsNeeds, eventQuestions } from "../../../cli/smoke/event-questions.ts";
import { gatewayQuestions } from "../../../cli/smoke/gateway-questions.ts";
import { asExpected, askAll, type Finding, NotTried, type Question } from "../../../cli/smoke/question.ts";
import { queueQuestions } from "../../../cli/smoke/queue-questions.ts";
import { exitStatusOf, reportJson, reportLines, shortened } from "../../../cli/smoke/report.ts";
import { temporaryQueues } from "../../../cli/smoke/temporary-queues.ts";
import { temporaryRules } from "../../../cli/smoke/temporary-rules.ts";
import { type SecretDescription, tokenQuestions } from "../../../cli/smoke/token-questions.ts";
import { apiCaller } from "../../../client/call-api.ts";
import { insightsClient } from "../../../client/insights-client.ts";
import { configSchema } from "../../../lib/config/config-schema.ts";
import { AwsError } from "../../../local/aws/aws-error.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { synthesized } from "../../lib/synthesized.ts";
import { credentials, region, startAws, type Ways } from "./aws-stand-in.ts";

const workspaceId = 7654321;
const configured = (settings: object = {}) =>
  configSchema.parse({ workspaces: [{ id: workspaceId, name: "Acme", token_secret: "toggl/acme" }], ...settings });

/** Asks everything that may be asked, and gives what came of it by name. */
async function findingsOf(questions: readonly Question[], permissions: Partial<Parameters<typeof askAll>[1]> = {}) {
  const stop = new AbortController().signal;
  const answered = await askAll(questions, { mayChange: true, maySlow: true, stop, ...permissions });
  return new Map(answered.map(({ question, finding }) => [question.name, finding]));
}

const outcomes = (findings: ReadonlyMap<string, Finding>) =>
  Object.fromEntries([...findings].map(([name, finding]) => [name, finding.outcome]));

const question = (more: Partial<Question> & Pick<Question, "ask">): Question => ({
  name: "q",
  expected: "",
  source: "",
  maxMs: 5000,
  ...more,
});

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

describe("queues and rules of its own", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let ways: Ways;
  const leftBehind: string[] = [];

  beforeEach(async () => {
    ways = {
      cronLateMs: 0,
      ratesFireAtOnce: true,
      movesKeepGroups: true,
      knowsSource: false,
      earlyRefusals: 0,
      refusals: new Map(),
    };
    aws = await startAws(ways);
    leftBehind.length = 0;
  });
  afterEach(() => aws.close());

  const onLeftBehind = (command: string) => void leftBehind.push(command);
  const sqsPlace = () => ({ region, credentials, endpoint: aws.sqsUrl });
  const queues = () => temporaryQueues(sqsPlace(), { onLeftBehind, settleMs: 0 });
  const askQueues = (permissions = {}) =>
    findingsOf(
      queueQuestions({
        stackQueues: async () => ({ count: async () => 3 }),
        temporary: queues(),
        redriveQueues: (urls) => exportQueues(urls, sqsPlace()),
        everyMs: 5,
      }),
      permissions,
    );
  const askEvents = (needs: Partial<EventQuestionsNeeds> = {}, permissions = {}) => {
    const temporary = temporaryRules({ region, credentials, endpoint: aws.eventBridgeUrl }, queues(), onLeftBehind);
    const client = {
      queueExport: async () => ({ id: "01KAT4", status: "queued" }) as never,
      getExport: async () => ({ status: "succeeded", event_sent_at: "2026-11-25T06:00:00Z" }) as never,
    };
    const all = { config: configured(), client, temporary, now: Date.now, everyMs: 5, settleMs: 1, ...needs };
    return findingsOf(eventQuestions(all), permissions);
  };
  const [ours, without, withOne] = [
    "toggl-insights redrive",
    "SQS's own redrive without a destination",
    "SQS's own redrive with a destination",
  ];
  const [cron, rate] = ["$.time of a cron rule", "a rate rule's first run"];

  it("moves dead letters back both ways, and removes its queues", async () => {
    expect(outcomes(await askQueues())).toEqual({
      "the dead-letter queue can be seen": "as expected",
      [ours]: "as expected",
      [without]: "as expected",
      [withOne]: "as expected",
    });
    expect(aws.made).toHaveLength(6);
    expect(aws.made.every((name) => /^toggl-insights-smoke-[0-9a-f]{12}\.fifo$/.test(name))).toBe(true);
    expect(aws.left()).toEqual([]);
  });

  it.each<[string, AwsError, RegExp[]]>([
    [
      "AWS lost the answer to its making",
      new AwsError(500, "InternalError", "Try again."),
      [/^aws sqs delete-queue --queue-url "\$\(aws sqs get-queue-url --queue-name toggl-insights-smoke-\w{12}\.fifo /],
    ],
    ["AWS refused it", new AwsError(403, "AccessDeniedException", "No."), []],
  ])("names a queue that may be there where %s", async (_, refusal, named) => {
    ways.refusals.set("CreateQueue", refusal);
    await expect(queues().withQueue({ FifoQueue: "true" }, async () => {})).rejects.toThrow();
    expect(leftBehind).toEqual(named.map((one) => expect.stringMatching(one)));
  });

  it("waits until a queue is known as a dead-letter queue", async () => {
    ways.earlyRefusals = 3;
    expect((await askQueues()).get(without)).toMatchObject({ outcome: "as expected" });
    expect(ways.earlyRefusals).toBeLessThanOrEqual(0);
  });

  it("shows what SQS does otherwise", async () => {
    ways.knowsSource = true;
    ways.movesKeepGroups = false;
    const found = await askQueues();
    expect(found.get(without)).toEqual({ outcome: "otherwise", seen: "COMPLETED" });
    expect(found.get(withOne)).toMatchObject({ outcome: "otherwise", seen: expect.stringContaining("1 of one") });
    expect(aws.left()).toEqual([]);
  });

  it("hears what rules send, and removes its rules and queues", async () => {
    const found = await askEvents();
    expect(outcomes(found)).toEqual({
      "PutEvents with the function's role": "as expected",
      [cron]: "as expected",
      [rate]: "as expected",
    });
    expect(aws.made).toHaveLength(4);
    expect(aws.left()).toEqual([]);
  });

  it("shows a cron rule's other minute, and a rate rule that waits", async () => {
    ways.cronLateMs = 60_000;
    ways.ratesFireAtOnce = false;
    let at = Date.now();
    const now = () => {
      at += 10_000;
      return at;
    };
    const found = await askEvents({ now });
    expect(found.get(cron)).toMatchObject({ outcome: "otherwise" });
    expect(found.get(rate)).toMatchObject({ outcome: "otherwise", seen: expect.stringMatching(/^none within \d+ s$/) });
    expect(aws.left()).toEqual([]);
  });

  it("takes a cron rule's second for what it is: the minute counts, and the second is shown", async () => {
    ways.cronLateMs = 37_000;
    const seen = expect.stringMatching(/:37Z for .*:00Z/);
    expect((await askEvents()).get(cron)).toMatchObject({ outcome: "as expected", seen });
  });

  it.each<[string, object, Finding["outcome"]]>([
    ["sent", { status: "succeeded", event_sent_at: "2026-11-25T06:00:00Z" }, "as expected"],
    ["not sent", { status: "succeeded", event_failed_at: "2026-11-25T06:00:00Z" }, "otherwise"],
    [
      "sent about a failure",
      { status: "failed", problem: { code: "toggl_gone" }, event_sent_at: "2026-11-25T06:00:00Z" },
      "as expected",
    ],
    ["neither sent nor failed in time", { status: "succeeded" }, "otherwise"],
    [
      "to be sent later, since Toggl's quota is spent",
      { status: "deferred", problem: { code: "toggl_quota_exhausted" } },
      "not tried here",
    ],
  ])("an event that is %s", async (_, made, outcome) => {
    const client = {
      queueExport: async () => ({ id: "01KAT4", status: "queued" }) as never,
      getExport: async () => made as never,
    };
    const questions = eventQuestions({
      config: configured(),
      client,
      temporary: temporaryRules({ region }, queues(), onLeftBehind),
      now: Date.now,
      everyMs: 5,
    });
    const [announced] = questions.filter(({ name }) => name.startsWith("PutEvents"));
    expect(announced).toBeDefined();
    const [finding] = [...(await findingsOf(announced ? [{ ...announced, maxMs: 300 }] : [])).values()];
    expect(finding).toMatchObject({ outcome });
  });

  it("says which right is missing", async () => {
    const denied = (action: string) =>
      new AwsError(403, "AccessDeniedException", `User: x is not authorized to perform: ${action} on resource: y`);
    ways.refusals.set("PutRule", denied("events:PutRule"));
    expect((await askEvents()).get(rate)).toEqual({
      outcome: "not tried here",
      because: "your AWS identity needs events:PutRule",
    });
    expect({ left: aws.left(), leftBehind }).toEqual({ left: [], leftBehind: [] });
    ways.refusals.set("CreateQueue", denied("sqs:createqueue"));
    expect((await askQueues()).get(ours)).toEqual({
      outcome: "not tried here",
      because: "your AWS identity needs sqs:createqueue",
    });
  });

  it("names what it could not remove, with the command that does", async () => {
    const denied = new AwsError(403, "AccessDeniedException", "no");
    for (const operation of ["DeleteRule", "DeleteQueue"]) ways.refusals.set(operation, denied);
    expect((await askEvents()).get(rate)).toMatchObject({ outcome: "as expected" });
    expect(leftBehind.filter((command) => command.startsWith("aws events remove-targets"))).toHaveLength(2);
    expect(leftBehind.filter((command) => command.startsWith("aws sqs delete-queue --queue-url "))).toHaveLength(2);
  });

  it.each([
    ["at Ctrl-C", {}],
    ["when its time is up", { maxMs: 400 }],
  ])("removes its rule and queue %s", async (way, more) => {
    ways.ratesFireAtOnce = false;
    const temporary = temporaryRules({ region, credentials, endpoint: aws.eventBridgeUrl }, queues(), onLeftBehind);
    const needs = { config: configured(), client: {} as never, temporary, now: Date.now, everyMs: 5, settleMs: 1 };
    const asked = eventQuestions(needs).filter(({ name }) => name === rate);
    const stop = new AbortController();
    const running = findingsOf(
      asked.map((one) => ({ ...one, ...more })),
      { stop: stop.signal },
    );
    while (aws.made.length < 2) await sleep(5);
    expect(aws.left().length).toBeGreaterThan(0);
    if (way === "at Ctrl-C") stop.abort();
    expect((await running).get(rate)?.outcome).not.toBe("as expected");
    expect(aws.left()).toEqual([]);
  });

  it("makes nothing where that was not allowed", async () => {
    const found = [await askQueues({ mayChange: false }), await askEvents({}, { mayChange: false })];
    const because = found.flatMap((one) => [...one.values()].map((finding) => finding.outcome));
    expect(because).toEqual(["as expected", ...Array(6).fill("not tried here")]);
    const hasty = await askEvents({}, { maySlow: false });
    expect(hasty.get(cron)).toEqual({ outcome: "not tried here", because: "it needs --slow" });
    expect(aws.made.filter((name) => !name.includes("fifo"))).toEqual([]);
  });
});

describe("what is by hand", () => {
  const ask = (settings: object) =>
    findingsOf(byHandQuestions({ config: configured(settings), stackName: "Acme-staging" }));
  const schedule = {
    name: "monthly",
    workspace_id: workspaceId,
    report: "trends/projects",
    formats: ["csv"],
    cron: "0 6 3 * ? *",
    period: "previous-month",
    parameters: {},
  };

  it("says what to do and what to send, for the stack that is asked", async () => {
    const found = await ask({ notify: ["accounts@acme.example"], schedules: [schedule] });
    for (const finding of found.values()) {
      expect(finding.outcome).toBe("by hand");
      const steps = "steps" in finding ? finding.steps : [];
      expect(steps.join("\n")).toContain("Acme-staging");
      expect(steps.at(-1)).toMatch(/^Send: /);
    }
  });

  it("names what is not there to look at", async () => {
    expect(outcomes(await ask({}))).toEqual({
      "a mail about an export": "not tried here",
      "the alarm of a silent watcher": "not tried here",
      "the bill": "by hand",
    });
    expect(outcomes(await ask({ schedules: [schedule], alarms: false }))).toMatchObject({
      "the alarm of a silent watcher": "not tried here",
    });
  });

  it("finds the watcher's rule and alarm under the names that the stack has for them", () => {
    const template = synthesized({ ...configured({ schedules: [schedule] }), stack_name: "Acme" });
    const ids = Object.keys(template.findResources("AWS::Events::Rule"));
    expect(ids.filter((id) => id.startsWith("WatchRule"))).toHaveLength(1);
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms.map(({ Properties }) => Properties.AlarmName)).toContain("Acme-ScheduleWatchSilent");
  });
});

describe("asking", () => {
  const one = async (asked: Question, permissions = {}) => [...(await findingsOf([asked], permissions)).values()][0];

  it.each<[string, () => unknown, Finding["outcome"]]>([
    ["that the question cannot be asked", () => new NotTried("no"), "not tried here"],
    ["a right that is missing", () => new AwsAccessDenied("needs sqs:X"), "not tried here"],
    ["AWS being out of reach", () => Object.assign(new Error("no"), { code: "ENOTFOUND" }), "not tried here"],
    ["no identity", () => Object.assign(new Error("no"), { name: "CredentialsProviderError" }), "not tried here"],
    ["what nobody knows", () => new TypeError("cannot read"), "otherwise"],
  ])("takes %s for what it is", async (_, error, outcome) => {
    const ask = () => Promise.reject(error());
    expect(await one(question({ ask }))).toMatchObject({ outcome });
  });

  it("calls off what takes too long, and goes on where nothing comes to an end", async () => {
    const slow = question({ maxMs: 30, ask: (signal) => sleep(10_000, asExpected(true, "late"), { signal }) });
    expect(await one(slow)).toMatchObject({ outcome: "otherwise", seen: expect.stringContaining("no answer within") });
    const never = question({ maxMs: 30, ask: () => new Promise(() => {}) });
    expect(await one(never, { graceMs: 30 })).toMatchObject({ outcome: "otherwise" });
  });

  it("takes what was cut short by Ctrl-C for no answer, whatever the question makes of it", async () => {
    const stop = new AbortController();
    const patient = question({
      ask: async (signal) => {
        stop.abort();
        return asExpected(!signal.aborted, "0 of 3 arrived");
      },
    });
    expect(await one(patient, { stop: stop.signal })).toEqual({
      outcome: "not tried here",
      because: "the run was stopped",
    });
  });

  it("asks nothing more once it was stopped", async () => {
    const stop = new AbortController();
    const first = question({
      name: "first",
      ask: async () => {
        stop.abort();
        return asExpected(true, "");
      },
    });
    const found = await findingsOf([first, question({ name: "second", ask: async () => asExpected(true, "") })], {
      stop: stop.signal,
    });
    expect(outcomes(found)).toEqual({ first: "as expected", second: "not tried here" });
  });
});

describe("the table", () => {
  const answered = (...findings: Finding[]) =>
    findings.map((finding, at) => ({
      question: question({ name: `q${at}`, expected: "well", source: "docs/x.md", ask: async () => finding }),
      finding,
    }));
  const about = { where: "Acme in eu-central-1", version: "1.2.3", workspaceIds: [workspaceId, 7] };
  const not: Finding = { outcome: "not tried here", because: "it needs --slow" };
  const fine = asExpected(true, "200");
  const wrong = asExpected(false, "503 token_unavailable");

  it.each<[string, Finding[], number]>([
    ["everything tried is as expected", [fine, not, { outcome: "by hand", steps: [] }], 0],
    ["something is otherwise", [fine, wrong], 1],
    ["nothing could be tried", [not, { outcome: "by hand", steps: [] }], 1],
    ["nothing was asked", [], 1],
  ])("ends with the right status where %s", (_, findings, status) => {
    expect(exitStatusOf(answered(...findings))).toBe(status);
  });

  it("shows each outcome, what is otherwise in red with its source, and the steps that are left", () => {
    const lines = reportLines(answered(fine, wrong, not, { outcome: "by hand", steps: ["Look."] }), about);
    const shown = lines.map((line) => (typeof line === "string" ? line : line.text));
    expect(shown.slice(2, 7)).toEqual([
      "question  outcome         expected  seen",
      "q0        as expected     well      200",
      "q1        otherwise       well      503 token_unavailable",
      "q2        not tried here  well      it needs --slow",
      "q3        by hand         well      see below",
    ]);
    expect(lines.flatMap((line) => (typeof line === "string" ? [] : [line.style]))).toEqual(["red"]);
    expect(shown).toContain("2 of 4 questions tried: 1 as expected, 1 otherwise. Not tried here: 1. By hand: 1.");
    expect(shown).toContain("q1: otherwise than in docs/x.md");
    expect(shown.slice(-2)).toEqual(["By hand: q3", "  Look."]);
  });

  it.each([
    ["arn:aws:sqs:eu-central-1:123456789012:Queue", "arn:aws:sqs:eu-central-1:…9012:Queue"],
    [
      "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1",
      "https://….execute-api.eu-central-1.amazonaws.com/v1",
    ],
    ["a private one: vpce-0a1b2c3d4e5f60718, subnet-0a1b2c3d", "a private one: vpce-…, subnet-…"],
    ["in none of 203.0.113.0/24", "in none of …"],
    ["in none of 2001:db8:85a3::8a2e:370:7334/64, ::/0, fe80::1", "in none of …, …, …"],
    [
      "on resource: arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/v1/GET/x",
      "on resource: arn:aws:execute-api:eu-central-1:…9012:…/v1/GET/x",
    ],
    ["User: arn:aws:iam::123456789012:user/bob is not authorized", "User: arn:aws:iam::…9012:user/… is not authorized"],
    ["arn:aws:sts::123456789012:assumed-role/Admin_0a1b2c3d/bob", "arn:aws:sts::…9012:assumed-role/…"],
    ["tell accounts@acme.example", "tell …@…"],
    ["Bearer eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", "Bearer (a JWT)"],
    ["key ASIA1234567890ABCDEF", "key ASIA…"],
    [`workspace ${workspaceId}, 7 lie there`, "workspace …21, 7 lie there"],
    ["2026-11-25T06:00:37Z, 200", "2026-11-25T06:00:37Z, 200"],
    ["toggl-insights-aws 0.1.0, 19 MB", "toggl-insights-aws 0.1.0, 19 MB"],
  ])("shortens %s", (long, short) => {
    expect(shortened(long, about.workspaceIds)).toBe(short);
    const finding: Finding = { outcome: "not tried here", because: long };
    expect(JSON.stringify(reportJson(answered(finding, asExpected(false, long)), about, 0))).not.toContain(
      long === short ? "\u0000" : long,
    );
  });

  it("is described, with each question's name and source, in docs/smoke-aws.md", () => {
    const page = readFileSync("docs/smoke-aws.md", "utf8");
    const config = configured();
    const none = {} as never;
    const all = [
      ...gatewayQuestions({ config, client: none, callApi: none }),
      ...tokenQuestions({ config, callApi: none, describeSecret: none, now: Date.now }),
      ...queueQuestions({ stackQueues: none, temporary: none, redriveQueues: none }),
      ...eventQuestions({ config, client: none, temporary: none, now: Date.now }),
      ...byHandQuestions({ config, stackName: "TogglInsights" }),
    ];
    const described = all.filter(({ name, source }) => {
      const address = source.startsWith("http")
        ? source
        : source.replace(/^docs\//, "").replace(/^README/, "../README");
      return page.includes(`| ${name} |`) && page.includes(`](${address})`);
    });
    expect(described.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
