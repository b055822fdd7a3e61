/** How the programs that ask for exports name themselves in `User-Agent`, by what a record calls them. */
export const userAgents = {
  console: "toggl-insights-console",
  "command-line": "toggl-insights-cli",
  client: "toggl-insights-client",
  curl: "curl",
} as const;

/** A program that asked for an export, as far as it is one of these. */
export type Caller = keyof typeof userAgents;

export const callers = Object.keys(userAgents) as Caller[];

/**
 * The program that a `User-Agent` names first (RFC 9110, 10.1.5), with or without its version. Of any other nothing is
 * kept: the header is whatever somebody sends.
 */
export function callerOf(userAgent: string | undefined): Caller | undefined {
  const [product] = /^[^\s/]+/.exec(userAgent ?? "") ?? [];
  return callers.find((caller) => userAgents[caller] === product?.toLowerCase());
}
