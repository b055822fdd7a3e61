import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { completionScript, type Shell, shells } from "../completion.ts";
import { printText } from "../output.ts";
import { command } from "./command.ts";

export const completionCommand = command({
  command: "completion [shell]",
  describe: "Print completions for bash, zsh or fish, for the shell to evaluate",
  builder: (yargs) =>
    yargs
      .positional("shell", { choices: shells, describe: "Which shell; without it that of $SHELL" })
      .example('eval "$($0 completion bash)"', "In this terminal"),
  handler({ shell = ownShell() }) {
    const script = realpathSync(process.argv[1] ?? ""); // npx calls it by a link of its own
    printText(completionScript(shell, [process.execPath, script]).trimEnd());
  },
});

function ownShell(): Shell {
  const own = basename(process.env.SHELL ?? "");
  return shells.find((shell) => shell === own) ?? "bash";
}
