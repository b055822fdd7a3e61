import { userAgents } from "../api/callers.ts";
import { type ApiAddress, apiCaller, areCallsSigned, type CallApi, isAddress, isLoopback } from "../client/call-api.ts";
import { type InsightsClient, insightsClient } from "../client/insights-client.ts";
import { bearerToken } from "./bearer-token.ts";
import { findDeployment } from "./deployment.ts";
import type { NamedWorkspace } from "./doctor.ts";
import { UsageError } from "./exit-codes.ts";
import { ownConfigIfAny } from "./own-config.ts";
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
  /** What it is, for a person: a stack's name, version and region, or that it runs here. */
  readonly where: string;
  readonly client: InsightsClient;
  readonly callApi: CallApi;
  /** Whether calls are made in somebody's name: signed, or with a JWT. */
  readonly isInSomebodysName: boolean;
}

const localUrl = "http://127.0.0.1:3000";

/** The API that is named, or that of the running `npm start`. */
export async function findTarget(options: TargetOptions): Promise<Target> {
  const token = bearerToken(options.tokenCommand);
  const { baseUrl, signer, where } = await placeOf(options);
  const userAgent = userAgents["command-line"];
  const address: ApiAddress = token ? { baseUrl, token, userAgent } : { baseUrl, signer, userAgent };
  const isInSomebodysName = token !== undefined || areCallsSigned(address);
  return { url: baseUrl, where, client: insightsClient(address), callApi: apiCaller(address), isInSomebodysName };
}

interface Place extends Pick<ApiAddress, "baseUrl" | "signer">, Pick<Target, "where"> {}

/** What the environment says where the command line does not: empty is as good as not there. */
const fromEnvironment = (name: "API" | "STACK" | "WORKSPACE") => process.env[`TOGGL_INSIGHTS_${name}`] || undefined;

/** The stack that is named, or the environment's (`TOGGL_INSIGHTS_STACK`). */
export const stackOrEnvironment = (stack: string | undefined): string | undefined => stack ?? fromEnvironment("STACK");

async function placeOf(options: TargetOptions): Promise<Place> {
  if (options.api !== undefined && options.stack !== undefined) {
    throw new UsageError("Name either --api or --stack, not both.");
  }
  const isNamed = options.api !== undefined || options.stack !== undefined;
  const [api, stack] = isNamed ? [options.api, options.stack] : [fromEnvironment("API"), fromEnvironment("STACK")];
  if (api !== undefined && stack !== undefined) {
    throw new UsageError(
      "TOGGL_INSIGHTS_API and TOGGL_INSIGHTS_STACK are both set. Name one of them, with --api or --stack.",
    );
  }
  if (api !== undefined && !isAddress(api)) {
    const name = isNamed ? "--api" : "TOGGL_INSIGHTS_API";
    throw new UsageError(`${name} must be an address, such as ${localUrl}; it is ${api || "nothing"}.`);
  }
  if (api !== undefined) return { baseUrl: api, where: isLoopback(api) ? "on this machine" : "deployed" };
  if (stack === "") throw new UsageError("--stack must be a stack's name, such as TogglInsights.");
  if (stack !== undefined) {
    const { apiUrl: baseUrl, version, region } = await findDeployment(stack);
    return { baseUrl, where: `${stack} ${version} in ${region}` };
  }
  const where = "on this machine";
  try {
    const { url: baseUrl, signer } = findRunning();
    return { baseUrl, signer, where };
  } catch {
    return { baseUrl: localUrl, where }; // started elsewhere, perhaps
  }
}

/** The configuration's workspaces, where there is a configuration. */
export function configuredWorkspaces(): readonly NamedWorkspace[] {
  return ownConfigIfAny()?.workspaces ?? [];
}

/**
 * The workspace that is named, by the command line or by `TOGGL_INSIGHTS_WORKSPACE`.
 * @throws UsageError that says what an id looks like
 */
export function namedWorkspace(id: number | undefined): number | undefined {
  const [name, named] =
    id !== undefined ? ["--workspace", id] : ["TOGGL_INSIGHTS_WORKSPACE", fromEnvironment("WORKSPACE")];
  if (named === undefined) return undefined;
  if (Number.isSafeInteger(Number(named)) && Number(named) > 0) return Number(named);
  throw new UsageError(`${name} must be the workspace's id at Toggl, a number such as 1234567.`);
}

/**
 * The workspace that is named, or the only one that is configured here.
 * @throws UsageError that lists those that are, or says what an id looks like
 */
export function chosenWorkspace(id: number | undefined): number {
  const named = namedWorkspace(id);
  if (named !== undefined) return named;
  const configured = configuredWorkspaces();
  const [only] = configured;
  if (only && configured.length === 1) return only.id;
  const known = configured.map((one) => `${one.id} (${one.name})`).join(", ");
  throw new UsageError(`Say which workspace: --workspace ID${known && `, one of ${known}`}.`);
}
