import { ApiProblem, DownloadError, ForeignAnswer, NoAnswer, RegionMissing } from "../client/api-problem.ts";
import { SpanError } from "../client/backfill-plan.ts";
import { ConfigError } from "../lib/config/config-error.ts";

/** What a program that runs the command can tell by its exit status. */
export const exitCodes = {
  fine: 0,
  /** Something else went wrong. */
  failed: 1,
  /** The command line, the configuration, the request or what a deployment finds does not fit. */
  usage: 2,
  notFound: 3,
  /** AWS identity, policy, workspace or Toggl's token. */
  refused: 4,
  /** Toggl's quota or pace, or this deployment's, or an export that is under way: later. */
  limited: 5,
  /** Toggl, the API or what it needs is out of order. */
  unavailable: 6,
  /** Nothing answered. */
  noAnswer: 7,
  /** Ended by Ctrl-C, as shells report it: 128 and the number of the signal. */
  stopped: 130,
} as const;

/** The command line itself is wrong: the message comes with how to use it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was named is not there; the message says what is. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
}

/** What was found here or at AWS has to change first; the message says how. Nothing further was done. */
export class StoppedShort extends Error {
  override readonly name = "StoppedShort";
}

/** The export that was named is still under way: later it has a file. */
export class NotMadeYet extends Error {
  override readonly name = "NotMadeYet";
}

/** AWS does not let this identity do something; the message says what it needs. */
export class AwsAccessDenied extends Error {
  override readonly name = "AwsAccessDenied";
}

/** The person ended it. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

const byStatus: Readonly<Record<number, number>> = {
  400: exitCodes.usage,
  401: exitCodes.refused,
  402: exitCodes.refused,
  403: exitCodes.refused,
  404: exitCodes.notFound,
  406: exitCodes.usage,
  409: exitCodes.limited,
  413: exitCodes.usage,
  415: exitCodes.usage,
  422: exitCodes.usage,
  429: exitCodes.limited,
};

/** Toggl's token is what is wrong, whatever the status: only a person can put in another. */
const isAboutToken: readonly string[] = ["toggl_credentials_rejected", "token_not_set"];

/** Of another server's answer, which says nothing of what there is. */
const byForeignStatus: Readonly<Record<number, number>> = {
  401: exitCodes.refused,
  403: exitCodes.refused,
  429: exitCodes.limited,
};

/** What failures of our own are called for a program, and how the command ends with them. */
export const ownFailures = {
  usage: exitCodes.usage,
  configuration_invalid: exitCodes.usage,
  stopped_short: exitCodes.usage,
  region_missing: exitCodes.usage,
  not_found: exitCodes.notFound,
  not_made_yet: exitCodes.limited,
  no_answer: exitCodes.noAnswer,
  aws_access_denied: exitCodes.refused,
  aws_identity_refused: exitCodes.refused,
  download_failed: exitCodes.unavailable,
  stopped: exitCodes.stopped,
  unexpected: exitCodes.failed,
} as const;

type OwnFailure = keyof typeof ownFailures;

const byKind: readonly (readonly [new (...args: never[]) => Error, OwnFailure])[] = [
  [UsageError, "usage"],
  [SpanError, "usage"],
  [ConfigError, "configuration_invalid"],
  [StoppedShort, "stopped_short"],
  [RegionMissing, "region_missing"],
  [NotFoundError, "not_found"],
  [NotMadeYet, "not_made_yet"],
  [NoAnswer, "no_answer"],
  [AwsAccessDenied, "aws_access_denied"],
  [DownloadError, "download_failed"],
  [Stopped, "stopped"],
];

/** What a failure that is none of the API's is called. */
export function failureCodeOf(error: unknown): OwnFailure {
  const [, code] = byKind.find(([kind]) => error instanceof kind) ?? [];
  return code ?? (isAboutIdentity(error) ? "aws_identity_refused" : "unexpected");
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof ForeignAnswer) return byForeignStatus[error.status] ?? exitCodes.unavailable;
  if (!(error instanceof ApiProblem)) return ownFailures[failureCodeOf(error)];
  if (isAboutToken.includes(error.problem.code)) return exitCodes.refused;
  return byStatus[error.status] ?? (error.status >= 500 ? exitCodes.unavailable : exitCodes.failed);
}

/**
 * Counts as failed until it comes to its end, also where nobody reads on and the command ends in the middle of it.
 * @param work gives the exit status
 */
export async function toItsEnd(work: () => Promise<number>): Promise<void> {
  process.exitCode = exitCodes.failed;
  process.exitCode = await work();
}

/** The SDK found no AWS identity, or AWS refused the one it found. */
export function isAboutIdentity(error: unknown): boolean {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return /^(Credentials|Token)ProviderError$/.test(name) || $metadata?.httpStatusCode === 403;
}
