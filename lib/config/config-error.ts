/** What is wrong with the configuration, in sentences for whoever wrote it: nobody needs a stack trace with it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
