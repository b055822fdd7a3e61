import { searchFor } from "../search-words.ts";
import { compareNames } from "../wording.ts";

interface Option {
  readonly id: string;
  readonly name: string;
}

interface PickerNeeds {
  /** By id. */
  readonly names: Readonly<Record<string, string>>;
  /** What one of them is called. */
  readonly one: string;
  readonly chosen: readonly string[];
  /** What is looked for; empty for all. */
  readonly text: string;
  readonly takesNull: boolean;
}

/** What can be picked: what is chosen first, then by name. An id that has no name can be typed. */
export function pickerOptions({ names, chosen, text, takesNull, one }: PickerNeeds): Option[] {
  const wanted = text.trim();
  const named = searchFor(text);
  const nameOf = (id: string) => (id === "null" ? `No ${one}` : (names[id] ?? `${one} ${id}`));
  const known = Object.keys(names).sort((a, b) => compareNames(nameOf(a), nameOf(b)));
  const typed = /^[1-9]\d{0,15}$/.test(wanted) ? [wanted] : [];
  const ids = new Set([...chosen, ...(takesNull ? ["null"] : []), ...known, ...typed]);
  const fits = (id: string) => id.startsWith(wanted) || named(nameOf(id));
  return [...ids].filter((id) => wanted === "" || fits(id)).map((id) => ({ id, name: nameOf(id) }));
}
