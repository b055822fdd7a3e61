import { type Env, type FunctionName, functions, type Parse } from "../contract.ts";

/**
 * The function's variables, parsed. The one place that reads them.
 * @throws Error that names every variable that is missing or does not fit, at once.
 */
export function readEnvironment<N extends FunctionName>(name: N): Env<N> {
  const schema: Record<string, Parse<unknown>> = functions[name];
  const faults: string[] = [];
  const entries = Object.entries(schema).map(([variable, parse]) => {
    const value = process.env[variable];
    try {
      if (value === undefined) throw new Error("is missing");
      return [variable, parse(value)];
    } catch (error) {
      faults.push(`${variable} ${error instanceof Error ? error.message : error}`);
      return [variable, undefined];
    }
  });
  if (faults.length > 0) throw new Error(`The variables of ${name} do not fit: ${faults.join("; ")}`);
  return Object.fromEntries(entries);
}

/** Whether the SDK was told of another S3 server than AWS's. */
export function hasOwnS3Endpoint(): boolean {
  return process.env.AWS_ENDPOINT_URL_S3 !== undefined;
}
