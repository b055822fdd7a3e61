/** A JSON Schema: its keywords and what they say. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** For zod's `override`: all numbers here are whole, and a format says what its long pattern says. */
export function tidy({ jsonSchema: schema }: { jsonSchema: Record<string, unknown> }): void {
  if (schema.type === "number" && schema.enum) schema.type = "integer";
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format) delete schema.pattern;
  if (schema.additionalProperties === false) delete schema.additionalProperties; // an answer may grow a field
}
