import type { Argv } from "yargs";
import { UsageError } from "./exit-codes.ts";
import { didYouMean } from "./spelling.ts";

/** How the shells' scripts ask what there is to offer. */
export const completionCall = "--get-yargs-completions";

/** What yargs knows of the command that is called; its types say less than it has. */
interface Known {
  readonly key: Readonly<Record<string, unknown>>;
  readonly alias: Readonly<Record<string, readonly string[]>>;
  readonly boolean: readonly string[];
  readonly choices: Readonly<Record<string, readonly unknown[]>>;
}

interface YargsInside {
  getOptions(): Known;
  getInternalMethods(): { getUsageInstance(): { getDescriptions(): Readonly<Record<string, string>> } };
}

/** A flag as it was typed. */
interface Typed {
  /** With its hyphens, and without the value. */
  readonly shown: string;
  readonly name: string;
  readonly value: string | undefined;
}

/**
 * Sees that a command, its flags and their values are some that there are, and says in our own words what is wrong.
 * @param commands the names of all
 * @throws UsageError
 */
export function checkWords(
  words: readonly string[],
  given: Readonly<Record<string, unknown>>,
  yargs: Argv,
  commands: readonly string[],
): void {
  if (words[0] === completionCall) return; // what is typed so far need not fit yet
  const [command] = given._ as (string | number)[];
  if (command !== undefined && !commands.includes(String(command))) {
    throw new UsageError(`There is no command ${command}.${didYouMean(String(command), commands)}`);
  }
  const inside = yargs as unknown as YargsInside;
  const known = inside.getOptions();
  refuseRepeated(given);
  const flags = typedFlags(words);
  for (const [flag, next] of flags) checkFlag(flag, next, known, inside.getInternalMethods().getUsageInstance());
  checkChoices(
    given,
    known,
    flags.map(([{ name }]) => canonical(name, known)),
  );
}

/** Each flag, with the word behind it. */
function typedFlags(words: readonly string[]): (readonly [Typed, string | undefined])[] {
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  return own.flatMap((word, at) => {
    const [, shown = "", name = "", value] = /^(--?([a-z][\w-]*))(?:=(.*))?$/is.exec(word) ?? [];
    return shown === "" ? [] : [[{ shown, name, value }, own[at + 1]] as const];
  });
}

/** No flag takes several values: which of them is meant cannot be told. */
function refuseRepeated(given: Readonly<Record<string, unknown>>): void {
  const repeated = Object.keys(given).filter((flag) => flag !== "_" && flag !== "--" && Array.isArray(given[flag]));
  const [name] = repeated.filter((flag) => /^[a-z-]{2,}$/.test(flag));
  if (name) throw new UsageError(`--${name} is there more than once. Say it once.`);
}

function checkFlag(
  { shown, name, value }: Typed,
  next: string | undefined,
  known: Known,
  usage: { getDescriptions(): Readonly<Record<string, string>> },
): void {
  const flag = canonical(name, known);
  const isBoolean = known.boolean.includes(flag);
  if (!(flag in known.key)) {
    const names = [...Object.keys(known.key), ...Object.values(known.alias).flat()].filter((one) => one.length > 1);
    throw new UsageError(`There is no flag ${shown}.${didYouMean(name, names, (one) => `--${one}`)}`);
  }
  if (isBoolean) {
    if (value === undefined || ["true", "false"].includes(value)) return;
    throw new UsageError(`--${flag} takes no value: it is there, or it is not.`);
  }
  if (value !== undefined || (next !== undefined && !/^--?[a-z]/i.test(next))) return;
  const description = usage
    .getDescriptions()
    [flag]?.replace(/^__yargsString__:/, "")
    .replace(/\.?$/, ".");
  throw new UsageError(`--${flag} needs a value: ${description}`);
}

/** The flag's own name, of which others are another form: an alias, or `--no-…`. */
function canonical(name: string, { key, alias, boolean }: Known): string {
  const others = [...(alias[name] ?? []), ...Object.keys(alias).filter((one) => alias[one]?.includes(name))];
  const own = [name, ...others].filter((one) => one in key).sort((a, b) => b.length - a.length)[0];
  if (own !== undefined) return own;
  const positive = name.replace(/^no-/, "");
  return positive !== name && boolean.includes(positive) ? positive : name;
}

function checkChoices(given: Readonly<Record<string, unknown>>, { choices }: Known, flags: readonly string[]): void {
  for (const [name, all] of Object.entries(choices)) {
    const value = given[name];
    if (value === undefined || all.includes(value)) continue;
    const texts = all.map(String);
    const shown = flags.includes(name) ? `--${name}` : name.toUpperCase();
    throw new UsageError(
      `${shown} must be ${listed(texts)}; it is ${String(value) || "nothing"}.${didYouMean(String(value), texts)}`,
    );
  }
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
