import { beforeEach, describe, expect, it } from "vitest";
import { pacedFetch } from "../../../lambdas/adapters/toggl/paced-fetch.ts";

let time: number;
let slept: number[];
const answer = { status: 200 } as Awaited<ReturnType<Parameters<typeof pacedFetch>[0]>>;
const init = { method: "GET", headers: {}, signal: new AbortController().signal };
const paced = (fetch = async () => answer) =>
  pacedFetch(fetch, {
    monotonicNow: () => time,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      time += milliseconds;
    },
  });

beforeEach(() => {
  time = 5000;
  slept = [];
});

describe("the pace", () => {
  it("leaves a second between an answer and the next request", async () => {
    const { fetch } = paced(async () => {
      time += 300;
      return answer;
    });
    await fetch("", init);
    expect(slept).toEqual([]);
    time += 400;
    await fetch("", init);
    expect(slept).toEqual([600]);
  });

  it("counts from a failure, too", async () => {
    const { fetch, rest } = paced(async () => Promise.reject(new Error("reset")));
    await expect(fetch("", init)).rejects.toThrow("reset");
    await rest();
    expect(slept).toEqual([1000]);
    await rest();
    expect(slept).toEqual([1000]);
  });

  it("sleeps again if it was woken early", async () => {
    const { fetch, rest } = pacedFetch(async () => answer, {
      monotonicNow: () => time,
      async sleep(milliseconds) {
        slept.push(milliseconds);
        time += Math.min(milliseconds, 600);
      },
    });
    await fetch("", init);
    await rest();
    expect(slept).toEqual([1000, 400]);
  });
});
