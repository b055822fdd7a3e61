import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Signer } from "../client/sign-request.ts";

/** Where a running `npm start` is found by the other commands. */
export interface Running {
  /** Address of the API. */
  readonly url: string;
  /** Where a schedule is fired. */
  readonly control_url: string;
  /** For an API that callers sign for (`LOCAL_AUTH=iam`). */
  readonly signer?: Signer | undefined;
}

const dataDirectory = () => process.env.LOCAL_DATA_DIR || ".local";
const file = () => join(dataDirectory(), "running.json");

export function noteRunning(running: Running): void {
  rmSync(file(), { force: true }); // an older file may be open to others
  writeFileSync(file(), JSON.stringify(running), { mode: 0o600 });
}

export function forgetRunning(): void {
  rmSync(file(), { force: true });
}

/** @throws Error that says what to do if nothing runs here */
export function findRunning(): Running {
  try {
    return JSON.parse(readFileSync(file(), "utf8"));
  } catch {
    throw new Error(`Nothing is running here (${file()} is not there). Start it in another terminal: npm start`);
  }
}
