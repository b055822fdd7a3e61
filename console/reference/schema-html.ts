import { type Html, html, sentence } from "./html.ts";
import type { Schema } from "./openapi.ts";

interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly description?: string | undefined;
  /** Where it stands, if that is not the body: path, query or header. */
  readonly place?: string;
}

/** Fields one below the other: name, type, whether it must be there, what it means and what it may be. */
export function fieldList(fields: readonly Field[]): Html {
  return html`<dl class="fields">
${fields.map(fieldEntry)}</dl>`;
}

function fieldEntry({ name, schema, required, description = schema.description, place }: Field): Html {
  const limits = limitsOf(schema);
  const inner = innerFields(schema);
  return html`<dt><code>${name}</code> <span class="type">${typeOf(schema)}</span>${
    place ? html` <span class="place">${place}</span>` : ""
  }${required ? html` <span class="required">required</span>` : ""}</dt>
<dd>${description ? html`<p>${sentence(description)}</p>` : ""}${
    limits.length > 0
      ? html`<p class="limits">${limits.map((limit, at) => html`${at > 0 ? " · " : ""}${limit}`)}</p>`
      : ""
  }${inner}</dd>
`;
}

/** What a schema consists of: its fields, or the forms that it has. */
export function schemaBody(schema: Schema): Html {
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms) {
    return html`<p>One of these:</p><ul class="forms">${forms.map(
      (form) => html`<li>${formName(form)}${form.$ref ? "" : innerFields(form)}</li>`,
    )}</ul>`;
  }
  const parts = schema.allOf?.map((part) => html`<li>${formName(part)}${part.$ref ? "" : innerFields(part)}</li>`);
  if (parts) return html`<p>All of these together:</p><ul class="forms">${parts}</ul>`;
  return innerFields(schema) ?? html`<p>${typeOf(schema)}</p>`;
}

/** The status that a form of an export stands for tells it from the others. */
function formName(form: Schema): Html {
  const told = Object.entries(form.properties ?? {}).find(([, { const: value }]) => value !== undefined);
  return told ? html`<code>${told[0]}: ${JSON.stringify(told[1].const)}</code>` : typeOf(form);
}

function innerFields(schema: Schema): Html | undefined {
  const holder = schema.items && !schema.items.$ref ? schema.items : schema;
  const properties = Object.entries(holder.properties ?? {});
  if (properties.length === 0) return undefined;
  return fieldList(
    properties.map(([name, field]) => ({ name, schema: field, required: holder.required?.includes(name) ?? false })),
  );
}

/** A link to a schema, also where a reference leads to a field of it, such as `#/components/schemas/Export/properties/id`. */
function schemaLink(reference: string): Html {
  const [schema = "", ...inside] = reference.slice("#/components/schemas/".length).split("/");
  const field = inside.at(-1);
  return html`<a href="#schema-${schema}">${schema}</a>${field && html`'s <code>${field}</code>`}`;
}

/** A type in a few words, with a link where it has a name of its own. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref) return schemaLink(schema.$ref);
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms) return html`${forms.map((form, at) => html`${at > 0 ? " or " : ""}${typeOf(form)}`)}`;
  if (schema.const !== undefined) return html`always ${JSON.stringify(schema.const)}`;
  if (schema.type === "array") return html`list of ${schema.items ? typeOf(schema.items) : "anything"}`;
  const { additionalProperties: others } = schema;
  if (schema.type === "object" && !schema.properties && typeof others === "object") {
    return html`object of ${typeOf(others)} by name`;
  }
  const types = [schema.type ?? "anything"].flat().join(" or ");
  return html`${schema.format ?? types}`;
}

function limitsOf(schema: Schema): (Html | string)[] {
  const { enum: values, default: standard, minimum, exclusiveMinimum, maximum, minLength, maxLength, pattern } = schema;
  const min = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  const isSafeInteger = min === undefined || min > Number.MIN_SAFE_INTEGER;
  const list = values?.map((value, at) => html`${at > 0 ? " " : ""}<code>${String(value)}</code>`);
  return [
    ...(list ? [html`one of ${list}`] : []),
    ...(standard === undefined ? [] : [html`default <code>${JSON.stringify(standard)}</code>`]),
    ...range(isSafeInteger ? min : undefined, maximum, ""),
    ...range(minLength, maxLength, " characters"),
    ...range(schema.minItems, schema.maxItems, " entries"),
    ...(pattern ? [html`matches <code>${pattern}</code>`] : []),
  ];
}

function range(min: number | undefined, max: number | undefined, unit: string): string[] {
  if (min !== undefined && max !== undefined) return [`${min} to ${max}${unit}`];
  if (min === 1 && unit) return ["not empty"];
  if (min !== undefined) return [`at least ${min}${unit}`];
  return max === undefined ? [] : [`at most ${max}${unit}`];
}
