import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnChanges } from "../../../lambdas/core/files/columns.ts";
import { rowComparison } from "../../../lambdas/core/files/row-changes.ts";

const header = ["Project", "Client", "Hours"];

/** The first row is the header. */
type File = readonly (readonly string[])[];

const compare = ([headerBefore = [], ...before]: File, [headerAfter = [], ...after]: File) => {
  const { earlier, later, result } = rowComparison(headerBefore, headerAfter);
  for (const cells of before) earlier(cells);
  for (const cells of after) later(cells);
  return result();
};
const rowChanges = (before: File, after: File) => compare(before, after).changes;

describe("rows that differ", () => {
  it.each([
    ["none", [["A", "", "1"]], [["A", "", "1"]], { added: 0, removed: 0, changed: 0 }],
    [
      "another order",
      [
        ["A", "", "1"],
        ["B", "", "2"],
      ],
      [
        ["B", "", "2"],
        ["A", "", "1"],
      ],
      { added: 0, removed: 0, changed: 0 },
    ],
    ["a figure", [["A", "", "1"]], [["A", "", "2"]], { added: 0, removed: 0, changed: 1 }],
    ["a name", [["A", "", "1"]], [["B", "", "1"]], { added: 0, removed: 0, changed: 1 }],
    ["a name and a figure", [["A", "", "1"]], [["B", "", "2"]], { added: 1, removed: 1, changed: 0 }],
    ["a name, and no figures", [["A", "", "0.00"]], [["B", "", "0.00"]], { added: 1, removed: 1, changed: 0 }],
    ["a duration", [["A", "x", "01:30:00"]], [["A", "x", "01:45:00"]], { added: 0, removed: 0, changed: 1 }],
    ["money with a sign", [["A", "x", "$1,200.50"]], [["A", "x", "-$12.00"]], { added: 0, removed: 0, changed: 1 }],
    ["money with a code", [["A", "x", "12,50 EUR"]], [["A", "x", "EUR 13.00"]], { added: 0, removed: 0, changed: 1 }],
    ["an empty cell before a figure", [["A", "", "1"]], [["A", "3", "1"]], { added: 0, removed: 0, changed: 1 }],
    ["a figure where there was none", [["A", "x", ""]], [["A", "x", "5"]], { added: 0, removed: 0, changed: 1 }],
    ["a figure where a dash was", [["A", "x", "-"]], [["A", "x", "(5.00)"]], { added: 0, removed: 0, changed: 1 }],
    ["a client", [["A", "x", "5"]], [["A", "y", "6"]], { added: 1, removed: 1, changed: 0 }],
    [
      "a date, which is a name",
      [["A", "2026-10-01", "5"]],
      [["A", "2026-10-02", "6"]],
      { added: 1, removed: 1, changed: 0 },
    ],
    ["an empty end", [["A", "x", ""]], [["A", "x"]], { added: 0, removed: 0, changed: 0 }],
    [
      "a row more",
      [["A", "", "1"]],
      [
        ["A", "", "1"],
        ["B", "", "1"],
      ],
      { added: 1, removed: 0, changed: 0 },
    ],
    [
      "a row less",
      [
        ["A", "", "1"],
        ["B", "", "1"],
      ],
      [["A", "", "1"]],
      { added: 0, removed: 1, changed: 0 },
    ],
    [
      "the same row once more",
      [["A", "", "1"]],
      [
        ["A", "", "1"],
        ["A", "", "1"],
      ],
      { added: 1, removed: 0, changed: 0 },
    ],
    ["all", [["A", "", "1"]], [], { added: 0, removed: 1, changed: 0 }],
    [
      "two of one name",
      [
        ["A", "", "1"],
        ["A", "", "2"],
      ],
      [["A", "", "3"]],
      { added: 0, removed: 1, changed: 1 },
    ],
    ["a percentage and a sign", [["A", "x", "-1.50%"]], [["A", "x", "-1.60%"]], { added: 0, removed: 0, changed: 1 }],
    ["a first cell that is a figure", [["2026", "1"]], [["2026", "2"]], { added: 0, removed: 0, changed: 1 }],
    ["a cell beyond the header", [["A", "", "1", "x"]], [["A", "", "1", "y"]], { added: 0, removed: 0, changed: 1 }],
    ["a name beside a 0", [["A", "x", "0", "5"]], [["B", "x", "0", "5"]], { added: 0, removed: 0, changed: 1 }],
    ["a client, in a row that ends early", [["A", "x", "5"]], [["A", "y"]], { added: 1, removed: 1, changed: 0 }],
  ])("%s", (_, earlier, later, expected) => {
    expect(compare([header, ...earlier], [header, ...later])).toEqual({
      changes: expected,
      isSame: Object.values(expected).every((count) => count === 0),
    });
  });

  it("add up, whatever the rows", () => {
    const cells = fc.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2", "3"));
    const table = fc.array(cells, { maxLength: 12 }).map((rows) => [["Project", "Hours"], ...rows]);
    fc.assert(
      fc.property(table, table, (earlier, later) => {
        const { added, removed, changed } = rowChanges(earlier, later);
        expect(later.length - earlier.length).toBe(added - removed);
        expect(rowChanges(later, earlier)).toEqual({ added: removed, removed: added, changed });
        const [first = [], ...rest] = earlier;
        expect(compare(earlier, [first, ...rest.reverse()]).isSame).toBe(true);
      }),
      { seed: 20261125 },
    );
  });

  it("add up, whatever the columns", () => {
    const name = fc.constantFrom("P", "C", "H", "");
    const table = fc.array(name, { minLength: 1, maxLength: 5 }).chain((names) => {
      const cells = names.map((one) => fc.constantFrom(...(one === "H" ? ["1", "2", "3"] : ["A", "B", ""])));
      return fc.array(fc.tuple(...cells), { maxLength: 8 }).map((rows) => [names, ...rows]);
    });
    fc.assert(
      fc.property(table, table, (earlier, later) => {
        const { added, removed, changed } = rowChanges(earlier, later);
        expect(later.length - earlier.length).toBe(added - removed);
        expect(Math.min(added, removed, changed)).toBeGreaterThanOrEqual(0);
        const back = compare(later, earlier);
        if (columnChanges(earlier[0] ?? [], later[0] ?? [])) expect(back.isSame).toBe(false);
        else expect(back.changes).toEqual({ added: removed, removed: added, changed });
      }),
      { seed: 20261126, numRuns: 500 },
    );
  });
});

