import { beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { KnownNames } from "../../../lambdas/core/toggl/names.ts";
import { type RefreshNamesNeeds, refreshNames } from "../../../lambdas/core/toggl/names.ts";

const hour = 3_600_000;
const deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };

let time: number;
let kept: KnownNames | undefined;
let claims: Set<string>;
let asked: string[];
let answer: () => Promise<{ names: Record<string, string>; isFull: boolean }>;
let needs: RefreshNamesNeeds;

beforeEach(() => {
  time = Date.parse("2026-11-24T20:15:00Z");
  kept = undefined;
  claims = new Set();
  asked = [];
  answer = async () => ({ names: { 1: "One" }, isFull: false });
  needs = {
    store: {
      read: async () => kept,
      write: async (_, names) => {
        kept = names;
      },
      claimHour: async (_, name) => !claims.has(name) && Boolean(claims.add(name)),
    },
    readToken: async () => "token",
    askNames: async (_, { list, page }) => {
      asked.push(`${list} ${page}`);
      return answer();
    },
    now: () => time,
  };
});

const refresh = () => refreshNames(7, { deadline, patience: deadline }, needs);

describe("names", () => {
  it("are asked for once an hour, the lists by turns", async () => {
    for (let count = 0; count < 3; count++) await refresh();
    expect(asked).toEqual(["projects 1"]);
    time += hour;
    expect((await refresh()).names).toMatchObject({ projects: { 1: "One" }, users: { 1: "One" } });
    expect(asked).toEqual(["projects 1", "users 1"]);
  });

  it("are not asked for by who does not get the hour", async () => {
    claims.add("2026-11-24T20");
    expect((await refresh()).names.projects).toEqual({});
    expect(asked).toEqual([]);
  });

  it("cost the hour too where Toggl refuses, and what was known stays", async () => {
    await refresh();
    time += 2 * hour;
    answer = async () => {
      throw new Failure("toggl_unavailable", "down");
    };
    expect(await refresh()).toMatchObject({
      names: { projects: { 1: "One" } },
      failure: { kind: "toggl_unavailable" },
    });
    await refresh();
    expect(asked).toHaveLength(2);
  });

  it("cost no hour while the token is not set", async () => {
    const { readToken } = needs;
    needs = { ...needs, readToken: () => Promise.reject(new Failure("token_not_set", "empty")) };
    expect(await refresh()).toMatchObject({ failure: { kind: "token_not_set" } });
    needs = { ...needs, readToken };
    expect((await refresh()).names.projects).toEqual({ 1: "One" });
  });
});
