import { plainText } from "../lambdas/core/plain-text.ts";

/** Where a command writes: results to the standard output, everything else beside it. */
export interface Output {
  /** Whether results are for a program to read. */
  readonly isJson: boolean;
  /** One line of a result for a person; nothing with `--json`. */
  print(line: string): void;
  /** A result for a program; nothing without `--json`. */
  json(result: unknown): void;
}

/** Ends without a word when nobody reads on, as in `… | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

export function outputOf({ json: isJson = false }: { json?: boolean | undefined }): Output {
  return {
    isJson,
    print: (line) => void (isJson || process.stdout.write(`${line.split("\n").map(plainText).join("\n")}\n`)),
    json: (result) => void (isJson && process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)),
  };
}
