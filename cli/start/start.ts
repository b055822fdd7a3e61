import { isDiskFull } from "../../local/disk-full.ts";
import { complain, printLine, printText } from "../output.ts";
import { forgetRunning, noteRunning, refuseSecond } from "../running.ts";
import { aboveFooter, shortLine } from "./short-lines.ts";
import { queuesOf, signerOf, startLocal } from "./start-local.ts";
import { welcome } from "./welcome.ts";

/** How long stopping may take at most, in milliseconds; whatever hangs then is left to the system. */
const maxStopMs = 4000;

/** Writes lines as they are, until there is a footer to keep below them. */
let writing = (print: () => void): void => print();

/** What is logged: as the functions write it, but for metrics, or short for a person at a terminal. */
function logPrinter(isShort: boolean): (line: string) => void {
  if (!isShort) return (line) => line.startsWith('{"_aws":') || printLine(line);
  return (line) => {
    const short = shortLine(line);
    if (short !== undefined) writing(() => printLine(short));
  };
}

interface StartOptions {
  /** Whether a terminal shows log lines as they are, too. */
  readonly jsonLogs: boolean;
}

/**
 * Runs the product on this machine until it is told to stop; then the process ends.
 * @throws Error that says why it cannot start, between lines that are empty: npm's own words stand around it
 */
export async function start({ jsonLogs }: StartOptions): Promise<void> {
  process.on("uncaughtException", liveOn).on("unhandledRejection", liveOn);
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {}); // a log that nobody can write or read

  const isShort = process.stdout.isTTY === true && !jsonLogs;
  const local = await begin(logPrinter(isShort)).catch((error: Error) => {
    const advice = "The disk is full. Make room, or say where there is some: LOCAL_DATA_DIR=…";
    const reason = isDiskFull(error) ? `${advice} (${error.message})` : error.message;
    setTimeout(() => process.exit(), 0); // whatever was started by then keeps nobody waiting
    throw new Error(`\n${reason}\n`, { cause: error });
  });
  printText(welcome(local));
  if (isShort && process.env.TERM !== "dumb") keepInSight(`Toggl Insights is at ${local.url}. Ctrl-C stops it.`);
}

/** Keeps a line at the bottom of the terminal until the process ends. */
function keepInSight(line: string): void {
  const { print, end } = aboveFooter(process.stdout, line);
  writing = print;
  print(() => {});
  process.on("exit", end);
}

async function begin(onLog: (line: string) => void) {
  await refuseSecond();
  const local = await startLocal(process.env, { onLog });
  const running = {
    url: local.url,
    control_url: local.controlUrl,
    signer: signerOf(local),
    queues: queuesOf(local),
    secrets_manager_url: local.secretsManagerUrl,
  };
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), maxStopMs).unref();
    forgetRunning(running);
    await local.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

  // A SIGTERM to npm alone ends npm and the shell between us, which does not pass it on.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && !stopping && stop(), 500).unref();
  await noteRunning(running);
  return local;
}

/** A disk that takes no more ends nothing: what could not be written was answered with a failure, and can be tried again. */
function liveOn(error: Error): void {
  if (!isDiskFull(error)) {
    complain(error.stack ?? String(error));
    process.exit(1);
  }
  writing(() => complain(`The disk is full (${error.message}). Make room; npm start goes on.`));
}
