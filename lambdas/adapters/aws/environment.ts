import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { type Env, type FunctionName, functions, openApiFile, type Parse, schedulesFile } from "../../contract.ts";

/**
 * The function's variables, parsed. The one place that reads them.
 * @throws Error that names every variable that is missing or does not fit, at once.
 */
export function readEnvironment<N extends FunctionName>(name: N): Env<N> {
  const schema: Record<string, Parse<unknown>> = functions[name];
  const errors: string[] = [];
  const entries = Object.entries(schema).map(([variable, parse]) => {
    const value = process.env[variable];
    try {
      if (value === undefined) throw new Error("is missing");
      return [variable, parse(value)];
    } catch (error) {
      errors.push(`${variable} ${error instanceof Error ? error.message : error}`);
      return [variable, undefined];
    }
  });
  if (errors.length > 0) throw new Error(`The variables of ${name} do not fit: ${errors.join("; ")}`);
  return Object.fromEntries(entries);
}

/** Where the function's bundle lies, and what is beside it. */
function codeFolder(): string {
  return process.env.LAMBDA_TASK_ROOT ?? "";
}

/** Whether the SDK is set to another S3 server than AWS's. */
export function hasOwnS3Endpoint(): boolean {
  return process.env.AWS_ENDPOINT_URL_S3 !== undefined;
}

/** The configuration's schedules by name, as they were when the stack was synthesized. */
export function readSchedules(): ReadonlyMap<string, ConfiguredSchedule> {
  const schedules: ConfiguredSchedule[] = JSON.parse(readFileSync(join(codeFolder(), schedulesFile), "utf8"));
  return new Map(schedules.map((schedule) => [schedule.name, schedule]));
}

/** The OpenAPI description of the API, as it was when the stack was synthesized. */
export function readDescription(): object {
  return JSON.parse(readFileSync(join(codeFolder(), openApiFile), "utf8"));
}
