import { describe, expect, it } from "vitest";
import { failureKinds, failures, gatewayProblems } from "../../api/problems.ts";
import { ApiProblem, foreignAnswer, NoAnswer } from "../../client/api-problem.ts";
import { withRetries } from "../../client/retry.ts";

/** How long a call that always fails in this way waits before each further try, in milliseconds. */
async function waitsFor(error: unknown, retries = 2): Promise<number[]> {
  const waits: number[] = [];
  const ask = () => Promise.reject(error);
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  await expect(withRetries(ask, { retries, sleep })).rejects.toBe(error);
  return waits;
}

function problem(code: string, status: number, retryable: boolean, retryAfter?: number) {
  return new ApiProblem(
    status,
    { type: "t", title: "t", detail: "d", instance: "i", code: code as "internal_error", retryable },
    retryAfter,
  );
}

describe("a call that may be made twice", () => {
  it.each([
    ["a connection that was cut", new NoAnswer("x", "ECONNRESET"), [500, 2000]],
    ["a connection that was closed", new NoAnswer("x", "UND_ERR_SOCKET"), [500, 2000]],
    ["a name that cannot be looked up for the moment", new NoAnswer("x", "EAI_AGAIN"), [500, 2000]],
    ["nothing that listens", new NoAnswer("x", "ECONNREFUSED"), []],
    ["a name that there is not", new NoAnswer("x", "ENOTFOUND"), []],
    ["a wait that was long already", new NoAnswer("x", "no answer in time"), []],
    ["a proxy's 503", foreignAnswer(503), [500, 2000]],
    ["a proxy's 504, after a long wait", foreignAnswer(504), []],
    ["another server's 404", foreignAnswer(404), []],
    ["another server's page", foreignAnswer(200), []],
    ["the gateway's own limit", problem("too_many_requests", 429, true), [500, 2000]],
    ["a wait that the API names", problem("storage_unavailable", 503, true, 4), [4000, 4000]],
    ["a wait of more than ten seconds", problem("storage_unavailable", 503, true, 11), []],
    ["what does not pass", problem("token_not_set", 503, false), []],
    ["something else", new TypeError("x"), []],
  ] as const)("after %s", async (_, error, waits) => {
    expect(await waitsFor(error)).toEqual(waits);
  });

  it("is asked as often as it is said, and never where that is said", async () => {
    expect(await waitsFor(foreignAnswer(503), 0)).toEqual([]);
    expect(await waitsFor(foreignAnswer(503), 4)).toEqual([500, 2000, 2000, 2000]);
  });

  it("gives what a later try gives", async () => {
    const answers = [() => Promise.reject(foreignAnswer(502)), () => Promise.resolve("here")];
    expect(
      await withRetries(() => (answers.shift() as () => Promise<string>)(), { retries: 2, sleep: async () => {} }),
    ).toBe("here");
  });

  it("ends with its signal while it waits", async () => {
    const stop = new AbortController();
    const sleep = async () => stop.abort(new Error("stopped"));
    const ask = () => Promise.reject(foreignAnswer(502));
    await expect(withRetries(ask, { retries: 2, sleep, signal: stop.signal })).rejects.toThrow("stopped");
  });

  it("never spends a request of Toggl's once more, whatever the API says of it", async () => {
    const ofToggl = failureKinds.filter((code) => code.startsWith("toggl_"));
    expect(ofToggl.length).toBeGreaterThan(8);
    for (const code of ofToggl) expect(await waitsFor(problem(code, failures[code].status, true)), code).toEqual([]);
  });

  it("is asked again for these codes of the API, and no other", async () => {
    const all = [
      ...Object.entries(failures).map(([code, one]) => ({ ...one, code })),
      ...Object.values(gatewayProblems),
    ];
    const again: string[] = [];
    for (const { code, status, retryable } of all) {
      if ((await waitsFor(problem(code, status, retryable))).length > 0) again.push(code);
    }
    expect(again.sort()).toEqual([
      "function_failed",
      "queue_unavailable",
      "scratch_disk_full",
      "storage_unavailable",
      "token_unavailable",
      "too_many_requests",
    ]);
  });
});
