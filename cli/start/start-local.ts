import { resolve } from "node:path";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import type { Signer } from "../../client/sign-request.ts";
import { consoleAddress, newConsoleKey } from "../../console/page-guard.ts";
import { callerPolicies } from "../../lib/caller-policies.ts";
import { insightsApp } from "../../lib/insights-app.ts";
import type { Caller } from "../../local/api-gateway/iam.ts";
import { startControl } from "../../local/control.ts";
import type { BusEvent } from "../../local/event-bridge/bus-event.ts";
import { type HostedAssembly, hostAssembly } from "../../local/host-assembly.ts";
import { refuseTakenPort } from "../../local/listening.ts";
import { closeFoldersIn, makePrivateFolder, withPrivateFiles } from "../../local/private-files.ts";
import { type LocalSettings, newCredentials, readLocalSettings } from "../../local/settings.ts";
import type { RunningQueues } from "../running.ts";
import { localConsole } from "./local-console.ts";

export interface Local extends HostedAssembly {
  readonly settings: LocalSettings;
  readonly schedules: readonly ConfiguredSchedule[];
  /** Where `npm run tick` fires a schedule. */
  readonly controlUrl: string;
  /** Where the console is opened. */
  readonly consoleUrl: string;
  readonly workspaceId: number;
}

interface Listeners {
  readonly onLog: (line: string) => void;
  /** Sees every event on the bus. */
  readonly onEvent?: (event: BusEvent) => void;
}

/**
 * The whole product on this machine: synthesizes the stack and hosts what was synthesized.
 * @param env the user's environment
 * @throws Error that tells which setting is wrong, or what is in the way
 */
export async function startLocal(env: NodeJS.ProcessEnv, { onLog, onEvent = () => {} }: Listeners): Promise<Local> {
  const settings = readLocalSettings(env);
  const { configFile, dataDirectory, port } = settings;
  await refuseTakenPort(port);
  makePrivateFolder(dataDirectory);
  // The template's validation matters to those who deploy it; here it would be most of the start.
  const outdir = resolve(dataDirectory, "cdk.out");
  makePrivateFolder(outdir);
  const { stack, config, directory } = withPrivateFiles(() => {
    const { synth, ...made } = insightsApp({ configFile, outdir, validate: false });
    return { ...made, directory: synth() };
  });
  closeFoldersIn(directory);
  const { workspaces, schedules } = config;
  const workspaceId = workspaces[0]?.id ?? 0;
  const callersOf =
    settings.auth === "iam" ? (apiArn: string) => documentedCallers({ apiArn, workspaceId }) : undefined;
  const { stackName } = stack;
  const target = () => ({ url: hosted.url, signer: signerOf({ ...hosted, settings }) });
  const key = settings.auth === "iam" ? newConsoleKey() : undefined;
  const page = localConsole({ workspaces, target, key });
  const options = { directory, stackName, workspaces, settings, callersOf, page, onLog, onEvent };
  const hosted: HostedAssembly = await hostAssembly(options);
  const control = await startControl(hosted);
  return {
    ...hosted,
    settings,
    schedules,
    controlUrl: control.url,
    consoleUrl: consoleAddress(hosted.url, key),
    workspaceId,
    async close() {
      await control.close();
      await hosted.close();
    },
  };
}

/** With whose signature the other commands call: that of the workspace's own caller. */
export function signerOf({ callers, settings: { region } }: Pick<Local, "callers" | "settings">): Signer | undefined {
  const [caller] = callers ?? [];
  if (!caller) return undefined;
  const { accessKeyId, secretAccessKey } = caller;
  return { region, credentials: { accessKeyId, secretAccessKey } };
}

/** The queues, for `toggl-insights redrive`. A key of the user's own is never written down: it is in the environment. */
export function queuesOf({ sqsUrl, outputs, settings }: Pick<Local, "sqsUrl" | "outputs" | "settings">): RunningQueues {
  const { region, credentials, s3Url } = settings;
  return {
    endpoint: sqsUrl,
    queueUrl: outputs.ExportQueueUrl ?? "",
    deadLetterQueueUrl: outputs.DeadLetterQueueUrl ?? "",
    signer: s3Url === undefined ? { region, credentials } : { region },
  };
}

/** One caller for each policy that the documentation shows. */
function documentedCallers(deployment: { apiArn: string; workspaceId: number }): Caller[] {
  return Object.entries(callerPolicies).map(([name, policyFor]) => ({
    name,
    policy: policyFor(deployment),
    ...newCredentials(`AKIA${name.replaceAll("-", "").toUpperCase()}`),
  }));
}
