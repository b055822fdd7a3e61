import { existsSync } from "node:fs";
import { type ApiAddress, apiCaller, areCallsSigned, type CallApi, isAddress } from "../client/call-api.ts";
import { type InsightsClient, insightsClient } from "../client/insights-client.ts";
import { readConfig } from "../lib/config/config.ts";
import { bearerToken } from "./bearer-token.ts";
import { findDeployment } from "./deployment.ts";
import type { NamedWorkspace } from "./doctor.ts";
import { UsageError } from "./exit-codes.ts";
import { findRunning } from "./running.ts";

/** What the command line says of the API that is meant. */
export interface TargetOptions {
  readonly api?: string | undefined;
  readonly stack?: string | undefined;
  /** A command that prints the JWT to call with. */
  readonly tokenCommand?: string | undefined;
}

/** The API that a command talks to. */
interface Target {
  readonly url: string;
  readonly client: InsightsClient;
  readonly callApi: CallApi;
  /** Whether calls are made in somebody's name: signed, or with a JWT. */
  readonly isInSomebodysName: boolean;
}

const localUrl = "http://127.0.0.1:3000";

/** The API that is named, or that of the running `npm start`. */
export async function findTarget(options: TargetOptions): Promise<Target> {
  const address = await addressOf(options);
  const isInSomebodysName = address.token !== undefined || areCallsSigned(address);
  return { url: address.baseUrl, client: insightsClient(address), callApi: apiCaller(address), isInSomebodysName };
}

async function addressOf(options: TargetOptions): Promise<ApiAddress> {
  const token = bearerToken(options.tokenCommand);
  const { signer, ...address } = await placeOf(options);
  return token ? { ...address, token } : { ...address, signer };
}

async function placeOf({ api, stack }: TargetOptions): Promise<ApiAddress> {
  if (api !== undefined && stack !== undefined) throw new UsageError("Name either --api or --stack, not both.");
  if (api !== undefined && !isAddress(api)) {
    throw new UsageError(`--api must be an address, such as ${localUrl}; it is ${api || "nothing"}.`);
  }
  if (api !== undefined) return { baseUrl: api };
  if (stack === "") throw new UsageError("--stack must be a stack's name, such as TogglInsights.");
  if (stack !== undefined) return { baseUrl: (await findDeployment(stack)).apiUrl };
  try {
    const { url: baseUrl, signer } = findRunning();
    return { baseUrl, signer };
  } catch {
    return { baseUrl: localUrl }; // started elsewhere, perhaps
  }
}

/** The configuration's workspaces, where there is a configuration. */
export function configuredWorkspaces(): readonly NamedWorkspace[] {
  const file = process.env.INSIGHTS_CONFIG ?? "insights.config.json";
  return existsSync(file) ? readConfig(file).workspaces : [];
}

/**
 * The workspace that is named, or the only one that is configured here.
 * @throws UsageError that lists those that are, or says what an id looks like
 */
export function chosenWorkspace(id: number | undefined): number {
  if (id !== undefined && !(Number.isSafeInteger(id) && id > 0)) {
    throw new UsageError("--workspace must be the workspace's id at Toggl, a number such as 1234567.");
  }
  if (id !== undefined) return id;
  const configured = configuredWorkspaces();
  const [only] = configured;
  if (only && configured.length === 1) return only.id;
  const known = configured.map((one) => `${one.id} (${one.name})`).join(", ");
  throw new UsageError(`Say which workspace: --workspace ID${known && `, one of ${known}`}.`);
}
