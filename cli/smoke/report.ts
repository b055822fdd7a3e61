import { isIPv6 } from "node:net";
import { exitCodes } from "../exit-codes.ts";
import type { Line } from "../output.ts";
import { tableLines } from "../table.ts";
import type { Answered, Finding, Question } from "./question.ts";

/** What is known of the deployment that was asked. */
interface Asked {
  readonly where: string;
  readonly version: string;
  readonly workspaceIds: readonly number[];
}

/** What is no business of whoever gets the table, and how it is shown. */
const shortenings: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]*\.[\w-]+\.[\w-]*/g, "(a JWT)"],
  [/\b(AKIA|ASIA)[A-Z0-9]{8,}\b/g, "$1…"],
  [/(?<!\d)\d{8}(\d{4})(?!\d)/g, "…$1"], // an account's number
  [/\b[a-z0-9]{8,}(?=\.execute-api\.)/g, "…"],
  [/(?<=:execute-api:[^:\s]*:[^:\s]*:)[a-z0-9]{8,}/g, "…"],
  [/(?<=:(user|role|assumed-role|federated-user)\/)[^\s"',]+/g, "…"], // whoever asks, in an ARN
  [/\b(vpce?|subnet|sg)-[0-9a-f]{8,}\b/g, "$1-…"],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "…@…"],
  [/\b\d{1,3}(\.\d{1,3}){3}(\/\d+)?\b/g, "…"], // addresses and their ranges
];

/** What may be an address of IPv6, or a range of them. */
const betweenColons = /(?<![\w:])(?=[\da-f]*:)(?:[\da-f:]*::|[\da-f:]*[\da-f])(?:\/\d+)?(?!\w)/gi;

/** A text without accounts, addresses and keys; workspaces by their last two digits. */
export function shortened(text: string, workspaceIds: readonly number[]): string {
  const ofWorkspaces = workspaceIds
    .filter((id) => id > 999)
    .map((id) => [new RegExp(`(?<!\\d)${id}(?!\\d)`, "g"), `…${String(id).slice(-2)}`] as const);
  return [...ofWorkspaces, ...shortenings]
    .reduce((rest, [found, shown]) => rest.replace(found, shown), text)
    .replace(betweenColons, (found) => (isIPv6(found.replace(/\/.*/, "")) ? "…" : found));
}

const shownOf = (finding: Finding): string => {
  if (finding.outcome === "not tried here") return finding.because;
  return finding.outcome === "by hand" ? "see below" : finding.seen;
};

/** The table that may be sent, and under it what is left for a person to do. */
export function reportLines(answered: readonly Answered[], { where, version, workspaceIds }: Asked): Line[] {
  const columns = [{ title: "question" }, { title: "outcome" }, { title: "expected" }, { title: "seen" }];
  const rows = answered.map(({ question: { name, expected }, finding }) => [
    name,
    finding.outcome,
    expected,
    shortened(shownOf(finding), workspaceIds),
  ]);
  const table = tableLines(columns, rows).map((text, at): Line => {
    return rows[at - 1]?.[1] === "otherwise" ? { text, style: "red" } : text;
  });
  const asked = `${shortened(where, workspaceIds)}, toggl-insights-aws ${version}, Node.js ${process.version}`;
  return [asked, "", ...table, "", summaryOf(answered), ...sourcesOf(answered), ...stepsOf(answered)];
}

function summaryOf(answered: readonly Answered[]): string {
  const of = (outcome: Finding["outcome"]) => answered.filter(({ finding }) => finding.outcome === outcome).length;
  const [fine, other, left, byHand] = [of("as expected"), of("otherwise"), of("not tried here"), of("by hand")];
  const tried = fine + other;
  return `${tried} of ${answered.length} questions tried: ${fine} as expected, ${other} otherwise. Not tried here: ${left}. By hand: ${byHand}.`;
}

function sourcesOf(answered: readonly Answered[]): string[] {
  const others = answered.filter(({ finding }) => finding.outcome === "otherwise");
  return others.flatMap(({ question: { name, source } }) => ["", `${name}: otherwise than in ${source}`]);
}

function stepsOf(answered: readonly Answered[]): string[] {
  return answered.flatMap(({ question: { name }, finding }) => {
    return finding.outcome === "by hand" ? ["", `By hand: ${name}`, ...finding.steps.map((step) => `  ${step}`)] : [];
  });
}

/** The same for a program, or to be sent. */
export function reportJson(answered: readonly Answered[], { where, version, workspaceIds }: Asked, now: number) {
  const short = (text: string) => shortened(text, workspaceIds);
  return {
    asked_at: new Date(now).toISOString(),
    where: short(where),
    version,
    node: process.version,
    questions: answered.map(({ question: { name, expected, source }, finding }) => ({
      name,
      expected,
      source,
      outcome: finding.outcome,
      ...(finding.outcome === "not tried here" && { because: short(finding.because) }),
      ...(finding.outcome === "by hand" && { steps: finding.steps }),
      ...("seen" in finding && { seen: short(finding.seen) }),
    })),
  };
}

/** Fine if something was tried, and all of it came out as expected. */
export function exitStatusOf(answered: readonly Answered[]): number {
  const tried = answered.flatMap(({ finding }) => ("seen" in finding ? [finding.outcome] : []));
  const isFine = tried.length > 0 && tried.every((outcome) => outcome === "as expected");
  return isFine ? exitCodes.fine : exitCodes.failed;
}

/** What will be made, said before anything is. */
export function announcement(questions: readonly Question[], mayChange: boolean, maySlow: boolean): string[] {
  const making = questions.filter(({ makes, isSlow }) => makes && mayChange && (maySlow || !isSlow));
  const minutes = Math.round(making.reduce((sum, { maxMs }) => sum + maxMs, 0) / 60_000);
  return [
    "Asks Toggl once, if a token is put in, and sends 19 MB that are refused. No token is read or changed.",
    ...(making.length === 0
      ? ["Nothing is changed."]
      : [`This makes, in up to ${minutes} minutes, and removes again what is its own:`]),
    ...making.map(({ name, makes }) => `  ${name}: ${makes}`),
  ];
}
