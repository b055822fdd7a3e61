import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });
addFormats.default(ajv);
ajv.addSchema(JSON.parse(readFileSync("docs/command-line.schema.json", "utf8")), "printed");

/**
 * Where what a command printed is not what docs/command-line.schema.json says; empty where it is.
 * @param name a command's, or `failure`
 */
export function misfits(name: string, printed: string): string[] {
  const validate = ajv.getSchema(`printed#/$defs/${name}`);
  if (!validate) return [`the schema has no ${name}`];
  const value: unknown = JSON.parse(printed);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["it is no object"];
  const camels = Object.keys(value).filter((field) => !/^[a-z][a-z0-9_]*$/.test(field));
  const errors = validate(value) ? [] : (validate.errors ?? []);
  return [...camels, ...errors.map(({ instancePath, message }) => `${instancePath} ${message}`)];
}
