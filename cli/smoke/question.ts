import { setTimeout as sleep } from "node:timers/promises";
import { AwsAccessDenied, isAboutIdentity } from "../exit-codes.ts";

/** What came of a question. Only what was seen can be as expected. */
export type Finding =
  | { readonly outcome: "as expected" | "otherwise"; readonly seen: string }
  | { readonly outcome: "not tried here"; readonly because: string }
  /** What only a person can look at: what to do, and what to send. */
  | { readonly outcome: "by hand"; readonly steps: readonly string[] };

/** Something about AWS that only an account can answer. */
export interface Question {
  readonly name: string;
  /** In a few words, for a row of the table. */
  readonly expected: string;
  /** Where that is said: an address, or a file of ours. */
  readonly source: string;
  /** Whether it asks if the API can be reached: without that, nothing is asked over it. */
  readonly isAboutReach?: boolean;
  readonly isOverApi?: boolean;
  /** What it makes, in a few words; such a question is asked with `--allow-changes` alone. */
  readonly makes?: string;
  /** Whether it takes minutes; such a question is asked with `--slow` alone. */
  readonly isSlow?: boolean;
  /** Milliseconds after which it is called off. */
  readonly maxMs: number;
  /** @param signal is aborted when the time is up, or at Ctrl-C; what was made is removed all the same */
  ask(signal: AbortSignal): Promise<Finding>;
}

export interface Answered {
  readonly question: Question;
  readonly finding: Finding;
}

/** Why a question cannot be asked from here; it says nothing about the deployment. */
export class NotTried extends Error {
  override readonly name = "NotTried";
}

export const asExpected = (isSo: boolean, seen: string): Finding => ({
  outcome: isSo ? "as expected" : "otherwise",
  seen,
});

interface Permissions {
  readonly mayChange: boolean;
  readonly maySlow: boolean;
  /** Ends the run: what was not asked yet is not asked any more. */
  readonly stop: AbortSignal;
  /** Time to remove what was made, after a question was called off, in milliseconds. */
  readonly graceMs?: number;
  /** Sees each question before it is asked. */
  readonly onAsk?: (question: Question) => void;
}

/** Asks one after the other. */
export async function askAll(questions: readonly Question[], permissions: Permissions): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const question of questions) {
    const because = obstacle(question, answered, permissions);
    if (because === undefined) permissions.onAsk?.(question);
    const finding: Finding = because ? { outcome: "not tried here", because } : await ask(question, permissions);
    answered.push({ question, finding });
  }
  return answered;
}

function obstacle(
  { isOverApi, makes, isSlow }: Question,
  answered: readonly Answered[],
  { mayChange, maySlow, stop }: Permissions,
): string | undefined {
  if (stop.aborted) return "the run was stopped before";
  const reach = answered.find(({ question }) => question.isAboutReach)?.finding.outcome;
  if (isOverApi && reach !== undefined && reach !== "as expected") return "the API was not reached as expected";
  const missing = [...(makes && !mayChange ? ["--allow-changes"] : []), ...(isSlow && !maySlow ? ["--slow"] : [])];
  return missing.length > 0 ? `it needs ${missing.join(" and ")}` : undefined;
}

const defaultGraceMs = 60_000;

async function ask(question: Question, { stop, graceMs = defaultGraceMs }: Permissions): Promise<Finding> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(question.maxMs)]);
  const over = new AbortController();
  const asked = Promise.resolve()
    .then(() => question.ask(signal))
    .catch((error: unknown): Finding => {
      if (signal.aborted) return { outcome: "otherwise", seen: `no answer within ${seconds(question.maxMs)}` };
      return findingOf(error);
    });
  const limitMs = question.maxMs + graceMs;
  const never = sleep(limitMs, undefined, { signal: over.signal }).then(
    () => asExpected(false, `it did not end within ${seconds(limitMs)}`),
    () => asked,
  );
  const finding = await Promise.race([asked, never]);
  over.abort();
  // What was cut short says nothing of AWS.
  return stop.aborted && finding.outcome === "otherwise"
    ? { outcome: "not tried here", because: "the run was stopped" }
    : finding;
}

/** What a question that failed says of the deployment, if anything. */
function findingOf(error: unknown): Finding {
  const because = reasonNotTried(error);
  if (because !== undefined) return { outcome: "not tried here", because };
  const { name, message } = error as Error;
  return asExpected(false, `${name}: ${message}`);
}

/** What a client of AWS says where nothing answered it; what the API does not answer is a NoAnswer. */
const unreached = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"];

/** Undefined where the failure may be the deployment's. */
function reasonNotTried(error: unknown): string | undefined {
  const { name, message, code = "" } = error as Error & { code?: string };
  if (error instanceof NotTried || error instanceof AwsAccessDenied) return message;
  const [, action] = /not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? [];
  if (/AccessDenied|AuthorizationError|UnauthorizedOperation/.test(name)) {
    return `your AWS identity needs ${action ?? `a right that AWS does not name (${message})`}`;
  }
  if (name === "UnknownOperationException") return "the endpoint here does not know this operation of AWS";
  if (unreached.includes(code) || name === "TimeoutError") {
    return `AWS's endpoint cannot be reached from here (${code || name})`;
  }
  if (isAboutIdentity(error)) return `AWS does not take your identity (${name})`;
  return undefined;
}

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;
