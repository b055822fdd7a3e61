import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HostedFunction, hostFunction } from "../../local/lambda/lambda.ts";

let directory: string;
let hosted: HostedFunction;
const logs: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lambda-"));
  logs.length = 0;
});
afterEach(async () => {
  await hosted.close();
  await rm(directory, { recursive: true, force: true });
});

const host = async (code: string, settings = {}) => {
  await writeFile(join(directory, "index.mjs"), code);
  hosted = hostFunction(
    {
      name: "test-function",
      arn: "arn:aws:lambda:eu-central-1:123456789012:function:test-function",
      directory,
      handler: "index.handler",
      timeoutSeconds: 5,
      memoryMb: 128,
      environment: { OWN: "value" },
      region: "eu-central-1",
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      maxProcesses: 8,
      onLog: (line) => logs.push(line),
      ...settings,
    },
    join(directory, "scratch"),
  );
  return async (event: unknown = {}) => {
    const result = await hosted.invoke(event);
    return result.failed ? result : JSON.parse(result.payload);
  };
};

describe("a function", () => {
  it("gets its event, its context and exactly Lambda's variables with its own", async () => {
    process.env.SECRET_OF_THE_SHELL = "x";
    const invoke = await host(
      "export const handler = async (event, context) => ({ event, left: context.getRemainingTimeInMillis(), env: process.env, ...context });",
    );
    const { event, left, env, ...context } = await invoke({ a: 1 });
    delete process.env.SECRET_OF_THE_SHELL;
    expect(event).toEqual({ a: 1 });
    expect(left).toBeLessThanOrEqual(5000);
    expect(context).toMatchObject({
      functionName: "test-function",
      memoryLimitInMB: "128",
      awsRequestId: expect.any(String),
    });
    expect(env).toMatchObject({
      OWN: "value",
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "key",
      TZ: ":UTC",
      _HANDLER: "index.handler",
    });
    expect(env).not.toHaveProperty("SECRET_OF_THE_SHELL");
    expect(env).not.toHaveProperty("HOME");
  });

  it("keeps its process between calls, and has one call at a time in it", async () => {
    const invoke = await host(
      "let calls = 0, now = 0; export const handler = async () => { now++; await new Promise((r) => setTimeout(r, 20)); return { pid: process.pid, calls: ++calls, now: now-- }; };",
    );
    const first = await invoke();
    expect(await invoke()).toEqual({ ...first, calls: 2 });
    const many = await Promise.all(Array.from({ length: 20 }, () => invoke()));
    expect(new Set(many.map(({ now }) => now))).toEqual(new Set([1]));
    expect(new Set(many.map(({ pid }) => pid)).size).toBeLessThanOrEqual(8);
  });

  it("has a scratch folder of its own", async () => {
    const invoke = await host(
      'import os from "node:os"; import fs from "node:fs"; export const handler = async () => ({ path: os.tmpdir(), files: fs.readdirSync(os.tmpdir()) });',
    );
    expect(await invoke()).toEqual({ path: expect.stringContaining(join(directory, "scratch")), files: [] });
  });

  it("has what it prints in the log", async () => {
    const invoke = await host('export const handler = async () => { console.log("printed"); };');
    await invoke();
    await expect.poll(() => logs).toContain("printed");
  });
});

describe("a function that fails", () => {
  const once = (failure: string) => `
    import { existsSync, writeFileSync } from "node:fs";
    const mark = process.env.LAMBDA_TASK_ROOT + "/failed";
    const first = !existsSync(mark);
    if (first) writeFileSync(mark, "");
    ${failure}`;

  it.each([
    [
      "exits",
      "export const handler = async () => { if (first) process.exit(3); return 'fine'; };",
      "Runtime.ExitError",
    ],
    [
      "is killed",
      "export const handler = async () => { if (first) process.kill(process.pid, 'SIGKILL'); return 'fine'; };",
      "Runtime.ExitError",
    ],
    [
      "cannot load",
      "if (first) throw new TypeError('at load'); export const handler = async () => 'fine';",
      "TypeError",
    ],
    [
      "exits while it loads",
      "if (first) process.exit(1); export const handler = async () => 'fine';",
      "Runtime.ExitError",
    ],
    [
      "runs out of time",
      "export const handler = async () => { if (first) await new Promise(() => setInterval(() => {}, 1000)); return 'fine'; };",
      "Sandbox.Timedout",
    ],
    ["never lets go", "export const handler = async () => { while (first); return 'fine'; };", "Sandbox.Timedout"],
    [
      "throws",
      "export const handler = async () => { if (!globalThis.threw && first) { globalThis.threw = true; throw new RangeError('no'); } return 'fine'; };",
      "RangeError",
    ],
    [
      "answers too much",
      "export const handler = async () => (first && !globalThis.sent ? (globalThis.sent = 'x'.repeat(7e6)) : 'fine');",
      "Function.ResponseSizeTooLarge",
    ],
  ])("because it %s says so, and works the next time", async (_, code, errorType) => {
    const isLate = errorType === "Sandbox.Timedout";
    const invoke = await host(once(code), { timeoutSeconds: isLate ? 1 : 20 });
    expect(await invoke()).toMatchObject({ failed: true, errorType });
    expect(await invoke()).toBe("fine");
  });

  it.runIf(process.platform === "linux")("because it takes more memory than it has is ended", async () => {
    const invoke = await host(
      "export const handler = async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(10e6, 1)); await new Promise((r) => setTimeout(r, 5)); } };",
      { timeoutSeconds: 60 },
    );
    expect(await invoke()).toMatchObject({ failed: true, errorType: "Runtime.OutOfMemory" });
  });

  it("is not started again by itself", async () => {
    const invoke = await host('console.log("started"); process.exit(1);');
    await invoke();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(logs.filter((line) => line === "started")).toHaveLength(1);
  });

  it("is not given an event that Lambda would not take", async () => {
    const invoke = await host("export const handler = async () => 'fine';");
    expect(await invoke("x".repeat(7e6))).toMatchObject({ errorType: "RequestTooLargeException" });
  });
});

it("leaves no process behind when it is closed", async () => {
  const invoke = await host("export const handler = async () => process.pid;");
  const pid = await invoke();
  await hosted.close();
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(() => execFileSync("ps", ["-p", String(pid)])).toThrow();
});
