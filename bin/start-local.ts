import { resolve } from "node:path";
import { insightsApp } from "../lib/insights-app.ts";
import type { BusEvent } from "../local/event-bridge/bus-event.ts";
import { type HostedAssembly, hostAssembly } from "../local/host-assembly.ts";
import { type LocalSettings, readLocalSettings } from "../local/settings.ts";

export interface Local extends HostedAssembly {
  readonly settings: LocalSettings;
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
  const { configFile, dataDirectory } = settings;
  const { app, stack, config } = insightsApp({ configFile, outdir: resolve(dataDirectory, "cdk.out") });
  const { directory } = app.synth();
  const { workspaces } = config;
  const hosted = await hostAssembly({ directory, stackName: stack.stackName, workspaces, settings, onLog, onEvent });
  return { ...hosted, settings, workspaceId: workspaces[0]?.id ?? 0 };
}
