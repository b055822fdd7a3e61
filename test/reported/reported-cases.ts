import { afterAll, describe, expect, it } from "vitest";
import { textTable } from "../text-table.ts";

/** One case of a kind of fault that people reported of tools like this one. */
export interface ReportedCase {
  /** What is tried, in a few words. */
  readonly name: string;
  /** What the product gave before the kind was fixed, in a few words. */
  readonly before: string;
  /** What it must give. */
  readonly right: unknown;
  /** Tries it; gives what can be compared with `right`. */
  readonly now: () => unknown;
}

/** Tests each case of a kind, and prints a table of what each gave before and gives now. */
export function reportedCases(kind: string, cases: readonly ReportedCase[]): void {
  const seen = new Map<ReportedCase, unknown>();
  describe(kind, () => {
    it.each(cases)("$name", async (one) => {
      const given = await one.now();
      seen.set(one, given);
      expect(given).toEqual(one.right);
    });
    afterAll(() => console.log(tableOf(kind, cases, seen)));
  });
}

function tableOf(kind: string, cases: readonly ReportedCase[], seen: ReadonlyMap<ReportedCase, unknown>): string {
  const rows = cases.map((one) => [one.name, one.before, seen.has(one) ? short(seen.get(one)) : "threw"]);
  return `${kind}: ${cases.length} cases\n${textTable([["case", "before", "now"], ...rows])}`;
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
