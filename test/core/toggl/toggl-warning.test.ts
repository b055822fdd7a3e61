import { beforeEach, describe, expect, it } from "vitest";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { togglWarnings } from "../../../lambdas/core/toggl/toggl-warning.ts";
import { clockAt } from "../../ports.ts";

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
let logged: unknown[];
let counted: number;
let time: number;

const telemetry = {
  event: (level: string, message: string, fields: object) => void logged.push([level, message, fields]),
  measure: ({ TogglWarnings = 0 }) => {
    counted += TogglWarnings;
  },
};
const watcher = (claim?: (day: string, hash: string) => Promise<boolean>) =>
  togglWarnings({ telemetry, clock: clockAt(() => time), ...(claim && { coordination: { warnings: { claim } } }) });
const texts = () => logged.map((line) => (line as [string, string, { warning: string }])[2].warning);

beforeEach(() => {
  logged = [];
  counted = 0;
  time = Date.parse("2026-11-02T23:59:58Z");
});

describe("what Toggl warns of", () => {
  it.each([
    ['299 - "This endpoint will be removed"', ["This endpoint will be removed"]],
    ['299 api.track.toggl.com "Gone soon" "Mon, 02 Nov 2026 06:00:09 GMT"', ["Gone soon"]],
    ['299 - "One", 299 - "Two"', ["One", "Two"]],
    ['299 - "One", 199 - "One"', ["One"]],
    ['299 - "It says \\"soon\\", with a \\\\"', ['It says "soon", with a \\']],
    ["Removed on 1 January", ["Removed on 1 January"]],
    ['299 - ""', []],
    ["", []],
    [null, []],
    [`299 - "${"x".repeat(400)}"`, ["x".repeat(300)]],
    ["y".repeat(301), ["y".repeat(300)]],
  ])("is in the header %s", async (header, expected) => {
    await watcher()(header, deadline);
    expect(texts()).toEqual(expected);
    expect(counted).toBe(expected.length);
    for (const line of logged) expect(line).toMatchObject(["WARN", "Toggl warns", {}]);
  });

  it("is told once a day for each text", async () => {
    const tell = watcher();
    for (const text of ["one", "one", "two", "one"]) await tell(text, deadline);
    expect(texts()).toEqual(["one", "two"]);
    time += 2000;
    for (const text of ["two", "two"]) await tell(text, deadline);
    expect(texts()).toEqual(["one", "two", "two"]);
    expect(counted).toBe(3);
  });

  it("is left to whoever claims it first, by the day and a hash of the text", async () => {
    const claims: string[][] = [];
    const claim = async (...claimed: string[]) => claims.push(claimed.slice(0, 2)) === 1;
    await watcher(claim)("one", deadline);
    await watcher(claim)("one", deadline);
    expect(texts()).toEqual(["one"]);
    expect(counted).toBe(1);
    expect(claims).toEqual([
      ["2026-11-02", "7692c3ad3540bb80"],
      ["2026-11-02", "7692c3ad3540bb80"],
    ]);
  });

  it("is told rather than lost when it cannot be claimed", async () => {
    await watcher(() => Promise.reject(new Error("no bucket")))("one", deadline);
    expect(texts()).toEqual(["one"]);
  });

  it("does not fill the log when it is another text each time", async () => {
    const tell = watcher();
    for (let at = 1; at <= 30; at++) await tell(`request ${at}`, deadline);
    expect(texts()).toHaveLength(20);
    time += 2000;
    await tell("request 31", deadline);
    expect(texts()).toHaveLength(21);
  });
});
