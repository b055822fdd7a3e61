import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { byHandQuestions } from "../../../cli/smoke/by-hand-questions.ts";
import { eventQuestions } from "../../../cli/smoke/event-questions.ts";
import { gatewayQuestions } from "../../../cli/smoke/gateway-questions.ts";
import { asExpected, type Finding } from "../../../cli/smoke/question.ts";
import { queueQuestions } from "../../../cli/smoke/queue-questions.ts";
import { exitStatusOf, reportJson, reportLines, shortened } from "../../../cli/smoke/report.ts";
import { tokenQuestions } from "../../../cli/smoke/token-questions.ts";
import { configured, question, workspaceId } from "./asking.ts";

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
