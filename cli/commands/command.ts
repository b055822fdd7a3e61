import type { ArgumentsCamelCase, Argv, CommandModule } from "yargs";

/** One command, with the flags that it takes: what its handler gets has the types of what its builder says. */
interface Command<Options> {
  readonly command: string;
  readonly describe: string;
  readonly builder: (yargs: Argv) => Argv<Options>;
  readonly handler: (options: ArgumentsCamelCase<Options>) => void | Promise<void>;
}

/** Has yargs infer the types of a command's flags. */
export function command<Options>(one: Command<Options>): CommandModule<object, Options> {
  return { ...one, builder: (yargs) => one.builder(yargs as Argv) };
}
