import { runWords } from "../cli/run-words.ts";
import { reportedCases } from "./reported-cases.ts";

/** The first line that is said of a command line that fits nothing; nothing is asked of any API. */
const said = (words: string) => async () => (await runWords(words.split(" "))).stderr.split("\n")[0];

const yargsOf = (name: string) => `Invalid values: Argument: ${name}, Given: …, Choices: …`;
const noWorkspace = "the flag is dropped, and the rest goes on";

reportedCases(
  "A command line that fits nothing says what would, and what was probably meant",
  [
    { name: "exprot", before: "Unknown argument: exprot", right: "There is no command exprot. Did you mean export?" },
    {
      name: "dowload x",
      before: "Unknown arguments: dowload, x",
      right: "There is no command dowload. Did you mean download?",
    },
    {
      name: "schedule",
      before: "Unknown argument: schedule",
      right: "There is no command schedule. Did you mean schedules?",
    },
    { name: "SMOKE", before: "Unknown argument: SMOKE", right: "There is no command SMOKE. Did you mean smoke-aws?" },
    { name: "frobnicate", before: "Unknown argument: frobnicate", right: "There is no command frobnicate." },
    {
      name: "exports --limt 5 -w 1",
      before: "Unknown argument: limt",
      right: "There is no flag --limt. Did you mean --limit?",
    },
    {
      name: "exports --jsno",
      before: "Unknown argument: jsno",
      right: "There is no flag --jsno. Did you mean --json?",
    },
    { name: "exports --colour", before: "Unknown argument: colour", right: "There is no flag --colour." },
    { name: "exports -x 1", before: "Unknown argument: x", right: "There is no flag -x." },
    {
      name: "redrive --dryrun",
      before: "Unknown argument: dryrun",
      right: "There is no flag --dryrun. Did you mean --dry-run?",
    },
    {
      name: "run monthly --nowait",
      before: "Unknown argument: nowait",
      right: "There is no flag --nowait. Did you mean --wait?",
    },
    {
      name: "exports --status faild -w 1",
      before: yargsOf("status"),
      right: "--status must be queued, running, deferred, succeeded or failed; it is faild. Did you mean failed?",
    },
    {
      name: "export trends/project -w 1",
      before: yargsOf("report"),
      right:
        "REPORT must be profitability/employees, profitability/projects or trends/projects; it is trends/project. Did you mean trends/projects?",
    },
    {
      name: "export trends/projects --format pdf",
      before: yargsOf("format"),
      right: "--format must be csv or xlsx; it is pdf.",
    },
    {
      name: "completion bahs",
      before: yargsOf("shell"),
      right: "SHELL must be bash, zsh or fish; it is bahs. Did you mean bash?",
    },
    { name: "exports --limit", before: noWorkspace, right: "--limit needs a value: How many, 100 at most." },
    {
      name: "exports --limit --json=false",
      before: noWorkspace,
      right: "--limit needs a value: How many, 100 at most.",
    },
    { name: "exports -w", before: noWorkspace, right: "--workspace needs a value: The workspace's id at Toggl." },
    {
      name: "trends -w 1 --period --json=false",
      before: "Say which days: --period previous-month, or --from …",
      right:
        "--period needs a value: Days, seen from today: previous-day, -week, -month, -quarter or -year; week-, month-, quarter- or year-to-date; last-N-days or last-N-months.",
    },
    {
      name: "exports --json=maybe -w 1",
      before: "goes on without JSON",
      right: "--json takes no value: it is there, or it is not.",
    },
    { name: "run a b -w 1", before: "Unknown argument: b", right: "There is a word too many: b." },
    { name: "run a b c -w 1", before: "Unknown arguments: b, c", right: "There are words too many: b, c." },
    {
      name: "export profitability/projects -w 1 --period previous-month --compare none",
      before: "Unknown argument: compare",
      right: "--compare goes with trends/projects: profitability/projects compares nothing.",
    },
    {
      name: "export trends/projects -w 1 --period previous-month --compare last-year",
      before: "Unknown argument: compare",
      right:
        "--compare must be none, previous-period, equal-length, same-last-year, or a day such as 2025-10-01; it is last-year.",
    },
  ].map((one) => ({ ...one, now: said(one.name) })),
);
