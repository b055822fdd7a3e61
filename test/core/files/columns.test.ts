import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnChanges, columnsWarning, pairedColumns } from "../../../lambdas/core/files/columns.ts";

type Names = readonly string[];

const sorted = (names: Names) => [...names].sort();

/** All ways to leave out some of these. */
const subsequences = (names: Names): string[][] =>
  names.reduce<string[][]>((all, name) => all.flatMap((one) => [one, [...one, name]]), [[]]);

const countOf = (names: Names, name: string) => names.filter((one) => one === name).length;

describe("columns that differ", () => {
  const name = fc.constantFrom("A", "B", "C", "D", "");
  const header = fc.array(name, { maxLength: 7 });
  const some = { seed: 20261126, numRuns: 400 };

  it("are what a multiset says was added and removed", () => {
    fc.assert(
      fc.property(header, header, (before, after) => {
        const { added = [], removed = [] } = columnChanges(before, after) ?? {};
        for (const one of new Set([...before, ...after])) {
          expect(countOf(added, one)).toBe(Math.max(0, countOf(after, one) - countOf(before, one)));
          expect(countOf(removed, one)).toBe(Math.max(0, countOf(before, one) - countOf(after, one)));
        }
      }),
      some,
    );
  });

  it("have moved if they are in both files and not in the longest order that both have", () => {
    fc.assert(
      fc.property(header, header, (before, after) => {
        const inBoth = new Set(subsequences(before).map((names) => JSON.stringify(names)));
        const longest = Math.max(
          ...subsequences(after).map((names) => (inBoth.has(JSON.stringify(names)) ? names.length : 0)),
        );
        const common = [...new Set(before)].reduce(
          (sum, one) => sum + Math.min(countOf(before, one), countOf(after, one)),
          0,
        );
        expect(columnChanges(before, after)?.moved.length ?? 0).toBe(common - longest);
      }),
      some,
    );
  });

  it("are none where the headers are the same, and some where they are not", () => {
    fc.assert(
      fc.property(header, header, (before, after) => {
        expect(columnChanges(before, before)).toBeUndefined();
        expect(columnChanges(before, after) === undefined).toBe(JSON.stringify(before) === JSON.stringify(after));
      }),
      some,
    );
  });

  it("are paired with one of the same name, each once", () => {
    fc.assert(
      fc.property(header, header, (before, after) => {
        const { kept, moved } = pairedColumns(before, after);
        const pairs = [...kept, ...moved];
        expect(pairs.map(([place]) => before[place])).toEqual(pairs.map(([, place]) => after[place]));
        expect(new Set(pairs.map(([place]) => place)).size).toBe(pairs.length);
        expect(new Set(pairs.map(([, place]) => place)).size).toBe(pairs.length);
        const { added = [] } = columnChanges(before, after) ?? {};
        expect(sorted([...pairs.map(([, place]) => after[place] ?? ""), ...added])).toEqual(sorted(after));
      }),
      some,
    );
  });

  it("have not moved where one of sixteen without a name is gone", () => {
    const before = Array.from({ length: 16 }, (_, at) => ["", `Column ${at}`]).flat();
    expect(columnChanges(before, before.slice(1))).toEqual({ added: [], removed: [""], moved: [] });
  });

  it("may be as many as a header can name, or have one name all of them", () => {
    const many = Array.from({ length: 30_000 }, (_, at) => String(at));
    expect(columnChanges(many, ["new", ...many])).toEqual({ added: ["new"], removed: [], moved: [] });
    expect(columnChanges(many, many.toReversed())?.moved).toHaveLength(29_999);
    const blank = many.map(() => "");
    expect(columnChanges(["A", ...blank], ["", ...blank])).toEqual({ added: [""], removed: ["A"], moved: [] });
    const alternating = many.map((_, at) => (at % 2 === 0 ? "A" : "B"));
    expect(columnChanges(alternating, alternating.slice(2))).toEqual({ added: [], removed: ["A", "B"], moved: [] });
  });
});

describe("the warning of columns that differ", () => {
  const detailOf = (before: Names, after: Names) => columnsWarning(before, after)?.detail;

  it("has the names, and says them in words", () => {
    expect(columnsWarning(["P", "Profit (USD)", "H"], ["H", "P", "Profit (EUR)", ""])).toEqual({
      code: "columns_changed",
      detail:
        'The columns are not those of the file before. Added: "Profit (EUR)", a column without a name. Removed: "Profit (USD)". Moved: "H".',
      added: ["Profit (EUR)", ""],
      removed: ["Profit (USD)"],
      moved: ["H"],
    });
  });

  it("is none where the columns are the same, or not known of both files", () => {
    expect(columnsWarning(["P"], ["P"])).toBeUndefined();
    expect(columnsWarning(undefined, ["P"])).toBeUndefined();
    expect(columnsWarning(["P"], undefined)).toBeUndefined();
  });

  it("stays short and on one line, whatever the names", () => {
    const many = Array.from({ length: 500 }, (_, at) => `Column ${at} ${"x".repeat(200)}`);
    expect(detailOf([], many)).toMatch(/^The columns [^.]+\. Added: ("Column \d x+…", ){10}490 more\.$/);
    expect(detailOf([], ["a\nb\u202ec", " ", "\u0007"])).toBe(
      'The columns are not those of the file before. Added: "a b c", a column without a name, a column without a name.',
    );
  });
});
