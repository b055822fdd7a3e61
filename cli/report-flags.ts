import type { Options } from "yargs";
import description from "../docs/openapi.json" with { type: "json" };
import { UsageError } from "./exit-codes.ts";

interface FieldSchema {
  readonly type: string;
  readonly description: string;
  readonly enum?: readonly (string | number)[];
}

/** Days have flags of their own. */
const days = ["start_date", "end_date", "previous_period_start"];

const schemas: Readonly<Record<string, object>> = description.components.schemas;

/** Every field that some report takes, out of the same description that the API publishes. */
const fields: Readonly<Record<string, FieldSchema>> = allFields();

function allFields(): Record<string, FieldSchema> {
  const all: Record<string, FieldSchema> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    if (!name.endsWith("CsvRequest") || !("properties" in schema)) continue;
    for (const [field, found] of Object.entries(schema.properties as Record<string, FieldSchema>)) {
      const choices = [...new Set([...(all[field]?.enum ?? []), ...(found.enum ?? [])])]; // reports differ in them
      if (!days.includes(field)) all[field] = { ...found, ...(choices.length > 0 && { enum: choices }) };
    }
  }
  return all;
}

const flagOf = (field: string) => field.replaceAll("_", "-");

/** A flag for each field of a report. */
export const reportFlags: Readonly<Record<string, Options>> = Object.fromEntries(
  Object.entries(fields).map(([field, { type, description: what, enum: choices }]): [string, Options] => [
    flagOf(field),
    {
      description: type === "array" ? `${what} Ids with commas between` : what,
      type: type === "boolean" ? "boolean" : "string",
      ...(choices && { choices: choices.map(String) }),
      requiresArg: type !== "boolean",
    },
  ]),
);

/**
 * The report's fields that the command line names. Whether the report takes them is the API's to say.
 * @throws UsageError where ids are none
 */
export function reportFields(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(fields).filter(([field]) => flags[flagOf(field)] !== undefined);
  return Object.fromEntries(given.map(([field, schema]) => [field, typedValue(field, schema, flags[flagOf(field)])]));
}

function typedValue(field: string, { type }: FieldSchema, value: unknown): unknown {
  if (type === "integer") return Number(value);
  if (type !== "array") return value;
  return String(value)
    .split(",")
    .map((id) => idOf(field, id.trim()));
}

function idOf(field: string, text: string): number | null {
  if (text === "null" && field === "client_ids") return null;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(
    `--${flagOf(field)} must be ids with commas between, such as 101,102; ${text || "nothing"} is none.`,
  );
}
