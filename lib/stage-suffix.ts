import { ConfigError } from "./config/config-error.ts";

/**
 * What a stage adds to the stack's name: everything else that has a name has the stack's in it.
 * @throws ConfigError if it is no short word
 */
export function stageSuffix(stage: string | undefined): string {
  if (stage === undefined) return "";
  if (/^[a-z][a-z0-9-]{0,19}$/.test(stage)) return `-${stage}`;
  throw new ConfigError(`--stage must be lower-case letters, digits and hyphens, such as staging; it is ${stage}.`);
}
