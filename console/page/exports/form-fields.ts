import { sentenceCase } from "../wording.ts";

/** The part of a JSON Schema that a form can be made of. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly exclusiveMinimum?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly post?: Operation }>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: "date" | "choice" | "yes-no" | "ids" | "number" | "text";
  readonly required: boolean;
  readonly description: string;
  /** Values of a choice. */
  readonly options: readonly (string | number)[];
  /** Whether a list of ids may hold `null`, which means those without one. */
  readonly takesNull: boolean;
}

const fileReport = /^\/workspace\/\{[^}]+\}\/(.+)\.(csv|xlsx)$/;

/** The reports that can be made as a file, and in which formats. */
export function fileReports({ paths }: OpenApi): { report: string; format: string; path: string }[] {
  return Object.keys(paths).flatMap((path) => {
    const [, report, format] = fileReport.exec(path) ?? [];
    return report && format && paths[path]?.post ? [{ report, format, path }] : [];
  });
}

/** The fields that a report's body takes, as its schema has them: the required ones and the dates first. */
export function formFields(document: OpenApi, path: string): FormField[] {
  const content = document.paths[path]?.post?.requestBody?.content ?? {};
  const { properties = {}, required = [] } = resolved(content["application/json"]?.schema ?? {}, document);
  const fields = Object.entries(properties).map(([name, schema]) =>
    fieldOf(name, resolved(schema, document), required.includes(name), document),
  );
  const weight = ({ kind, required: needed }: FormField) => (kind === "date" ? 0 : needed ? 1 : 2);
  return fields.sort((a, b) => weight(a) - weight(b));
}

/** What helps to fill a field in; empty if its description is. */
export function hintOf({ kind, takesNull, description }: FormField): string {
  if (kind !== "ids") return description;
  return `Ids with commas between them${takesNull ? "; null stands for those without one" : ""}.`;
}

function fieldOf(name: string, schema: Schema, required: boolean, document: OpenApi): FormField {
  const variants = alternatives(schema, document);
  const options = variants.flatMap(({ enum: values = [], const: value }) => [...values, value]);
  const known = options.filter((value) => typeof value === "string" || typeof value === "number");
  const items = variants.flatMap((variant) => (variant.items ? alternatives(variant.items, document) : []));
  return {
    name,
    label: schema.title ?? sentenceCase(name),
    kind: kindOf(variants, known.length > 0),
    required,
    description: schema.description ?? "",
    options: known,
    takesNull: items.some((item) => hasType(item, "null") || item.const === null),
  };
}

function kindOf(variants: readonly Schema[], hasOptions: boolean): FormField["kind"] {
  if (hasOptions) return "choice";
  if (variants.some((one) => hasType(one, "boolean"))) return "yes-no";
  if (variants.some((one) => hasType(one, "array"))) return "ids";
  if (variants.some(({ format }) => format === "date")) return "date";
  return variants.some((one) => hasType(one, "integer") || hasType(one, "number")) ? "number" : "text";
}

/** A schema, or the ones that it is one of. */
function alternatives(schema: Schema, document: OpenApi): Schema[] {
  const plain = resolved(schema, document);
  const several = plain.anyOf ?? plain.oneOf;
  return several ? several.flatMap((one) => alternatives(one, document)) : [plain];
}

/** Follows references, and takes what a schema is made up of together. */
function resolved(schema: Schema, document: OpenApi): Schema {
  const name = schema.$ref?.split("/").at(-1) ?? "";
  const { $ref: _, ...own } = schema;
  const target = schema.$ref ? { ...resolved(document.components?.schemas?.[name] ?? {}, document), ...own } : schema;
  if (!target.allOf) return target;
  const parts = target.allOf.map((part) => resolved(part, document));
  return {
    ...Object.assign({}, ...parts),
    ...target,
    properties: Object.assign({}, ...parts.map((part) => part.properties), target.properties),
    required: [...parts.flatMap((part) => part.required ?? []), ...(target.required ?? [])],
  };
}

function hasType({ type }: Schema, name: string): boolean {
  return typeof type === "string" ? type === name : (type?.includes(name) ?? false);
}
