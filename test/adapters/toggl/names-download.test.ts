import { beforeEach, describe, expect, it } from "vitest";
import { clock } from "../../../lambdas/adapters/clock.ts";
import { togglNames } from "../../../lambdas/adapters/toggl/names-download.ts";
import { pacedFetch } from "../../../lambdas/adapters/toggl/paced-fetch.ts";
import { type Fetch, rawFetch } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { serveSimulator } from "../../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../../local/toggl-simulator/toggl-simulator.ts";
import { clockAt, coordinationIn, silent } from "../../ports.ts";
import { withinMs } from "./client.ts";

let simulator: TogglSimulator;
let toggl: ReturnType<typeof togglNames>;
let measured: object[];
let url: string;

const connected = (pace: { fetch: Fetch; rest: () => Promise<void>; groupsPatienceMs: number }) =>
  togglNames({
    baseUrl: url,
    tokens: { read: async () => "token", renew: async () => "token" },
    clock: clockAt(Date.now),
    coordination: coordinationIn(),
    telemetry: { ...silent, measure: (what) => void measured.push(what) },
    ...pace,
  });

beforeEach(async () => {
  simulator = togglSimulator({ tokens: ["token"], memberTokens: ["member"], workspaces: [1], rateLimit: false });
  const served = await serveSimulator(simulator);
  measured = [];
  url = served.url;
  toggl = connected({ fetch: rawFetch, rest: async () => {}, groupsPatienceMs: 300 });
  return () => served.close();
});
const paths = () => simulator.requests.map(({ path }) => path);
const patience = () => withinMs(10_000);

describe("names, with one request each", () => {
  it("are those of a page of projects, with their clients, and of all people", async () => {
    const { projects, people } = simulator.source.company;
    const page = await toggl.names(1, { list: "projects", page: 1 }, "token", patience());
    expect(Object.keys(page.names)).toEqual(projects.map(({ id }) => String(id)));
    expect(page.project_clients?.[1001]).toBe(projects[0]?.clientId);
    const { names } = await toggl.names(1, { list: "users", page: 1 }, "token", patience());
    expect(Object.keys(names)).toHaveLength(people.length);
    expect(paths()).toEqual([
      "/api/v9/workspaces/1/projects?active=both&per_page=200&page=1",
      "/api/v9/workspaces/1/users",
    ]);
    expect(measured).toHaveLength(2);
  });

  it("are those of all groups, which the workspace's organization has", async () => {
    const organization = await toggl.organization(1, "token", patience());
    expect(await toggl.groups(1, organization, "token", patience())).toEqual({
      71: "Design & UX",
      72: "Entwicklung, Backend",
      73: "=Büro",
    });
    expect(paths()).toEqual(["/api/v9/workspaces/1", `/api/v9/organizations/${organization}/workspaces/1/groups`]);
    expect(measured).toHaveLength(2);
  });
});

describe("about groups", () => {
  const asking = {
    organization: (token = "token") => toggl.organization(1, token, patience()),
    groups: (token = "token") => toggl.groups(1, 4321, token, patience()),
  };

  it.each(["organization", "groups"] as const)("nobody waits long: %s", async (what) => {
    simulator.misbehave("stall-before-headers");
    await expect(asking[what]()).rejects.toMatchObject({ kind: "toggl_timeout" });
    simulator.misbehave("stall-in-body");
    await expect(asking[what]()).rejects.toMatchObject({ kind: "toggl_timeout" });
    expect(paths()).toHaveLength(2);
  });

  it.each(["organization", "groups"] as const)(
    "a refusal is one, and what is no answer is refused: %s",
    async (what) => {
      await expect(asking[what]("member")).rejects.toMatchObject({ kind: "toggl_credentials_rejected" });
      simulator.misbehave("feature-missing");
      await expect(asking[what]()).rejects.toMatchObject({ kind: "toggl_feature_required" });
      for (const fault of ["html-page", "empty-body", "cut-at-close"] as const) {
        simulator.misbehave(fault);
        await expect(asking[what]()).rejects.toMatchObject({ kind: "toggl_invalid_file" });
      }
      await expect(toggl.groups(1, 1, "token", patience())).rejects.toMatchObject({
        kind: "toggl_credentials_rejected",
      });
    },
  );

  it("the rest between two requests is no part of the wait", async () => {
    const paced = connected({ ...pacedFetch(rawFetch, clock), groupsPatienceMs: 900 }); // less than a second, which is the rest
    const organization = await paced.organization(1, "token", patience());
    expect(Object.keys(await paced.groups(1, organization, "token", patience()))).toHaveLength(3);
  });
});

describe("what went wrong is said in words of names, not of reports", () => {
  const lists = {
    users: () => toggl.names(1, { list: "users", page: 1 }, "token", withinMs(300)),
    groups: () => toggl.groups(1, 4321, "token", patience()),
  };

  it.each(["users", "groups"] as const)("%s", async (list) => {
    for (const fault of ["stall-before-headers", "stall-in-body", "endless"] as const) {
      simulator.misbehave(fault);
      const said = await lists[list]().catch((error: Error) => error.message);
      expect(said, fault).toMatch(/^Toggl.*list of names.*The names that are known stay\.$/);
      expect(said).not.toMatch(/period|respond-async|Ask for/);
    }
  });
});
