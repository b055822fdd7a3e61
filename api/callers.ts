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

const callerNames: Record<Caller, string> = {
  console: "Console",
  "command-line": "Command line",
  client: "Typed client",
  curl: "curl",
};

interface Asked {
  readonly schedule?: string | undefined;
  readonly requested_with?: Caller | undefined;
}

/** Who asked for an export: a schedule, or a program as far as it says which it is. */
export function askedBy({ schedule, requested_with }: Asked): string {
  const program =
    requested_with && Object.hasOwn(callerNames, requested_with) ? callerNames[requested_with] : undefined;
  if (schedule !== undefined) return program ? `${schedule}, run by ${inSentence(program)}` : schedule;
  return program ?? "A caller";
}

function inSentence(program: string): string {
  return program === "curl" ? program : `the ${program.toLowerCase()}`;
}
