import { prepareAwsEnvironment } from "../cli/aws-environment.ts";
import { complain, printLine, printText } from "../cli/output.ts";
import { forgetRunning, noteRunning, refuseSecond } from "../cli/running.ts";
import { isDiskFull } from "../local/disk-full.ts";
import { queuesOf, signerOf, startLocal } from "./start-local.ts";
import { welcome } from "./welcome.ts";

/** Longest that stopping may take, in milliseconds; whatever hangs then is left to the system. */
const patienceMs = 4000;

/** Metrics are for CloudWatch, not for people. */
const printLog = (line: string) => line.startsWith('{"_aws":') || printLine(line);

function giveUp(error: Error): never {
  const advice = "The disk is full. Make room, or say where there is some: LOCAL_DATA_DIR=…";
  complain(`\n${isDiskFull(error) ? `${advice} (${error.message})` : error.message}\n`);
  process.exit(1);
}

/** A disk that takes no more ends nothing: what could not be written was answered with a failure, and can be tried again. */
function liveOn(error: Error): void {
  if (!isDiskFull(error)) {
    complain(error.stack ?? String(error));
    process.exit(1);
  }
  complain(`The disk is full (${error.message}). Make room; npm start goes on.`);
}

process.on("uncaughtException", liveOn).on("unhandledRejection", liveOn);
for (const output of [process.stdout, process.stderr]) output.on("error", () => {}); // a log that nobody can write or read

prepareAwsEnvironment();
await refuseSecond().catch(giveUp);
const local = await startLocal(process.env, { onLog: printLog }).catch(giveUp);
const running = {
  url: local.url,
  control_url: local.controlUrl,
  signer: signerOf(local),
  queues: queuesOf(local),
  secrets_manager_url: local.secretsManagerUrl,
};

let stopping = false;
async function stop(): Promise<never> {
  if (stopping) process.exit(1);
  stopping = true;
  setTimeout(() => process.exit(1), patienceMs).unref();
  forgetRunning(running);
  await local.close();
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

// A SIGTERM to npm alone ends npm and the shell between us, which does not pass it on.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && !stopping && stop(), 500).unref();

await noteRunning(running).catch(giveUp);
printText(welcome(local));
