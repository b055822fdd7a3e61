import type { JsonSchema } from "./json-schema.ts";

/**
 * A body's schema in JSON Schema draft-04, which is what API Gateway reads. It takes all that the schema takes: what
 * draft-04 has no word for becomes another word of it, or is left out.
 */
export function draft04(schema: JsonSchema): JsonSchema {
  const translated = Object.entries(schema).map(([keyword, value]) => translations[keyword]?.(value));
  return Object.assign({}, ...translated);
}

/** What draft-04 knows and means alike. */
const alike = [
  "description",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minProperties",
  "required",
  "additionalProperties",
];

/** What becomes of each keyword; any other is left out, and so only lets more through. */
const translations: Readonly<Record<string, (value: unknown) => JsonSchema>> = {
  ...Object.fromEntries(alike.map((keyword) => [keyword, (value: unknown) => ({ [keyword]: value })])),
  const: (value) => ({ enum: [value] }),
  // draft-04 has no date, and its date-time refuses times without seconds, which the functions take
  format: (value) => (value === "date" ? { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" } : {}),
  type: (value) => {
    const types = [value].flat();
    if (!types.includes("integer")) return { type: value };
    const numbers = types.map((type) => (type === "integer" ? "number" : type));
    return { type: numbers.length > 1 ? numbers : numbers[0], multipleOf: 1 }; // 1.0 is no integer in draft-04
  },
  exclusiveMinimum: (value) => ({ minimum: Number(value) + 1 }), // all numbers here are whole
  items: (value) => ({ items: draft04(value as JsonSchema) }),
  anyOf: (value) => orNull(value as JsonSchema[]),
  properties: (value) => ({ properties: draft04Each(value as Record<string, JsonSchema>) }),
};

/** One schema or null is a schema of two types. Other choices are left out: API Gateway does not promise `anyOf`. */
function orNull([one = {}, other, ...more]: readonly JsonSchema[]): JsonSchema {
  const isOrNull = other?.type === "null" && more.length === 0 && one.type !== undefined && one.enum === undefined;
  return isOrNull ? draft04({ ...one, type: [one.type, "null"].flat() }) : {};
}

function draft04Each(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, draft04(schema)]));
}
