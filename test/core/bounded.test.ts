import { describe, expect, it } from "vitest";
import { bytesInAnswer, forLog, shortened } from "../../lambdas/core/text.ts";

describe("a text that is shortened", () => {
  it.each([
    ["fits", 4, "fits"],
    ["four5", 4, "fou…"],
    ["ab😀", 4, "ab😀"],
    ["ab😀c", 4, "ab…"], // not within a character of two halves
    ["", 1, ""],
  ])("%j to %i", (text, max, expected) => expect(shortened(text, max)).toBe(expected));
});

describe("what a log line takes", () => {
  it.each([null, undefined, 7, true, "short"])("%j as it is", (value) => expect(forLog(value)).toBe(value));

  it("4,000 characters of a text, 20 of a list with the rest counted, and four levels", () => {
    expect(forLog("x".repeat(4000))).toBe("x".repeat(4000));
    expect(forLog("x".repeat(4001))).toBe(`${"x".repeat(3999)}…`);
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
    expect(forLog(numbers(20))).toEqual(numbers(20));
    expect(forLog(numbers(23))).toEqual([...numbers(20), "and 3 more"]);
    expect(forLog({ a: { b: { c: { d: { e: 1 } } } } })).toEqual({ a: { b: { c: { d: "…" } } } });
    expect(forLog([[[[[1]]]]])).toEqual([[[["…"]]]]);
    expect(forLog({ list: ["y".repeat(5000)], nothing: null })).toEqual({
      list: [`${"y".repeat(3999)}…`],
      nothing: null,
    });
  });
});

it("counts the bytes of an answer as Lambda sends it: text within JSON", () => {
  expect(bytesInAnswer({ a: "ü" })).toBe(Buffer.byteLength('"{\\"a\\":\\"ü\\"}"'));
});
