import type { Export } from "../../../api/export.ts";
import { knownExports } from "./known-exports.ts";

/** What stands in the form. */
export interface FilledIn {
  readonly report: string;
  readonly format: string;
  /** A period's name, or `custom` for the days among the values. */
  readonly period: string;
  /** By the field's name. */
  readonly values: Readonly<Record<string, string>>;
}

/** As it was left, by workspace: closing the form loses nothing. */
const left = new Map<number, FilledIn>();

/**
 * The form as it was left here, or what most people want: last month's money.
 * @param lastCurrency the currency that was chosen last
 */
export function formAsLeft(workspaceId: number, lastCurrency: string | undefined): FilledIn {
  const currency = lastCurrency ?? usedCurrencies(knownExports(workspaceId))[0] ?? "usd";
  const fresh = { report: "profitability/projects", format: "csv", period: "previous-month", values: { currency } };
  return left.get(workspaceId) ?? fresh;
}

/** A form that asks for what an export was asked for, with the same days. */
export function formLike({ report, format, parameters, spreadsheet_safe }: Export): FilledIn {
  const given = { ...parameters, ...(spreadsheet_safe && { spreadsheet_safe }) };
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fieldText(value)]));
  return { report, format, period: "custom", values };
}

function fieldText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

export function leaveForm(workspaceId: number, filledIn: FilledIn): void {
  left.set(workspaceId, filledIn);
}

/** Currencies that exports were made in, the most frequent first, as they were written. */
export function usedCurrencies(exports: readonly Pick<Export, "parameters">[]): string[] {
  const uses = new Map<string, number>();
  for (const { parameters } of exports) {
    const { currency } = parameters as Readonly<Record<string, unknown>>;
    if (typeof currency === "string") uses.set(currency, (uses.get(currency) ?? 0) + 1);
  }
  return [...uses].sort(([, one], [, other]) => other - one).map(([currency]) => currency);
}

/**
 * Currencies to choose from: those in use, then all that there are, each once, with their names.
 * @param used as they were written: which case Toggl wants is not published, so what worked is sent again
 */
export function currencyChoices(used: readonly string[]): Record<"used" | "others", (readonly [string, string])[]> {
  const nameOf = new Intl.DisplayNames("en", { type: "currency" });
  const named = (code: string) => [code, `${code.toUpperCase()} – ${nameIn(nameOf, code)}`] as const;
  const unique = used.filter((code, at) => used.findIndex((one) => isSame(one, code)) === at);
  const others = Intl.supportedValuesOf("currency").filter((code) => !unique.some((one) => isSame(one, code)));
  return { used: unique.map(named), others: others.map((code) => named(code.toLowerCase())) };
}

function nameIn(names: Intl.DisplayNames, code: string): string {
  return /^[a-z]{3}$/i.test(code) ? (names.of(code.toUpperCase()) ?? code) : code;
}

function isSame(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
