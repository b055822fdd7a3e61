import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument } from "../../api/openapi/openapi-document.ts";

type Schema = Record<string, unknown>;

const validators = new Map<string, (value: unknown) => ErrorObject[]>();

/**
 * What is wrong with a value by a schema of the document. Stricter than the document itself, which leaves room for new
 * fields: here a field that is not described is a fault.
 */
export function schemaValidator({ components }: OpenApiDocument, name: string): (value: unknown) => ErrorObject[] {
  const known = validators.get(name);
  if (known) return known;
  const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });
  addFormats.default(ajv);
  const schemas = JSON.parse(JSON.stringify(components.schemas), (_, value) => closed(value));
  const validate = ajv.compile({ components: { schemas }, $ref: `#/components/schemas/${name}` });
  const validator = (value: unknown) => (validate(value) ? [] : (validate.errors ?? []));
  validators.set(name, validator);
  return validator;
}

function closed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("properties" in value)) return value;
  const schema = value as Schema;
  const isSchema = schema.type === "object" && typeof schema.properties === "object";
  return isSchema && schema.additionalProperties === undefined ? { ...schema, additionalProperties: false } : value;
}
