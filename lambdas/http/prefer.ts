import type { HttpRequest } from "./http.ts";

/**
 * Whether the caller's `Prefer` header (RFC 7240) holds this preference, such as `respond-async`: as one of a list, in
 * any case, with or without parameters. A preference with a value is another one, and the first of a name counts.
 */
export function prefers(request: HttpRequest, preference: string): boolean {
  const first = preferencesIn(request.header("prefer") ?? "").find(({ name }) => name === preference);
  return first !== undefined && first.value === "";
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
const quoted = '"(?:[^"\\\\]|\\\\.)*"';

/** `name`, `name=value` or `name="value"`, and parameters behind semicolons. */
const preferencePattern = new RegExp(
  `^(${token})(?:\\s*=\\s*(${token}|${quoted}))?(?:\\s*;(?:\\s*${token}(?:\\s*=\\s*(?:${token}|${quoted}))?)?)*$`,
);

/** The preferences in the order that they were sent; what is none is passed over, as the RFC has it. */
function preferencesIn(header: string): { name: string; value: string }[] {
  const entries = header.match(new RegExp(`(?:${quoted}|[^,"]|")+?(?=,|$)`, "g")) ?? [];
  return entries.flatMap((entry) => {
    const [, name, value = ""] = preferencePattern.exec(entry.trim()) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value === '""' ? "" : value }];
  });
}
