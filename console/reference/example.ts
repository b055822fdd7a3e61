import { type OpenApi, resolved, type Schema } from "./openapi.ts";

/** Deeper than this an example says nothing new. */
const maxDepth = 4;

/** A body to send: what is required, or the first two fields if nothing is. */
export function requestExample(document: OpenApi, schema: Schema): unknown {
  const { properties = {}, required = [], minProperties = 0 } = resolved(document, schema);
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 2 * Math.sign(minProperties));
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => names.includes(name))
      .map(([name, field]) => [name, exampleOf(document, field, name)]),
  );
}

/** A value that fits a schema: one that the description names, else one that its type and format allow. */
export function exampleOf(document: OpenApi, reference: Schema, name = "", depth = 0): unknown {
  const schema = resolved(document, reference);
  const named = [...(schema.examples ?? []), schema.example, schema.const, schema.default, schema.enum?.[0]];
  const given = named.find((value) => value !== undefined);
  if (given !== undefined) return given;
  const [first] = schema.oneOf ?? schema.anyOf ?? [];
  if (first) return exampleOf(document, first, name, depth);
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(document, part, name, depth) as object));
  }
  return exampleOfType(document, schema, name, depth);
}

function exampleOfType(document: OpenApi, schema: Schema, name: string, depth: number): unknown {
  switch (typeof schema.type === "string" ? schema.type : schema.type?.[0]) {
    case "boolean":
      return true;
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 0, (schema.exclusiveMinimum ?? 0) + 1);
    case "array":
      return depth < maxDepth && schema.items ? [exampleOf(document, schema.items, name, depth + 1)] : [];
    case "object":
      return depth < maxDepth ? exampleObject(document, schema, depth) : {};
    case "null":
      return null;
    default:
      return exampleText(schema, name);
  }
}

function exampleObject(document: OpenApi, { properties = {}, additionalProperties }: Schema, depth: number): unknown {
  const fields = Object.entries(properties).map(([name, field]) => [name, exampleOf(document, field, name, depth + 1)]);
  const isMap = fields.length === 0 && typeof additionalProperties === "object" && additionalProperties.type;
  return isMap ? { "1": exampleOf(document, additionalProperties, "", depth + 1) } : Object.fromEntries(fields);
}

function exampleText({ format, description = "" }: Schema, name: string): string {
  if (format === "date") return name.startsWith("end") ? "2026-10-31" : "2026-10-01";
  if (format === "date-time") return "2026-11-03T06:00:00Z";
  return /such as ([\w/.-]*\w)/.exec(description)?.[1] ?? "…";
}
