import { UsageError } from "../exit-codes.ts";
import { findExportQueues } from "../export-queues.ts";
import { outputOf, terminalWidth } from "../output.ts";
import { contentOf, type DeadLetter, deadLetters, redrive } from "../redrive.ts";
import { tableLines } from "../table.ts";
import { stackOrEnvironment } from "../target.ts";
import { command } from "./command.ts";
import { jsonFlag } from "./flags.ts";

/** So long it works; what is left then is for the next time. */
const workMs = 10 * 60_000;

export const redriveCommand = command({
  command: "redrive",
  describe: "Move runs that were given up on (dead letters) back to the queue",
  builder: (yargs) =>
    yargs
      .options({
        stack: { type: "string", description: "A deployed stack, in AWS_REGION; without it the running npm start" },
        "dry-run": { type: "boolean", default: false, description: "Only show what lies there" },
        max: { type: "number", default: 1000, description: "How many to move" },
        ...jsonFlag,
      })
      .example("$0 redrive --stack TogglInsights --dry-run", "What lies there"),
  async handler(options) {
    const { stack, dryRun, max } = options;
    if (!Number.isSafeInteger(max) || max < 1)
      throw new UsageError("--max must be a whole number of messages, 1 or more.");
    const queues = await findExportQueues(stackOrEnvironment(stack));
    const output = outputOf(options);
    const bounds = { max, until: Date.now() + workMs, now: Date.now };
    if (dryRun) {
      const found = await deadLetters(queues, bounds);
      const count = Math.max(await queues.count(), found.length);
      for (const line of linesOf(found, terminalWidth())) output.print(line);
      output.print(
        `${count === 1 ? "1 dead letter lies" : `${count} dead letters lie`} there${count > found.length ? "; those not shown wait behind others of their token" : ""}.`,
      );
      return output.json({ count, dead_letters: found.map(shown) });
    }
    const { moved, again } = await redrive(queues, bounds, (letter) =>
      output.print(`moved back: ${contentOf(letter)}`),
    );
    output.print(`${moved.length} moved back. Each makes only what is missing.`);
    if (again.length > 0) {
      output.print(
        `${again.length} were given up on again meanwhile: find out why first (docs/runbook.md#dead-letters).`,
      );
    }
    const left = await queues.count();
    output.json({ moved: moved.map(shown), given_up_again: again.map(shown), left });
    if (moved.length === max && left > 0) output.print(`${left} are left: run it again, or with a larger --max.`);
  },
});

function shown(letter: DeadLetter) {
  const { id, group, sentAt } = letter;
  return { id, group, given_up_at: new Date(sentAt).toISOString(), content: contentOf(letter) };
}

function linesOf(letters: readonly DeadLetter[], width: number | undefined): string[] {
  if (letters.length === 0) return [];
  const columns = [{ title: "given up at" }, { title: "token" }, { title: "what", shortens: true }];
  const rows = letters.map(shown).map(({ given_up_at, group, content }) => [given_up_at, group, content]);
  return tableLines(columns, rows, width);
}
