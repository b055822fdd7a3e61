import { ApiProblem, NoAnswer } from "../../client/api-problem.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import type { Config } from "../../lib/config/config-schema.ts";

interface FirstCallNeeds {
  readonly client: Pick<InsightsClient, "listExports">;
  /** Whether the client carries a JWT. */
  readonly hasToken: boolean;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** A stage that was just made is not known everywhere at once; half a minute in all. */
const waitsMs = [1000, 2000, 4000, 8000, 15_000];

/**
 * Calls a deployment for the first time, in the way that its configuration lets callers in.
 * @returns what came of it, or why it could not be tried from here, in a sentence
 * @throws ApiProblem or NoAnswer where a call that should work does not
 */
export async function firstCall(config: Config, { client, hasToken, sleep }: FirstCallNeeds): Promise<string> {
  if (config.auth && !hasToken) {
    return `Not called: callers need a JWT of ${config.auth.jwt.issuer}. With TOGGL_INSIGHTS_TOKEN or --token-command the doctor can try.`;
  }
  for (const { id } of config.workspaces) {
    const error = await patiently(() => client.listExports(id, { limit: 1 }), sleep);
    if (error === undefined) continue;
    const reason = notFromHere(config, error);
    if (reason === undefined) throw error;
    return reason;
  }
  return "It answers.";
}

/** The last error of several tries; undefined if one succeeded. */
async function patiently(call: () => Promise<unknown>, sleep: FirstCallNeeds["sleep"]): Promise<unknown> {
  let error: unknown;
  for (const wait of [0, ...waitsMs]) {
    if (wait > 0) await sleep(wait);
    try {
      await call();
      return undefined;
    } catch (thrown) {
      error = thrown;
      if (!isPassing(thrown)) break;
    }
  }
  return error;
}

/** Of a fresh stage: its name is not known yet, its routes are not, or it has no functions yet. */
function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof ApiProblem) || error.problem.code === "access_denied") return false;
  return [403, 404, 429].includes(error.status) || error.status >= 500;
}

/** Why a call from this machine cannot work although the deployment may be fine. */
export function notFromHere({ allow_from, auth }: Config, error: unknown): string | undefined {
  if (allow_from?.vpc_endpoints && (error instanceof NoAnswer || isDenied(error))) {
    return `Not called: the API is a private one. Try the doctor from a network with ${allow_from.vpc_endpoints.join(" or ")}.`;
  }
  if (!isDenied(error)) return undefined;
  if (allow_from?.ip_ranges) {
    return `It refuses calls from here: this machine's address is in none of ${allow_from.ip_ranges.join(", ")}, or your AWS identity lacks execute-api:Invoke.`;
  }
  if (auth) return "It refuses this token: the token must name the workspaces in the configured claim.";
  return "Your AWS identity may deploy but not call it: execute-api:Invoke is missing (docs/security.md has policies).";
}

function isDenied(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 403;
}
