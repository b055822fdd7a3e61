import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type LambdaFunction, lambdaVariables } from "./function-settings.ts";
import { failedInvocation, type Invocation, type InvocationResult } from "./invocation.ts";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

/** A function's process: it runs one invocation at a time, as on Lambda. */
export interface FunctionProcess {
  readonly pid: number | undefined;
  run(invocation: Invocation): Promise<InvocationResult & { readonly maxMemoryUsedMb: number }>;
  /** Whether it can take another invocation. */
  isAlive(): boolean;
  end(): Promise<void>;
}

/** Lambda gives a function so long to load. */
const initSeconds = 10;

const memoryCheckMs = 50;

/** Starts a process for the function's bundle and waits until it can take an invocation. */
export async function startProcess(settings: LambdaFunction, scratch: string): Promise<FunctionProcess> {
  const api = await startRuntimeApi(settings.arn);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const child = spawnFunction(settings, scratch, api.address);
  const exited = once(child, "exit").then(([code, signal]) => exitResult(settings, code, signal));

  const end = async () => {
    child.kill("SIGKILL");
    await exited;
    await api.close();
  };
  const failure = await initFailure(api, exited);
  if (failure) await end();
  return {
    pid: child.pid,
    isAlive: () => failure === undefined && child.exitCode === null && child.signalCode === null,
    end,
    async run(invocation) {
      if (failure) return { ...failure, maxMemoryUsedMb: 0 };
      const watch = new AbortController();
      const result = await Promise.race([
        api.run(invocation),
        exited,
        overTime(invocation, settings, watch.signal),
        overMemory(child, settings, watch.signal),
      ]);
      watch.abort();
      const maxMemoryUsedMb = peakMemoryMegabytes(child.pid);
      if (result.failed && isFatal(result.errorType)) await end();
      return { ...result, maxMemoryUsedMb };
    },
  };
}

function spawnFunction(settings: LambdaFunction, scratch: string, runtimeApi: string): ChildProcess {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${Math.floor(settings.memoryMb * 0.9)}`, resolve("local/lambda/bootstrap.mjs")],
    {
      cwd: settings.directory,
      env: { ...lambdaVariables(settings, scratch), AWS_LAMBDA_RUNTIME_API: runtimeApi },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on("line", settings.onLog);
  }
  return child;
}

async function initFailure(api: RuntimeApi, exited: Promise<InvocationResult>): Promise<InvocationResult | undefined> {
  const late = new AbortController();
  const failure = await Promise.race([
    api.ready.then(
      () => undefined,
      (error: Error) => ({ failed: true as const, ...JSON.parse(error.message) }),
    ),
    exited,
    sleep(initSeconds * 1000, undefined, { signal: late.signal }).then(
      () => failedInvocation("Sandbox.Timedout", `The function did not load within ${initSeconds} seconds`),
      () => undefined,
    ),
  ]);
  late.abort();
  return failure;
}

async function overTime({ requestId, deadline }: Invocation, { timeoutSeconds }: LambdaFunction, signal: AbortSignal) {
  await sleep(deadline - Date.now(), undefined, { signal }).catch(() => {});
  const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return failedInvocation("Sandbox.Timedout", message);
}

/** Lambda ends a process that uses more than the function's memory; only Linux tells us how much that is. */
async function overMemory({ pid }: ChildProcess, { memoryMb }: LambdaFunction, signal: AbortSignal) {
  while (!signal.aborted && residentMegabytes(pid) <= memoryMb) {
    await sleep(memoryCheckMs, undefined, { signal }).catch(() => {});
  }
  return failedInvocation("Runtime.OutOfMemory", `The function used more than its ${memoryMb} MB of memory`);
}

function exitResult(settings: LambdaFunction, code: number | null, signal: NodeJS.Signals | null): InvocationResult {
  const how = signal ? `signal: ${signal}` : `exit status ${code}`;
  return failedInvocation("Runtime.ExitError", `The process of ${settings.name} exited before it answered: ${how}`);
}

/** After these Lambda throws the process away; an error that the handler itself threw leaves it as it is. */
function isFatal(errorType: string): boolean {
  return /^(Sandbox|Runtime)\./.test(errorType);
}

/** Megabytes of memory that a process has in use; 0 where the system does not tell (only Linux does, in /proc). */
export function residentMegabytes(pid: number | undefined): number {
  return readStatus(pid, "VmRSS");
}

/** Megabytes of memory that a process had in use at most. */
function peakMemoryMegabytes(pid: number | undefined): number {
  return readStatus(pid, "VmHWM");
}

function readStatus(pid: number | undefined, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // the process has ended, or this is no Linux
  }
}
