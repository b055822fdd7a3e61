import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument } from "../../api/openapi/openapi-document.ts";

type Schema = Record<string, unknown>;

/** One for each document: it keeps what it has compiled, and the schemas of one document have most in common. */
const compilers = new WeakMap<OpenApiDocument, Ajv2020>();

/**
 * What is wrong with a value by a schema of the document. Stricter than the document itself, which leaves room for new
 * fields: here a field that is not described is a fault.
 */
export function schemaValidator(document: OpenApiDocument, name: string): (value: unknown) => ErrorObject[] {
  const ajv = compilers.get(document) ?? compilerOf(document);
  compilers.set(document, ajv);
  const validate = ajv.getSchema(`api#/components/schemas/${name}`);
  if (!validate) throw new Error(`The document has no schema ${name}.`);
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

function compilerOf({ components }: OpenApiDocument): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });
  addFormats.default(ajv);
  const schemas = JSON.parse(JSON.stringify(components.schemas), (_, value) => closed(value));
  return ajv.addSchema({ $id: "api", components: { schemas } });
}

function closed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("properties" in value)) return value;
  const schema = value as Schema;
  const isSchema = schema.type === "object" && typeof schema.properties === "object";
  return isSchema && schema.additionalProperties === undefined ? { ...schema, additionalProperties: false } : value;
}
