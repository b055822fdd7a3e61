import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { QueueState } from "./fifo-queue.ts";

interface QueueFile {
  readonly state: QueueState;
  save(): void;
}

/** Keeps what waits on a queue in a file, so that a stop loses nothing. */
export function queueFile(directory: string, arn: string): QueueFile {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${arn.split(":").at(-1)}.json`);
  const state: QueueState = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { messages: [], accepted: {} };
  for (const message of state.messages) {
    if (message.isInFlight) message.hiddenUntil = 0; // who worked on it was stopped too
  }
  return {
    state,
    save() {
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    },
  };
}
