import { describe, expect, it } from "vitest";
import { outsideText } from "../../../lambdas/core/toggl/outside-text.ts";

const token = "a1b2-c3d4_e5f6";
const outside = outsideText(token);
const hex = (text: string) => Buffer.from(text).toString("hex");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const escaped = (before: string, after = "") => hex(token).replaceAll(/../g, `${before}$&${after}`);

describe("text from outside", () => {
  it.each([
    ["plain", "plain"],
    ["", ""],
    [" \t two\r\n\n lines  ", "two lines"],
    ["a\u0000b\u001b[1mc\u009bd\u007fe", "a b [1mc d e"],
    ["a\u202eb\u200bc\u00add", "abcd"],
    ["Ärger 🎨 100 %", "Ärger 🎨 100 %"],
    ["%41 \\u0041 &#65; =41 \\n", "%41 \\u0041 &#65; =41 \\n"],
  ])("%j becomes one visible line", (text, line) => {
    expect(outside(text)).toBe(line);
  });

  it.each([
    [token, "[token]"],
    [`before ${token} behind`, "before [token] behind"],
    [`${token}${token}`, "[token][token]"],
    [`${token} and ${token.toUpperCase()}`, "[token] and [token]"],
    [`x${token}y`, "x[token]y"],
    [`"${token.replace("-", "\\n\r\n-")}"`, '"[token]"'],
    [`<${token.replace("_", " \t _")}>`, "<[token]>"],
    [`<${token.replaceAll("", "\\")}>`, "<\\[token]\\>"],
    [`<${token.replace("b2", "b=\r\n2")}>`, "<[token]>"],
    [`<${escaped("%")}>`, "<[token]>"],
    [`<${escaped("%25")}>`, "<[token]>"],
    [`<${escaped("%2525")}>`, "<[token]>"],
    [`<${escaped("\\u00")}>`, "<[token]>"],
    [`<${escaped("\\\\u00")}>`, "<[token]>"],
    [`<${escaped("\\x")}>`, "<[token]>"],
    [`<${escaped("&#x", ";")}>`, "<[token]>"],
    [`<${escaped("&#x00", ";")}>`, "<[token]>"],
    [`<${escaped("&#x")}>`, "<[token]>"],
    [`<${escaped("=")}>`, "<[token]>"],
    [`<${escaped("=").toUpperCase()}>`, "<[token]>"],
    [`<${hex(token)}>`, "<[token]>"],
    [`<${hex(token.toUpperCase()).toUpperCase()}>`, "<[token]>"],
    [`%61${token.slice(1)}, ${escaped("%")} and ${token}.`, "[token], [token] and [token]."],
    [`100%${token}`, "100%[token]"],
    [`token=${token}`, "token=[token]"],
    [`\\n${token}`, "\\n[token]"],
    [`a%20${token.replace("c3", "c%0a3")}`, "a%20[token]"],
    [`<${token.replace("c3", "c\\\\u200b3")}>`, "<[token]>"],
    [`<${base64(token).replace(/=+$/, "")}>`, /^<\[token\]..?>$/],
    [`<${base64(`${token}:api_token`)}>`, /^<\[token\].{14,16}>$/],
    [`<${base64(`x${token}`)}>`, /^<..\[token\].{0,2}>$/],
    [`<${base64(`xy${token}z`)}>`, /^<...\[token\].{0,4}>$/],
    [`<${base64(token.toUpperCase())}>`, /^<\[token\].{0,4}>$/],
  ])("%j says [token] in its place", (text, shown) => {
    if (typeof shown === "string") expect(outside(text)).toBe(shown);
    else expect(outside(text)).toMatch(shown);
  });

  it.each([token.slice(1), token.slice(0, -1), token.replace("-", ""), token.replace("c", "c!")])(
    "%j, which is another word, stays",
    (text) => {
      expect(outside(text)).toBe(text);
    },
  );

  it("says [token] once where two writings of it overlap", () => {
    expect(outsideText("aa")("<aaa>")).toBe("<[token]>");
    expect(outsideText("aba")("xababa, aba")).toBe("x[token], [token]");
  });

  it("takes a token's signs and those of base64 for each other, and nothing else", () => {
    expect(outside(`a1b2+c3d4/e5f6 a1b2.c3d4.e5f6`)).toBe("[token] a1b2.c3d4.e5f6");
    const signs = outsideText("a~~?b??c~~d"); // in base64 with both signs
    const written = base64("a~~?b??c~~d:");
    expect(written).toMatch(/[+/]/);
    expect(signs(`<${written.replaceAll("+", "-").replaceAll("/", "_")}>`)).toMatch(/^<\[token\].{0,4}>$/);
    expect(signs(`<${written}>`)).toMatch(/^<\[token\].{0,4}>$/);
  });

  it("is not searched for so little of base64 that it could stand anywhere", () => {
    // Of four characters' base64 the first five are their own; of five characters' the first six.
    expect(outsideText("abcd")(base64("abcd"))).toBe(base64("abcd"));
    expect(outsideText("abcde")(base64("abcde"))).toMatch(/^\[token\]/);
  });

  it("costs little, however long it is", () => {
    for (const one of ["\\", "%25", "a1b2", "&#", "=6", "a ", " "])
      expect(outside(one.repeat(20_000))).not.toContain(token);
  });
});
