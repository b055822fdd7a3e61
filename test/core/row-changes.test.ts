import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowChanges } from "../../lambdas/core/row-changes.ts";

const header = ["Project", "Client", "Hours"];

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
    ["a name", [["A", "", "1"]], [["B", "", "1"]], { added: 1, removed: 1, changed: 0 }],
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
  ])("%s", async (_, earlier, later, expected) => {
    expect(await rowChanges([header, ...earlier], [header, ...later])).toEqual(expected);
  });

  it("add up, whatever the tables", async () => {
    const table = fc.array(fc.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2", "3")), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(table, table, async (earlier, later) => {
        const { added, removed, changed } = await rowChanges(earlier, later);
        expect(later.length - earlier.length).toBe(added - removed);
        expect(await rowChanges(later, earlier)).toEqual({ added: removed, removed: added, changed });
        expect(await rowChanges(earlier, [...earlier].reverse())).toEqual({ added: 0, removed: 0, changed: 0 });
      }),
    );
  });
});
