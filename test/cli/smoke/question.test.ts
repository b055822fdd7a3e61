import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AwsAccessDenied } from "../../../cli/exit-codes.ts";
import { asExpected, type Finding, NotTried, type Question } from "../../../cli/smoke/question.ts";
import { findingsOf, outcomes, question } from "./asking.ts";

describe("asking", () => {
  const one = async (asked: Question, permissions = {}) => [...(await findingsOf([asked], permissions)).values()][0];

  it.each<[string, () => unknown, Finding["outcome"]]>([
    ["that the question cannot be asked", () => new NotTried("no"), "not tried here"],
    ["a right that is missing", () => new AwsAccessDenied("needs sqs:X"), "not tried here"],
    ["AWS being out of reach", () => Object.assign(new Error("no"), { code: "ENOTFOUND" }), "not tried here"],
    ["no identity", () => Object.assign(new Error("no"), { name: "CredentialsProviderError" }), "not tried here"],
    ["what nobody knows", () => new TypeError("cannot read"), "otherwise"],
  ])("takes %s for what it is", async (_, error, outcome) => {
    const ask = () => Promise.reject(error());
    expect(await one(question({ ask }))).toMatchObject({ outcome });
  });

  it("calls off what takes too long, and goes on where nothing comes to an end", async () => {
    const slow = question({ maxMs: 30, ask: (signal) => sleep(10_000, asExpected(true, "late"), { signal }) });
    expect(await one(slow)).toMatchObject({ outcome: "otherwise", seen: expect.stringContaining("no answer within") });
    const never = question({ maxMs: 30, ask: () => new Promise(() => {}) });
    expect(await one(never, { graceMs: 30 })).toMatchObject({ outcome: "otherwise" });
  });

  it("takes what was cut short by Ctrl-C for no answer, whatever the question makes of it", async () => {
    const stop = new AbortController();
    const patient = question({
      ask: async (signal) => {
        stop.abort();
        return asExpected(!signal.aborted, "0 of 3 arrived");
      },
    });
    expect(await one(patient, { stop: stop.signal })).toEqual({
      outcome: "not tried here",
      because: "the run was stopped",
    });
  });

  it("asks nothing more once it was stopped", async () => {
    const stop = new AbortController();
    const first = question({
      name: "first",
      ask: async () => {
        stop.abort();
        return asExpected(true, "");
      },
    });
    const found = await findingsOf([first, question({ name: "second", ask: async () => asExpected(true, "") })], {
      stop: stop.signal,
    });
    expect(outcomes(found)).toEqual({ first: "as expected", second: "not tried here" });
  });
});
