import { readFileSync } from "node:fs";
import type * as z from "zod";
import { ConfigError } from "./config-error.ts";
import { type Config, configSchema } from "./config-schema.ts";

/**
 * Reads the configuration.
 * @param file path of an `insights.config.json`
 * @throws ConfigError that names every error of the file, one in a line
 */
export function readConfig(file: string): Config {
  const contents = parseFile(file);
  const { success, data, error } = configSchema.safeParse(contents);
  if (success) return data;
  const errors = error.issues.flatMap((issue) => errorsOf(issue, contents)).map((one) => `  ${one}`);
  throw new ConfigError([`${file} does not fit:`, ...errors].join("\n"));
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") {
      throw new ConfigError(`${file} does not exist. Copy the insights.config.json of the repository and edit it.`);
    }
    throw new ConfigError(`${file} cannot be read: ${error.message}`);
  }
}

function errorsOf(issue: z.core.$ZodIssue, contents: unknown): string[] {
  const whose = scheduleOf(issue.path, contents);
  if (issue.code !== "unrecognized_keys") return [`${pathOf(issue.path) || "the file"}${whose}: ${inWords(issue)}`];
  return issue.keys.map(
    (key) => `${pathOf([...issue.path, key])}${whose}: is not a setting; see insights.config.schema.json`,
  );
}

/** What the schema calls each kind of value, in words. */
const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
  record: "a group of settings",
};

/** What is wrong, as the rest of a sentence about the setting; the schema's own words where it has any. */
function inWords({ code, message, ...issue }: z.core.$ZodIssue): string {
  if (code === "invalid_value" && "values" in issue && message.startsWith("Invalid ")) {
    const values = issue.values.map((value) => JSON.stringify(value));
    return `must be ${values.length > 2 ? `one of ${values.join(", ")}` : values.join(" or ")}`;
  }
  if (code !== "invalid_type" || !("expected" in issue) || !message.startsWith("Invalid input: ")) return message;
  const kind = kinds[issue.expected] ?? issue.expected;
  return message.endsWith("received undefined") ? `is missing; it must be ${kind}` : `must be ${kind}`;
}

/** The name of the schedule that an error is in, since people know it by that and not by its place in the file. */
function scheduleOf([list, index]: readonly PropertyKey[], contents: unknown): string {
  if (list !== "schedules" || typeof index !== "number") return "";
  const { schedules } = contents as { schedules?: unknown };
  const name = Array.isArray(schedules) ? schedules[index]?.name : undefined;
  return typeof name === "string" ? ` (schedule "${name}")` : "";
}

/** Such as `workspaces[1].id`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((whole, part) => {
    if (typeof part === "number") return `${whole}[${part}]`;
    return whole ? `${whole}.${String(part)}` : String(part);
  }, "");
}
