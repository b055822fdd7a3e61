import { describe, expect, it } from "vitest";
import { checkTrends, trendsHash, trendsIn } from "../../../lambdas/core/toggl/trends-check.ts";

const check = (body: string | Buffer) => checkTrends(Buffer.from(body));

it.each(['[{"project_id":1}]', "[]", '{"items":[]}', '{"items":null}', "null", " [ ]\n", "\uFEFF[]"])(
  "takes %j",
  (body) => {
    expect(() => check(body)).not.toThrow();
  },
);

it.each<[string | Buffer, RegExp]>([
  ["", /is empty/],
  [" \n", /is empty/],
  ['[{"project_id":', /is not JSON, or not all of it/],
  ["<html><title>Sign in</title></html>", /is a page and not JSON/],
  ['{"error":{"message":"No"}}', /is JSON, but no list of trends/],
  ['"Internal Server Error"', /is JSON, but no list of trends/],
  ["5", /no list of trends/],
  ['{"items":5}', /no list of trends/],
  ["{}", /no list/],
  ["Internal Server Error", /is not JSON, or not all of it/],
  [Buffer.from('["\xe4"]', "latin1"), /is not UTF-8/],
])("refuses %j", (body, reason) => {
  expect(() => check(body)).toThrow(
    expect.objectContaining({ kind: "toggl_invalid_file", message: expect.stringMatching(reason) }),
  );
});

describe("the hash of what an answer says", () => {
  const hash = (json: unknown, blanks?: number) => trendsHash(Buffer.from(JSON.stringify(json, undefined, blanks)));
  const one = { project_id: 1, user_ids: [1, 2], current_period_seconds: [1, 2] };
  const two = { project_id: 2, note: { a: 1 } };

  it.each<[string, unknown]>([
    ["blanks", [one, two]],
    ["the order of entries", [two, one]],
    ["the order of fields", [{ current_period_seconds: [1, 2], user_ids: [1, 2], project_id: 1 }, two]],
    ["the order of people", [{ ...one, user_ids: [2, 1] }, two]],
    ["the form around the list", { items: [one, two] }],
  ])("does not change with %s", (_, other) => {
    expect(hash(other, 2)).toBe(hash([one, two]));
  });

  it.each<[string, unknown]>([
    ["a figure", [{ ...one, current_period_seconds: [1, 3] }, two]],
    ["the order of figures", [{ ...one, current_period_seconds: [2, 1] }, two]],
    ["a figure that is null", [{ ...one, current_period_seconds: [1, null] }, two]],
    ["a person", [{ ...one, user_ids: [1, 3] }, two]],
    ["an unknown field", [one, { ...two, note: { a: 2 } }]],
    ["an entry that is gone", [one]],
    ["an entry that comes twice", [one, two, two]],
    ["an unknown field beside the list", { items: [one, two], total: 2 }],
    ["no entry", null],
  ])("changes with %s", (_, other) => {
    expect(hash(other)).not.toBe(hash([one, two]));
  });

  it("tells entries that are no objects from each other", () => {
    const odd = [[5], [6], ["a"], [null], [["a"]], [{ 0: "a" }]];
    expect(new Set(odd.map((entries) => hash(entries))).size).toBe(odd.length);
  });

  it("is the same for each way to say that there is nothing", () => {
    expect(new Set([null, [], { items: null }, { items: [] }].map((json) => hash(json))).size).toBe(1);
  });
});

it("gives the entries of each form", () => {
  const entries = ["[5]", '{"items":[5]}', '{"items":null}', "null", "[]"].map((body) => trendsIn(Buffer.from(body)));
  expect(entries).toEqual([[5], [5], [], [], []]);
});