describe("the name of a row", () => {
  const same = { added: 0, removed: 0, changed: 1 };
  const another = { added: 1, removed: 1, changed: 0 };

  it.each<[string, File, File, typeof same]>([
    [
      "is what stands before the figures: a text behind them may change with them",
      [
        ["Project", "Hours", "Note"],
        ["A", "5", "x"],
      ],
      [
        ["Project", "Hours", "Note"],
        ["A", "6", "y"],
      ],
      same,
    ],
    [
      "is no text behind the figures where a column was added either",
      [
        ["Project", "Hours", "Note"],
        ["A", "5", "x"],
      ],
      [
        ["Project", "Hours", "Note", "Rate"],
        ["A", "6", "y", "50"],
      ],
      same,
    ],
    [
      "has what stood behind the figures in the earlier file",
      [
        ["Project", "Hours", "Client"],
        ["A", "5", "x"],
      ],
      [
        ["Project", "Client", "Hours"],
        ["A", "y", "6"],
      ],
      another,
    ],
    [
      "has what stands behind the figures in the later file",
      [
        ["Client", "Project", "Hours"],
        ["x", "A", "5"],
      ],
      [
        ["Project", "Hours", "Client"],
        ["A", "6", "y"],
      ],
      another,
    ],
    [
      "is the first column, figures or not",
      [
        ["Year", "Hours", "Note"],
        ["2026", "5", "x"],
      ],
      [
        ["Year", "Hours", "Note"],
        ["2027", "6", "x"],
      ],
      another,
    ],
    [
      "goes on behind a first column of figures",
      [
        ["Year", "Project", "Hours"],
        ["2026", "A", "5"],
      ],
      [
        ["Year", "Project", "Hours"],
        ["2026", "B", "6"],
      ],
      another,
    ],
    [
      "is all text where each file begins with other figures",
      [
        ["Hours", "Amount", "Project"],
        ["5", "50", "A"],
      ],
      [
        ["Amount", "Hours", "Project"],
        ["50", "6", "A"],
      ],
      same,
    ],
    [
      "is the first figure of each file where there is no text",
      [
        ["Hours", "Amount"],
        ["5", "50"],
      ],
      [
        ["Amount", "Hours"],
        ["60", "6"],
      ],
      another,
    ],
    [
      "may have figures in it, up to half of a column",
      [
        ["Project", "Client", "Hours"],
        ["A", "3", "5"],
      ],
      [
        ["Project", "Client", "Hours"],
        ["A", "x", "6"],
      ],
      another,
    ],
  ])("%s", (_, before, after, changes) => {
    expect(rowChanges(before, after)).toEqual(changes);
  });
});

