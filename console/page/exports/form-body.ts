import type { FormField } from "./form-fields.ts";

/** What is asked for: a report's path below the workspace, and its body. */
export interface ExportOrder {
  readonly file: string;
  readonly body: Record<string, unknown>;
}

/**
 * The body that a filled-in form means. What is left empty is left out; what does not fit goes as it is, so that the
 * API itself says what is wrong with it.
 */
export function formBody(
  fields: readonly FormField[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const filled = fields.filter(({ name }) => (values[name] ?? "").trim() !== "");
  return Object.fromEntries(filled.map((field) => [field.name, fieldValue(field, (values[field.name] ?? "").trim())]));
}

function fieldValue({ kind, options, takesNull }: FormField, text: string): unknown {
  if (kind === "yes-no") return text === "true";
  if (kind === "choice") return options.find((option) => String(option) === text) ?? text;
  if (kind === "number") return numberOr(text);
  if (kind !== "ids") return text;
  return idsIn(text).map((entry) => (takesNull && /^(none|null)$/i.test(entry) ? null : numberOr(entry)));
}

/** The entries of a list of ids as somebody writes it. */
export function idsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((entry) => entry !== "");
}

function numberOr(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}
