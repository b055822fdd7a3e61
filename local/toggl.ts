import type { Listening } from "./listening.ts";
import type { LocalSettings } from "./settings.ts";
import { serveSimulator } from "./toggl-simulator/serve-simulator.ts";
import { togglSimulator } from "./toggl-simulator/toggl-simulator.ts";

/** The Toggl that is asked: the user's choice, or a simulator of our own. */
export interface LocalToggl {
  readonly url: string;
  /** What the workspaces' secrets hold. */
  readonly token: string;
  readonly isSimulated: boolean;
  close(): Promise<void>;
}

const demoToken = "demo-token-of-the-simulator";

export async function startToggl(
  { togglUrl, togglToken = demoToken }: LocalSettings,
  workspaceIds: readonly number[],
): Promise<LocalToggl> {
  if (togglUrl !== undefined) return { url: togglUrl, token: togglToken, isSimulated: false, close: async () => {} };
  const simulator: Listening = await serveSimulator(togglSimulator({ tokens: [demoToken], workspaces: workspaceIds }));
  return { ...simulator, token: demoToken, isSimulated: true };
}
