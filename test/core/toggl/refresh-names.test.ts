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
/** What was asked for groups' sake. */
let askedForGroups: string[];
let groups: Record<string, string>;
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
  askedForGroups = [];
  groups = { 71: "Design" };
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
      async organization() {
        askedForGroups.push("workspace");
        if (failing.workspace) throw new Failure(failing.workspace, "no");
        return 42;
      },
      async groups(_, organizationId) {
        askedForGroups.push(`groups of ${organizationId}`);
        if (failing.groups) throw new Failure(failing.groups, "no");
        return groups;
      },
    },
    clock: clockAt(() => time),
  };
});

const refreshed = ({ areMissed = false } = {}) => {
  asked = [];
  askedForGroups = [];
  const patience = { ...deadline, remainingMs: () => patienceMs };
  return refreshNames(7, { deadline, patience, areMissed }, ports);
};
const refresh = async (options?: { areMissed: boolean }) => {
  const { names, failure } = await refreshed(options);
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
    expect([writes, kept?.isHalfway]).toEqual([2, undefined]); // what is read so far is there before groups are asked for
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
    expect([writes, asked, askedForGroups]).toEqual([2, ["users 1", "projects 1"], ["workspace", "groups of 42"]]);
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

describe("names of groups", () => {
  const both = ["workspace", "groups of 42"];
  const seen = async (options?: { areMissed: boolean }) => {
    const { asked, failure, known } = await refresh(options);
    return [asked.length, askedForGroups, failure?.kind, known.join(" ")] as const;
  };

  it("are read last, once a day, and the organization is asked for once", async () => {
    expect(await seen()).toEqual([2, both, undefined, "1 1"]);
    expect(kept).toMatchObject({ groups: { 71: "Design" }, organization_id: 42 });
    time += 24 * hour;
    groups = { 71: "Design & UX", 72: "QA" };
    expect(await seen()).toEqual([2, ["groups of 42"], undefined, "1 1"]);
    expect(kept?.groups).toEqual({ 71: "Design & UX", 72: "QA" });
  });

  it("are not asked for again because a project or a person has no name", async () => {
    await refresh();
    time += hour;
    expect(await seen({ areMissed: true })).toEqual([2, [], undefined, "1 1"]);
  });

  it("are read alone where the others were stored before there were any", async () => {
    const due = { list: "users", page: 1 } as const;
    kept = { projects: { 1: "P1" }, users: { 7: "Ada" }, due, read_at: "2026-11-24T10:00:00Z" };
    expect(await seen()).toEqual([0, both, undefined, "1 1"]);
    expect(kept).toMatchObject({ due, read_at: "2026-11-24T10:00:00Z", groups: { 71: "Design" } });
    expect(await seen()).toEqual([0, [], undefined, "1 1"]);
  });

  it.each<["workspace" | "groups", FailureKind]>([
    ["workspace", "toggl_credentials_rejected"],
    ["workspace", "toggl_quota_exhausted"],
    ["workspace", "toggl_invalid_file"],
    ["groups", "toggl_credentials_rejected"],
    ["groups", "toggl_feature_required"],
    ["groups", "toggl_timeout"],
  ])("that cannot be read (%s: %s) keep nothing away, and are asked for on the next day", async (list, kind) => {
    failing = { [list]: kind };
    const asked = list === "workspace" ? ["workspace"] : both;
    expect(await seen()).toEqual([2, asked, kind, "1 1"]);
    expect([kept?.read_at, kept?.groups]).toEqual(["2026-11-24T20:15:00Z", undefined]);
    failing = {};
    time += 23 * hour;
    expect((await seen({ areMissed: true })).slice(0, 2)).toEqual([2, []]);
    time += 2 * hour;
    const isKept = kind === "toggl_timeout"; // refused for good the workspace may have moved: it is asked whose it is
    expect((await seen())[1]).toEqual(isKept ? ["groups of 42"] : both);
  });

  it.each(["users 1", "projects 1"])(
    "are read though %s is refused for good, and somebody looks once a day",
    async (list) => {
      failing = { [list]: "toggl_credentials_rejected", groups: "toggl_feature_required" };
      const days = [];
      for (let day = 0; day < 3; day++) {
        days.push((await seen()).slice(1, 3));
        time += 25 * hour;
        if (day === 1) failing = { [list]: "toggl_gone" };
      }
      const first = list === "users 1" ? [[], "toggl_credentials_rejected"] : [both, "toggl_credentials_rejected"];
      expect(days).toEqual([first, [both, "toggl_credentials_rejected"], [both, "toggl_gone"]]);
      expect(kept?.groups).toEqual({ 71: "Design" });
    },
  );

  it("read alone leave the hour to who misses another name, with what is left of ten requests", async () => {
    const due = { list: "users", page: 1 } as const;
    const stored = { projects: { 1: "P1" }, users: { 7: "Ada" }, due, read_at: "2026-11-24T10:00:00Z" };
    kept = stored;
    projects = 2500;
    expect((await seen()).slice(0, 2)).toEqual([0, both]);
    expect((await seen({ areMissed: true })).slice(0, 2)).toEqual([8, []]);
    expect(kept).toMatchObject({ groups: { 71: "Design" }, organization_id: 42 });
    expect((await seen({ areMissed: true })).slice(0, 2)).toEqual([0, []]);
  });

  it("are asked for by one of many callers, and what another stores meanwhile stays", async () => {
    const due = { list: "users", page: 1 } as const;
    kept = { projects: { 1: "P1" }, users: {}, due, read_at: "2026-11-24T10:00:00Z" };
    const { groups: answered } = ports.toggl;
    const toggl: typeof ports.toggl = {
      ...ports.toggl,
      async groups(...question) {
        kept = { ...(kept as KnownNames), projects: { 1: "P1", 2: "P2" }, asked_hour: "2026-11-24T20" };
        return answered(...question);
      },
    };
    ports = { ...ports, toggl };
    const all = await Promise.all(Array.from({ length: 20 }, () => seen()));
    expect([all.length, askedForGroups]).toEqual([20, both]);
    expect(kept).toMatchObject({
      projects: { 1: "P1", 2: "P2" },
      groups: { 71: "Design" },
      asked_hour: "2026-11-24T20",
    });
  });

  it("are left for the next hour where the time went by with the organization, which is remembered", async () => {
    const { organization } = ports.toggl;
    const slow: typeof organization = async (...question) => {
      patienceMs = 2000;
      return organization(...question);
    };
    ports = { ...ports, toggl: { ...ports.toggl, organization: slow } };
    const all = await refreshed();
    expect([all.asked, all.failure]).toEqual([["users 1", "projects 1", "workspace"], undefined]);
    expect([kept?.organization_id, kept?.groups_asked_at]).toEqual([42, undefined]);
    time += hour;
    patienceMs = 10_000;
    expect((await refreshed()).asked).toEqual(["groups"]);
    expect(kept?.groups).toEqual({ 71: "Design" });
  });

  it("that were known stay where Toggl fails", async () => {
    await refresh();
    failing = { groups: "toggl_unavailable" };
    time += 25 * hour;
    await refresh();
    expect(kept?.groups).toEqual({ 71: "Design" });
  });

  it("wait for the next hour where projects took all requests, or the time, or failed in passing", async () => {
    projects = 1800; // nine full pages, and an empty tenth in the next hour
    expect((await seen())[1]).toEqual([]);
    time += hour;
    expect((await seen()).slice(0, 2)).toEqual([1, both]);

    kept = undefined;
    projects = 1400; // people, seven pages and an empty one are nine requests: one is left where groups take two
    time += hour;
    expect((await seen()).slice(0, 2)).toEqual([9, []]);
    time += hour;
    expect((await seen()).slice(0, 2)).toEqual([0, both]);

    kept = undefined;
    projects = 1;
    failing = { "projects 1": "toggl_unavailable" };
    time += hour;
    expect((await seen()).slice(0, 3)).toEqual([2, [], "toggl_unavailable"]);
    failing = {};
    time += hour;
    expect((await seen()).slice(0, 3)).toEqual([1, both, undefined]);
  });

  it("are not asked for where there is no time left", async () => {
    patienceMs = 2000;
    kept = { projects: {}, users: {}, due: { list: "users", page: 1 }, read_at: "2026-11-24T10:00:00Z" };
    expect((await seen()).slice(0, 2)).toEqual([0, []]);
  });

  it("keep nobody from the others where the bucket takes no note of them, or the token is not there", async () => {
    const due = { list: "users", page: 1 } as const;
    const stored = { projects: { 1: "P1" }, users: {}, due, read_at: "2026-11-24T10:00:00Z" };
    const fails = () => Promise.reject(new Failure("storage_unavailable", "no"));
    const { names } = ports.coordination;
    const readOnce = () => {
      let times = 0;
      return () => (times++ === 0 ? names.read(7, deadline) : fails());
    };
    for (const broken of [{ write: fails }, { claimHour: fails }, { read: readOnce() }]) {
      kept = stored;
      claims.clear();
      ports = { ...ports, coordination: { names: { ...names, ...broken } } };
      expect((await seen()).slice(2)).toEqual(["storage_unavailable", "1 0"]);
    }
  });
});
