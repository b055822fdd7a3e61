import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type FunctionProcess, startProcess } from "./function-process.ts";
import type { LambdaFunction } from "./function-settings.ts";
import { failedInvocation, type InvocationResult } from "./invocation.ts";

type FunctionResult = InvocationResult & { readonly maxMemoryUsedMb: number };

export interface HostedFunction {
  /** Runs the function once: in a process that is free, in a new one, or in the next that gets free. */
  invoke(event: unknown): Promise<FunctionResult>;
  /** What it was started with, such as its memory and its variables. */
  readonly settings: LambdaFunction;
  /** Milliseconds that all its invocations took together, which is what Lambda bills. */
  billedMs(): number;
  /** Ends its processes in the middle of what they do, as a crash would. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** What Lambda takes as an event, in bytes. */
const maxEventBytes = 6 * 1024 * 1024;

/**
 * Hosts a function as Lambda does: processes start on demand only, so one that crashes costs the invocation that it
 * crashed on and is never restarted in a loop.
 * @param scratchDirectory where each process gets a folder of its own for its scratch files
 */
export function hostFunction(settings: LambdaFunction, scratchDirectory: string): HostedFunction {
  const idle: FunctionProcess[] = [];
  const all = new Set<FunctionProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let billedMs = 0;
  let closed = false;

  const takePlace = async () => {
    if (busy < settings.maxProcesses) busy++;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // and takes the place of one that is done
  };
  const leavePlace = () => {
    const next = waiting.shift();
    if (next) next();
    else busy--;
  };
  const takeProcess = async (): Promise<FunctionProcess> => {
    const free = idle.pop();
    if (free?.isAlive()) return free;
    const process = await startProcess(settings, join(scratchDirectory, randomUUID()));
    all.add(process);
    if (closed) await process.end();
    return process;
  };
  const run = async (event: string): Promise<FunctionResult> => {
    const process = await takeProcess();
    const startedAt = Date.now();
    const deadline = startedAt + settings.timeoutSeconds * 1000;
    const result = await process.run({ requestId: randomUUID(), event, deadline });
    billedMs += Date.now() - startedAt;
    if (process.isAlive()) idle.push(process);
    else all.delete(process);
    return result;
  };
  const crash = async () => {
    await Promise.all([...all].map((process) => process.end()));
  };

  return {
    settings,
    billedMs: () => billedMs,
    async invoke(event) {
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > maxEventBytes) return tooLarge(payload);
      await takePlace();
      try {
        const result = await run(payload);
        if (result.failed) settings.onLog(`${result.errorType}: ${result.errorMessage}`);
        return result;
      } finally {
        leavePlace();
      }
    },
    crash,
    async close() {
      closed = true;
      await crash();
    },
  };
}

function tooLarge(payload: string): FunctionResult {
  const message = `${Buffer.byteLength(payload)} byte payload is too large; Lambda takes ${maxEventBytes}`;
  return { ...failedInvocation("RequestTooLargeException", message), maxMemoryUsedMb: 0 };
}
