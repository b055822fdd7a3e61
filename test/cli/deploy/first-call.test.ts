import { expect, it } from "vitest";
import type { Problem } from "../../../api/problem.ts";
import { firstCall } from "../../../cli/deploy/first-call.ts";
import { ApiProblem, NoAnswer } from "../../../client/api-problem.ts";
import { configSchema } from "../../../lib/config/config-schema.ts";

const workspaces = [{ id: 1, name: "Acme", token_secret: "toggl/acme" }];

const problem = (status: number, code: string) => new ApiProblem(status, { code, detail: code } as Problem, undefined);

/** Calls a deployment that answers with these errors, one after the other, and then well. */
async function call(settings: object, errors: Error[], hasToken = false) {
  const waits: number[] = [];
  let calls = 0;
  const client = {
    async listExports() {
      const error = errors[calls++];
      if (error) throw error;
      return { exports: [] };
    },
  };
  const sleep = async (milliseconds: number) => waits.push(milliseconds);
  const config = configSchema.parse({ workspaces, ...settings });
  const said = await firstCall(config, { client, hasToken, sleep });
  return { said, waits, calls };
}

const jwt = { auth: { jwt: { issuer: "https://login.acme.example", audience: "toggl-insights" } } };

it("waits for a fresh stage, a little longer each time", async () => {
  const errors = [
    new NoAnswer("No."),
    problem(403, "not_signed_or_no_such_route"),
    problem(404, "gateway_refused"),
    problem(500, "gateway_failed"),
  ];
  expect(await call({}, errors)).toEqual({ said: "It answers.", waits: [1000, 2000, 4000, 8000], calls: 5 });
});

it("gives up after half a minute, with what was answered", async () => {
  const down = Array.from({ length: 9 }, () => problem(502, "function_failed"));
  await expect(call({}, down)).rejects.toThrow("function_failed");
});

it("does not wait for what no waiting mends", async () => {
  await expect(call({}, [problem(400, "invalid_request")])).rejects.toThrow("invalid_request");
  expect((await call({}, [problem(403, "access_denied")])).calls).toBe(1);
});

it("says what it cannot try where callers need a JWT, and tries with one", async () => {
  const without = await call(jwt, []);
  expect(without).toMatchObject({ calls: 0, said: expect.stringContaining("a JWT of https://login.acme.example") });
  expect(await call(jwt, [], true)).toMatchObject({ calls: 1, said: "It answers." });
  expect((await call(jwt, [problem(403, "access_denied")], true)).said).toContain("refuses this token");
});

it("says that a private API cannot be called from here", async () => {
  const isPrivate = { allow_from: { vpc_endpoints: ["vpce-0a1b2c3d4e5f60718"] } };
  const unreached = Array.from({ length: 9 }, () => new NoAnswer("No."));
  expect((await call(isPrivate, unreached)).said).toContain("vpce-0a1b2c3d4e5f60718");
});

it("says which addresses it lets in when it refuses this one", async () => {
  const ranges = { allow_from: { ip_ranges: ["203.0.113.0/24"] } };
  expect((await call(ranges, [problem(403, "access_denied")])).said).toContain("none of 203.0.113.0/24");
});

it("says that whoever deploys may not call", async () => {
  expect((await call({}, [problem(403, "access_denied")])).said).toContain("execute-api:Invoke is missing");
});
