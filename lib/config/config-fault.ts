/** What is wrong with the configuration, in sentences for whoever wrote it: nobody needs a stack trace with it. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
}
