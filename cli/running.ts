import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NoAnswer } from "../client/api-problem.ts";
import type { Signer } from "../client/sign-request.ts";
import { shellWord } from "./shell-word.ts";

/** Where a running `npm start` is found by the other commands. */
interface Running {
  /** Address of the API. */
  readonly url: string;
  /** Where a schedule is fired. */
  readonly control_url: string;
  /** For an API that callers sign for (`LOCAL_AUTH=iam`). */
  readonly signer?: Signer | undefined;
  /** The queues behind it, for whoever moves dead letters back. */
  readonly queues?: RunningQueues;
  /** Where the local Secrets Manager is; it takes the key of the queues. */
  readonly secrets_manager_url?: string;
}

/** The local SQS, and the two queues that dead letters are moved between. */
export interface RunningQueues {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Left out where the user's own key counts, which is in the environment. */
  readonly signer: Omit<Signer, "credentials"> & Partial<Pick<Signer, "credentials">>;
}

const dataDirectory = () => process.env.LOCAL_DATA_DIR || ".local";
const file = () => join(dataDirectory(), "running.json");

/** What finds this folder's `npm start`, before a command that is to be pasted: empty where nothing has to be said. */
export function settingsToPaste(env: NodeJS.ProcessEnv = process.env): string {
  return ["LOCAL_DATA_DIR", "INSIGHTS_CONFIG"]
    .flatMap((name) => (env[name] ? [`${name}=${shellWord(env[name])} `] : []))
    .join("");
}

/** The line that starts the product for the commands that run here. */
export const npmStart = (): string => `${settingsToPaste()}npm start`;

/** @throws Error if another one is noted here and still runs */
export async function noteRunning(running: Running): Promise<void> {
  await refuseSecond();
  mkdirSync(dataDirectory(), { recursive: true, mode: 0o700 });
  rmSync(file(), { force: true }); // an older file may be open to others
  writeFileSync(file(), JSON.stringify(running), { mode: 0o600 });
}

/** Forgets this one, and no other that was noted since. */
export function forgetRunning({ control_url }: Pick<Running, "control_url">): void {
  if (noted()?.control_url === control_url) rmSync(file(), { force: true });
}

/** @throws Error that says what to do if `npm start` runs here already */
export async function refuseSecond(): Promise<void> {
  const other = noted();
  if (!other || !(await stillRuns(other))) return;
  throw new Error(
    `npm start is already running here, at ${other.url}. Stop it, or give this one its own folder: LOCAL_DATA_DIR=.local-2 PORT=3010 npm start`,
  );
}

/** Only the one that was noted knows its control address: another server at its port does not count. */
async function stillRuns({ control_url }: Running): Promise<boolean> {
  const answer = await fetch(control_url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  return answer?.status === 204;
}

/** @throws NoAnswer that says what to do if nothing runs here */
export function findRunning(): Running {
  const running = noted();
  if (running) return running;
  throw new NoAnswer(`Nothing is running here (${file()} is not there). Start it in another terminal: ${npmStart()}`);
}

function noted(): Running | undefined {
  try {
    return JSON.parse(readFileSync(file(), "utf8"));
  } catch {
    return undefined;
  }
}
