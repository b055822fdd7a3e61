import type { Export } from "../../../api/export.ts";
import { count, day } from "../wording.ts";

/** Names by id, as far as they are known. */
export interface NamesByKind {
  readonly projects?: Readonly<Record<string, string>>;
  readonly users?: Readonly<Record<string, string>>;
  readonly clients?: Readonly<Record<string, string>>;
  readonly groups?: Readonly<Record<string, string>>;
}

interface IdList {
  /** Where their names are. */
  readonly of: keyof NamesByKind;
  readonly one: string;
  readonly many: string;
}

/** Lists of ids that reports take. */
export const idLists: Readonly<Record<string, IdList>> = {
  project_ids: { of: "projects", one: "project", many: "projects" },
  client_ids: { of: "clients", one: "client", many: "clients" },
  user_ids: { of: "users", one: "person", many: "people" },
  group_ids: { of: "groups", one: "group", many: "groups" },
};

/** So many names are said; more are counted. */
const maxNamed = 2;

/** What an export was asked for beside report and days, each in a few words: currency first, then filters. */
export function orderWords(
  { parameters, spreadsheet_safe }: Pick<Export, "parameters" | "spreadsheet_safe">,
  names: NamesByKind,
): string[] {
  const {
    start_date: _,
    end_date: __,
    currency,
    rounding,
    rounding_minutes,
    ...rest
  } = parameters as Readonly<Record<string, unknown>>;
  return [
    ...(typeof currency === "string" ? [currency.toUpperCase()] : []),
    ...Object.entries(rest).map(([name, value]) => fieldWords(name, value, names)),
    ...roundingWords(rounding, rounding_minutes),
    ...(spreadsheet_safe ? ["safe for spreadsheets"] : []),
  ];
}

function fieldWords(name: string, value: unknown, names: NamesByKind): string {
  const list = Object.hasOwn(idLists, name) ? idLists[name] : undefined;
  if (list && Array.isArray(value)) return idWords(value, list, names);
  if (name === "resolution") return `by ${value}`;
  if (name === "billable") return value === true ? "billable only" : "not billable only";
  if (name === "previous_period_start") return `compared from ${day(String(value))}`;
  return `${name}: ${Array.isArray(value) ? value.join(", ") : value}`;
}

function idWords(ids: readonly unknown[], { of, one, many }: IdList, names: NamesByKind): string {
  if (ids.length > maxNamed) return count(ids.length, one, many);
  const known = names[of] ?? {};
  return ids.map((id) => (id === null ? `no ${one}` : (known[String(id)] ?? `${one} ${id}`))).join(" and ");
}

function roundingWords(rounding: unknown, minutes: unknown): string[] {
  if (rounding === undefined && minutes === undefined) return [];
  const way = rounding === 1 ? "rounded up" : rounding === -1 ? "rounded down" : "rounded";
  return [minutes === undefined ? way : `${way} to ${minutes} min`];
}
