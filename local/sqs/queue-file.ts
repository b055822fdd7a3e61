import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, privateFile } from "../private-files.ts";
import type { QueueChange, QueueState, StoredMessage } from "./fifo-queue.ts";

interface QueueFile {
  readonly state: QueueState;
  /** Keeps a change; the file holds every one that it was called for before it returns. */
  save(change: QueueChange): void;
}

/** Changes are added to the file; once there are this many, it is written again with only what waits. */
const maxChanges = 1000;

type Line = QueueChange | { readonly state: QueueState };

/**
 * Keeps what waits on a queue in a file of JSON lines, so that a stop loses nothing: each line is a change, the first one
 * may be a whole state. A line that cannot be read, such as a last one that was cut, is left out, and the file as it was
 * is kept beside.
 * @param onLog hears what is damaged, and of a disk that takes no more: then the queue lives on in memory
 */
export function queueFile(directory: string, arn: string, onLog: (line: string) => void = () => {}): QueueFile {
  makePrivateFolder(directory);
  const file = join(directory, `${arn.split(":").at(-1)}.json`);
  const { state, isDamaged } = readState(file, onLog);
  for (const message of state.messages) {
    if (message.isInFlight) message.hiddenUntil = 0; // who worked on it was stopped too
  }
  let changes = 0;
  let isWhole = false; // whether what is in the file and what is appended make the state
  const rewrite = () => {
    writeFileSync(`${file}.new`, `${JSON.stringify({ state } satisfies Line)}\n`, { mode: privateFile });
    renameSync(`${file}.new`, file);
    changes = 0;
  };
  const save = (change: QueueChange) => {
    const wasWhole = isWhole;
    try {
      isWhole = false;
      if (!wasWhole || changes >= maxChanges + state.messages.length) rewrite();
      else appendFileSync(file, `${JSON.stringify(change)}\n`);
      changes++;
      isWhole = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (wasWhole || changes === 0) onLog(`What waits on a queue cannot be kept in ${file} (${reason}). ${advice}`);
      changes = 1; // told once, until it can be written again
    }
  };
  if (isDamaged) save({ changed: [], removed: [], accepted: {} });
  return { state, save };
}

const advice = "Make room: it goes on from memory, and a stop now would lose it.";

/** @returns what the file says, and whether some of it could not be read: then it was moved beside */
function readState(file: string, onLog: (line: string) => void): { state: QueueState; isDamaged: boolean } {
  const state: QueueState = { messages: [], accepted: {} };
  const text = textOf(file);
  if (text === undefined) return { state, isDamaged: false };
  let damaged = text === "" ? 1 : 0; // a file is written whole, so that it is never empty
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const change = parsed(line);
    if (change) apply(change, state);
    else damaged++;
  }
  if (damaged === 0) return { state, isDamaged: false };
  const place = `${file}.damaged-${Date.now()}`;
  renameSync(file, place);
  onLog(
    `${file} is damaged: ${damaged} ${damaged === 1 ? "line" : "lines"} cannot be read. It was moved to ${place}; what can be read waits on.`,
  );
  return { state, isDamaged: true };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EISDIR") return ""; // as damaged as an empty file
    throw error;
  }
}

/** Undefined if it is neither a change nor a state, such as that of a version before, which was the whole file. */
function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text);
    if (isState(line)) return { state: line };
    if (isState(line?.state)) return line;
    const { changed, removed, accepted } = line as Partial<QueueChange>;
    const fits = Array.isArray(changed) && changed.every(isMessage) && Array.isArray(removed) && isRecord(accepted);
    return fits ? line : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is QueueState {
  const { messages, accepted } = (value ?? {}) as Partial<QueueState>;
  return Array.isArray(messages) && messages.every(isMessage) && isRecord(accepted);
}

function isMessage(value: unknown): value is StoredMessage {
  const { id, body, group, sentAt, hiddenUntil } = (value ?? {}) as Partial<StoredMessage>;
  const texts = [id, body, group].every((one) => typeof one === "string");
  return texts && typeof sentAt === "number" && typeof hiddenUntil === "number";
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function apply(line: Line, state: QueueState): void {
  if ("state" in line) {
    state.messages.splice(0, state.messages.length, ...line.state.messages);
    for (const id of Object.keys(state.accepted)) delete state.accepted[id];
    Object.assign(state.accepted, line.state.accepted);
    return;
  }
  for (const message of line.changed) {
    const at = state.messages.findIndex(({ id }) => id === message.id);
    if (at < 0) state.messages.push(message);
    else state.messages[at] = message;
  }
  for (const id of line.removed) {
    const at = state.messages.findIndex((message) => message.id === id);
    if (at >= 0) state.messages.splice(at, 1);
  }
  Object.assign(state.accepted, line.accepted);
}
