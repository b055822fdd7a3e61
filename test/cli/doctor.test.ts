import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checks } from "../../api/problems.ts";
import { findingOf, outcomesOf } from "../../cli/diagnosis.ts";
import { problemOf } from "../../lambdas/core/problem.ts";
import { failureOf } from "../../lambdas/core/toggl/toggl-answer.ts";
import { canaryToken, type Product, startProduct, workspaceId } from "../e2e/product.ts";
import { configFile } from "../lib/synthesized.ts";
import { runWords } from "./run-words.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const asProcess: typeof runWords = (words, env) =>
  new Promise((resolve) => {
    const started = { env: { ...process.env, ...env } };
    execFile("node", ["scripts/command.mjs", ...words], started, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

/** @param runs in this process; or as npm does, which takes longer to start */
async function doctor({ url = product.local.url, workspaces = [workspaceId], runs = runWords } = {}) {
  const configured = workspaces.map((id) => ({ id, name: `W${id}`, token_secret: "toggl/demo" }));
  const env = { INSIGHTS_CONFIG: configFile({ workspaces: configured }), NO_COLOR: "1" };
  const before = product.simulator.requests.length;
  const { status, stdout } = await runs(["doctor", "--url", url], env);
  const rows = checks.map((check) => {
    const line = stdout.split("\n").find((one) => one.startsWith(check)) ?? "";
    return [check, line.slice(check.length).trim()] as const;
  });
  const requests = product.simulator.requests.length - before;
  return { code: status, rows: new Map(rows), output: stdout, requests };
}

describe("npm run doctor", () => {
  it("finds everything fine, with one request to Toggl for a workspace", async () => {
    const { code, rows, requests, output } = await doctor({ runs: asProcess });
    expect({ code, requests }).toEqual({ code: 0, requests: 1 });
    expect([...rows.values()].filter((cell) => cell === "ok")).toHaveLength(checks.length - 1);
    expect(rows.get("quota left")).toMatch(/^\d+ until (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC$/);
    expect(output).toMatch(/toggl-insights-aws \d+\.\d+\.\d+, Node\.js v\d+/);
  });

  it.each([
    ["quota-spent", "quota left", "wait for the next hour", 1],
    ["feature-missing", "plan", "Premium", 1],
    ["login-failed", "token valid", "npm run token -- --workspace 1234567", 2],
    ["not-admin", "admin", "make the token's owner an admin", 2],
    ["gone", "Toggl answers", "docs/runbook.md", 1],
  ] as const)(
    "says of %s what to do",
    async (fault, check, fix, most) => {
      product.simulator.misbehave(fault, most);
      const { code, rows, output, requests } = await doctor();
      await product.restart(); // a function that renewed its token does not do so again within a minute
      expect(code).toBe(1);
      expect(requests).toBeLessThanOrEqual(most);
      expect(rows.get(check)).toBe("WRONG");
      expect([...rows].filter(([, cell]) => cell === "WRONG")).toHaveLength(1);
      expect(output).toContain(fix);
    },
    30_000,
  );

  it("tells a token that is not set from a workspace that is not deployed, and looks at all of them", async () => {
    await product.restart(); // what a function has read once it keeps for a while
    product.local.secrets.delete("toggl/demo");
    const { code, output, requests } = await doctor({ workspaces: [workspaceId, 42] });
    product.local.secrets.set("toggl/demo", canaryToken);
    expect({ code, requests }).toEqual({ code: 1, requests: 0 });
    expect(output).toMatch(/W1234567 \(1234567\): token set: .*\n\s+fix\s+npm run token -- --workspace 1234567/);
    expect(output).toMatch(/W42 \(42\): workspace configured: .*\n\s+fix\s+deploy/);
  });

  it("carries the JWT that a command prints, and refuses what is none", async () => {
    const run = async (command: string) => {
      const words = ["doctor", "--url", product.local.url, "--token-command", command];
      const { status, stdout, stderr } = await runWords(words, { NO_COLOR: "1" });
      return { code: status, said: stdout + stderr };
    };
    expect((await run("echo eyJ.eyJ.c2ln")).said).toContain("(on this machine)");
    expect(await run("echo no token")).toMatchObject({ code: 2, said: expect.stringContaining("is no JWT") });
  });

  it("says that nobody answers", async () => {
    const { code, rows, output } = await doctor({ url: "http://127.0.0.1:9", runs: asProcess });
    expect(code).toBe(7);
    expect(rows.get("API reached")).toBe("WRONG");
    expect(rows.get("call allowed")).toBe("-");
    expect(output).toContain("cannot be reached (");
  });
});

it.each([
  ["access_denied", "call allowed", "docs/security.md"],
  [
    "token_unavailable",
    "token set",
    "npm run token -- --workspace 1; if it is set already, look into the secret's own policy and KMS key",
  ],
  ["storage_unavailable", "bucket writable", "log of create-export"],
  ["toggl_unavailable", "Toggl answers", "docs/runbook.md"],
])("knows what %s means", (code, check, fix) => {
  const fault = findingOf({ code, detail: "It is so." }, 1);
  expect(fault).toMatchObject({ check, reason: "It is so.", fix: expect.stringContaining(fix) });
  const outcomes = outcomesOf(fault);
  const wrong = outcomes.indexOf("wrong");
  expect(wrong).toBe(checks.indexOf(check as (typeof checks)[number]));
  expect(outcomes.slice(wrong + 1).every((outcome) => outcome === "unknown")).toBe(true);
});

it.each([
  "function_failed",
  "gateway_failed",
  "gateway_refused",
  "gateway_timeout",
  "too_many_requests",
  "internal_error",
  "queue_unavailable",
  "a_code_of_next_year",
])("calls nothing fine behind a code that does not say what is wrong: %s", (code) => {
  const fault = findingOf({ code, detail: "No." }, 1);
  expect(fault).toMatchObject({ check: undefined, reason: `No. (${code})` });
  const outcomes = outcomesOf(fault);
  expect(outcomes).toEqual(["fine", ...checks.slice(1).map(() => "unknown")]);
});

it.each([
  ["toggl_unavailable", "token valid", "unknown"],
  ["toggl_rate_limited", "token valid", "unknown"],
  ["toggl_rejected", "plan", "unknown"],
  ["toggl_invalid_file", "token valid", "fine"],
  ["toggl_feature_required", "token valid", "fine"],
  ["toggl_credentials_rejected", "token set", "fine"],
  ["storage_unavailable", "token valid", "unknown"],
  ["invalid_token", "API reached", "fine"],
] as const)("with %s calls the check %s %s", (code, check, outcome) => {
  expect(outcomesOf(findingOf({ code }, 1))[checks.indexOf(check)]).toBe(outcome);
});

it.each([
  ["User does not have admin access", "admin", "token set"],
  ["You do not have the required access", "admin", "token set"],
  ["Incorrect username and/or password", "token valid", "token set"],
  ["", "token valid", "token set"],
] as const)("tells an owner who is no admin from a token that is wrong: %j", (said, check, passed) => {
  const headers = new Headers();
  const failure = failureOf({ status: 403, headers, body: said, outside: (text) => text }, 0);
  const problem = problemOf(failure, "1");
  expect(findingOf(problem, 7)).toMatchObject({ check, passed, reason: problem.detail });
});
