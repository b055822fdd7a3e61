import { expect, it } from "vitest";
import { claimedWorkspaces } from "../../lambdas/core/workspace.ts";

it.each<[unknown, number[]]>([
  ["123", [123]],
  ["123, 45  67,\t8", [123, 45, 67, 8]],
  [123, [123]],
  [
    [123, "45", "45"],
    [123, 45],
  ],
  [["12 34"], []],
  ["x1 2y 03 -4 5.0 1234567890123456", []],
  [undefined, []],
  [null, []],
  [{ toString: "no function" }, []],
  [[{}, null, 7], [7]],
])("a claim of %j names %j", (claim, expected) => expect(claimedWorkspaces(claim)).toEqual(expected));
