import { beforeEach, describe, expect, it } from "vitest";
import type { FailureKind } from "../../../api/problems.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { KnownNames } from "../../../lambdas/core/ports/coordination.ts";
import type { NameList } from "../../../lambdas/core/ports/toggl.ts";
import { refreshNames } from "../../../lambdas/core/toggl/names.ts";
import { clockAt } from "../../ports.ts";

const hour = 3_600_000;
const deadline = { signal: new AbortController().signal, remainingMs: () => 10_000 };

let time: number;
let patienceMs: number;
let kept: KnownNames | undefined;
let writes: number;
let claims: Set<string>;
let asked: string[];
/** How many projects there are, and what fails: by list and page. */
let projects: number;
let failing: Record<string, FailureKind>;
let ports: Parameters<typeof refreshNames>[2];

const idsOn = (page: number) =>
  Array.from({ length: Math.max(0, Math.min(200, projects - (page - 1) * 200)) }, (_, at) => (page - 1) * 200 + at + 1);
const answer = ({ list, page }: NameList) => {
  const kind = failing[`${list} ${page}`];
  if (kind) throw new Failure(kind, "no");
  if (list === "users") return { names: { 7: "Ada" }, isFull: false };
  const ids = idsOn(page);
  return { names: Object.fromEntries(ids.map((id) => [id, `P${id}`])), isFull: ids.length === 200 };
};

beforeEach(() => {
  time = Date.parse("2026-11-24T20:15:00Z");
  patienceMs = 10_000;
  kept = undefined;
  writes = 0;
  claims = new Set();
  asked = [];
  projects = 1;
  failing = {};
  ports = {
    coordination: {
      names: {
        read: async () => kept,
        async write(_, names) {
          kept = names;
          writes++;
        },
        claimHour: async (_, name) => !claims.has(name) && Boolean(claims.add(name)),
      },
    },
    toggl: {
      token: async () => "token",
      async names(_, due) {
        asked.push(`${due.list} ${due.page}`);
        return answer(due);
      },
    },
    clock: clockAt(() => time),
  };
});

const refresh = async ({ areMissed = false } = {}) => {
  asked = [];
  const patience = { ...deadline, remainingMs: () => patienceMs };
  const { names, failure } = await refreshNames(7, { deadline, patience, areMissed }, ports);
  return { asked, known: [Object.keys(names.projects).length, Object.keys(names.users).length], failure };
};

describe("names", () => {
  it("are read whole in the first hour: all people, and all pages of projects", async () => {
    projects = 450;
    expect(await refresh()).toMatchObject({
      asked: ["users 1", "projects 1", "projects 2", "projects 3"],
      known: [450, 1],
    });
    expect(kept).toMatchObject({ read_at: "2026-11-24T20:15:00Z", updated_at: "2026-11-24T20:15:00Z" });
    expect([writes, kept?.isHalfway]).toEqual([1, undefined]);
  });

  it("are not asked for again within a day, unless somebody misses one", async () => {
    await refresh();
    expect((await refresh({ areMissed: true })).asked).toEqual([]); // in the same hour nobody asks twice
    time += 23 * hour;
    expect((await refresh()).asked).toEqual([]);
    projects = 2;
    expect(await refresh({ areMissed: true })).toMatchObject({ asked: ["users 1", "projects 1"], known: [2, 1] });
    time += 24 * hour;
    expect((await refresh()).asked).toEqual(["users 1", "projects 1"]);
  });

  it("are asked for again where they were read at a time that is none, or yet to come", async () => {
    for (const read_at of ["soon", "2199-01-01T00:00:00Z", ""]) {
      kept = { projects: {}, users: {}, due: { list: "users", page: 1 }, read_at };
      claims.clear();
      expect((await refresh()).asked).toEqual(["users 1", "projects 1"]);
    }
  });

  it("that were stored page by page are read whole", async () => {
    kept = { projects: { 9: "Old" }, users: {}, due: { list: "projects", page: 1 }, asked_hour: "2026-11-24T19" };
    expect(await refresh()).toMatchObject({ asked: ["projects 1", "users 1"], known: [2, 1] });
  });

  it("cost ten requests an hour at most, and are read on in the next", async () => {
    projects = 2500;
    const { asked: first, known } = await refresh();
    expect([first.length, first.at(-1), known]).toEqual([10, "projects 9", [1800, 1]]);
    expect(kept?.read_at).toBeUndefined();
    expect((await refresh()).asked).toEqual([]);
    time += hour;
    expect(await refresh()).toMatchObject({
      asked: ["projects 10", "projects 11", "projects 12", "projects 13"],
      known: [2500, 1],
    });
    expect(kept?.read_at).toBe("2026-11-24T21:15:00Z");
  });

  it("are read on in the next hour where there was no time for another page", async () => {
    projects = 250;
    patienceMs = 2000;
    expect((await refresh()).asked).toEqual(["users 1"]);
    time += hour;
    expect((await refresh()).asked).toEqual(["projects 1"]);
    time += hour;
    expect(await refresh()).toMatchObject({ asked: ["projects 2"], known: [250, 1] });
    time += hour;
    expect((await refresh()).asked).toEqual([]);
  });

  it("are not asked for by who does not get the hour", async () => {
    claims.add("2026-11-24T20");
    expect(await refresh({ areMissed: true })).toMatchObject({ asked: [], known: [0, 0] });
    expect(writes).toBe(0);
  });

  it("are asked for by one of many callers", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => refresh({ areMissed: true })));
    expect(all).toHaveLength(20);
    expect([writes, asked]).toEqual([1, ["users 1", "projects 1"]]);
  });

  it("that came before a failure stay, and the next hour goes on at the page that failed", async () => {
    projects = 450;
    failing = { "projects 2": "toggl_unavailable" };
    const { asked: first, known, failure } = await refresh();
    expect([first, known, failure?.kind]).toEqual([
      ["users 1", "projects 1", "projects 2"],
      [200, 1],
      "toggl_unavailable",
    ]);
    expect((await refresh()).asked).toEqual([]);
    time += hour;
    failing = {};
    expect(await refresh()).toMatchObject({ asked: ["projects 2", "projects 3"], known: [450, 1] });
    expect(kept?.read_at).toBe("2026-11-24T21:15:00Z");
  });

  it("that Toggl refuses cost one request, and the next hour begins with the other list", async () => {
    failing = { "users 1": "toggl_credentials_rejected" };
    expect(await refresh()).toMatchObject({ asked: ["users 1"], known: [0, 0] });
    time += hour;
    expect(await refresh()).toMatchObject({ asked: ["projects 1", "users 1"], known: [1, 0] });
    time += hour;
    expect((await refresh()).asked).toEqual([]); // what can be read was read: a refusal for good is tried once a day
    time += 24 * hour;
    expect((await refresh()).asked).toEqual(["projects 1", "users 1"]);
  });

  it("that were known stay where Toggl fails", async () => {
    await refresh();
    time += 25 * hour;
    failing = { "users 1": "toggl_unavailable" };
    expect(await refresh()).toMatchObject({ asked: ["users 1"], known: [1, 1] });
    expect(kept?.read_at).toBe("2026-11-24T20:15:00Z");
  });

  it("cost no hour while the token is not set", async () => {
    const { toggl } = ports;
    ports = { ...ports, toggl: { ...toggl, token: () => Promise.reject(new Failure("token_not_set", "empty")) } };
    expect(await refresh()).toMatchObject({ asked: [], failure: { kind: "token_not_set" } });
    ports = { ...ports, toggl };
    expect((await refresh()).known).toEqual([1, 1]);
  });
});
