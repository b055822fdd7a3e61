import { styleText } from "node:util";
import { plainText } from "../lambdas/core/text.ts";

/** A line for a person, and how it looks where colours are shown. */
export type Line = string | { readonly text: string; readonly style: "bold" | "red" };

/** Where a command writes: results to the standard output, everything else beside it. */
export interface Output {
  /** Whether results are for a program to read. */
  readonly isJson: boolean;
  /** One line of a result for a person; nothing with `--json`. */
  print(line: Line): void;
  /** What goes on meanwhile, for a person: with `--json` beside the result. */
  tell(line: Line): void;
  /** A result for a program; nothing without `--json`. */
  json(result: unknown): void;
}

/** Ends without a word when nobody reads results on, as in `… | head`. What is said beside them stops nothing. */
export function endWithReader(): void {
  process.stderr.on("error", () => {}); // something may still have to be removed, or saved
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

/** Whether a command line asks for JSON, also one that fits nothing. */
export const isJsonAsked = (words: readonly string[]): boolean => words.some((word) => /^--json(=true)?$/.test(word));

/**
 * Columns of the terminal that results are shown on: `COLUMNS` where it is set, else what the terminal says. Undefined
 * where there is none, as in a pipe, and where it does not say.
 */
export function terminalWidth({ columns }: { columns?: number } = process.stdout): number | undefined {
  const set = Number(process.env.COLUMNS);
  return Number.isInteger(set) && set > 0 ? set : columns || undefined;
}

export function outputOf({ json: isJson = false }: { json?: boolean | undefined }): Output {
  return {
    isJson,
    print: (line) => void (isJson || printLine(line)),
    tell: (line) => printLine(line, isJson ? process.stderr : process.stdout),
    json: (result) => void (isJson && process.stdout.write(`${jsonText(result, 2)}\n`)),
  };
}

/** Writes one line, whatever is in it: the terminal has nothing to obey but our own colours. */
export function printLine(line: Line, stream: NodeJS.WriteStream = process.stdout): void {
  const text = plainText(typeof line === "string" ? line : line.text);
  const isColoured = typeof line !== "string" && stream.isTTY && !process.env.NO_COLOR;
  stream.write(`${isColoured ? styleText(line.style, text) : text}\n`);
}

/** Writes several lines of our own. */
export function printText(text: string): void {
  for (const line of text.split("\n")) printLine(line);
}

/** Writes lines to the standard error, with nothing in them that a terminal would obey. */
export function complain(text: string): void {
  process.stderr.write(`${text.split("\n").map(plainText).join("\n")}\n`);
}

/** What JSON leaves as it is and a terminal may obey: DEL, the C1 controls, and what turns the direction of writing. */
const obeyed = /[\u007f-\u009f\p{Bidi_Control}]/gu;

/** JSON of the same value that is safe to show. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? "null";
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