describe("columns that differ", () => {
  const rows = Array.from({ length: 40 }, (_, row) => [`Project ${row}`, "x", String(row + 1)]);
  const none = { added: 0, removed: 0, changed: 0 };

  it("are no changed row, but no same content either", () => {
    const renamed = ["Project", "Customer", "Hours"];
    expect(compare([header, ...rows], [renamed, ...rows])).toEqual({ isSame: false, changes: none });
  });

  it("leave rows to be compared by those that both files have", () => {
    const withRate = rows.map(([name = "", client = "", hours = ""], row) => [
      name,
      "50",
      client,
      row === 7 ? "99" : hours,
    ]);
    const after = [["Project", "Rate", "Client", "Hours"], ...withRate];
    expect(compare([header, ...rows], after)).toEqual({ isSame: false, changes: { ...none, changed: 1 } });
    expect(compare(after, [header, ...rows])).toEqual({ isSame: false, changes: { ...none, changed: 1 } });
  });

  it("count one project of another name as one row that changed", () => {
    const later = rows.map(([name = "", ...rest], row) => [row === 3 ? "New name" : name, ...rest, "50"]);
    expect(rowChanges([header, ...rows], [[...header, "Rate"], ...later])).toEqual({ ...none, changed: 1 });
  });

  it("may have names that occur twice, or stand in another order", () => {
    const [before, after] = [
      ["P", "H", "H"],
      ["H", "P", "H"],
    ];
    expect(compare([before, ["A", "1", "2"]], [after, ["1", "A", "2"]])).toEqual({ isSame: false, changes: none });
    expect(rowChanges([before, ["A", "1", "2"]], [after, ["2", "A", "1"]])).toEqual({ ...none, changed: 1 });
  });

  it("leave rows the same that end early, as if the cells were empty", () => {
    const after = [
      [...header, "Rate"],
      ["A", "x", "", "50"],
    ];
    expect(rowChanges([header, ["A", "x"]], after)).toEqual(none);
    expect(rowChanges(after, [header, ["A", "x"]])).toEqual(none);
  });

  it("have rows compared whole where the common name is only blanks", () => {
    const [before, after] = [
      [" ", "P"],
      [" ", "Q"],
    ];
    expect(rowChanges([before, ["1", "A"]], [after, ["1", "B"]])).toEqual({ ...none, changed: 1 });
  });

  it("have rows compared whole where no name is common", () => {
    const changes = { added: 1, removed: 1, changed: 0 };
    expect(
      compare(
        [
          ["P", "H"],
          ["A", "1"],
        ],
        [
          ["Q", "I"],
          ["B", "2"],
        ],
      ),
    ).toEqual({ isSame: false, changes });
  });

  it("are those of no file that is empty", () => {
    expect(compare([], [header])).toEqual({ isSame: false, changes: none });
    expect(compare([header, ...rows], [])).toEqual({ isSame: false, changes: { ...none, removed: 40 } });
    expect(compare([], [])).toEqual({ isSame: true, changes: none });
  });
});
