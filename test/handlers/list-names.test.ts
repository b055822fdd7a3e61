import { beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../lambdas/core/failure.ts";
import type { KnownNames } from "../../lambdas/core/ports/coordination.ts";
import type { NamePage } from "../../lambdas/core/ports/toggl.ts";
import { listNames } from "../../lambdas/list-names/handler.ts";
import { clockAt } from "../ports.ts";
import { type Asked, answer } from "./answer.ts";

let known: KnownNames | undefined;
let toggl: () => Promise<NamePage>;
let groups: Record<string, string> | Failure;
let patience: number[];
beforeEach(() => {
  groups = { 71: "Design" };
  known = undefined;
  toggl = async () => ({ names: { 1: "Pipe" }, isFull: false });
  patience = [];
});

const call = (more: Partial<Asked> = {}) => {
  const handler = listNames({
    configuration: { workspaces: new Set([123]) },
    toggl: {
      async token(_, deadline) {
        patience.push(deadline.remainingMs());
        return "token";
      },
      async names(_, { list }, _token, deadline) {
        patience.push(deadline.remainingMs());
        const answer = await toggl();
        return list === "users" ? { names: {}, isFull: false } : answer;
      },
      organization: async () => 42,
      async groups() {
        if (groups instanceof Failure) throw groups;
        return groups;
      },
    },
    coordination: {
      names: {
        read: async () => known,
        async write(_, names) {
          known = names;
        },
        claimHour: async () => true,
      },
    },
    clock: clockAt(Date.now),
  });
  return answer(handler, { method: "GET", route: "/workspace/{workspace_id}/names", ...more });
};

describe("names", () => {
  it("tell whose projects they are, where Toggl's list does", async () => {
    toggl = async () => ({ names: { 1: "Pipe" }, clients: { 7: "Acme" }, project_clients: { 1: 7 }, isFull: false });
    const { body } = await call();
    expect(body).toMatchObject({ clients: { 7: "Acme" }, project_clients: { 1: 7 } });
  });

  it("of projects and people are there without groups, and the log says why", async () => {
    groups = new Failure("toggl_credentials_rejected", "Toggl said no.");
    const { body, logged } = await call();
    expect(body).toEqual({ projects: { 1: "Pipe" }, users: {}, updated_at: expect.any(String) });
    expect(logged).toMatchObject([
      { asked: "users 1, projects 1, workspace, groups", code: "toggl_credentials_rejected" },
    ]);
  });

  it("are those of all lists", async () => {
    const { status, body, logged } = await call();
    expect(status).toBe(200);
    expect(body).toEqual({
      projects: { 1: "Pipe" },
      users: {},
      groups: { 71: "Design" },
      updated_at: expect.any(String),
    });
    expect(logged).toMatchObject([{ asked: "users 1, projects 1, workspace, groups" }]);
    expect(logged[0]).not.toHaveProperty("code");
  });

  it("are a 200 whatever Toggl does, and the log says what it did", async () => {
    toggl = async () => {
      throw new Failure("toggl_rejected", "Toggl said no.");
    };
    const { status, body, logged } = await call();
    expect([status, body]).toEqual([200, { projects: {}, users: {} }]);
    expect(logged).toMatchObject([{ level: "INFO", code: "toggl_rejected", detail: "Toggl said no." }]);
  });

  it.each([
    ["no-cache", true],
    ["max-age=0, No-Cache", true],
    ["max-age=0", false],
    ["x-no-cache", false],
    ["", false],
  ])("that are of an hour ago are asked for again with Cache-Control: %j: %s", async (value, isAsked) => {
    await call();
    known = { ...(known as KnownNames), asked_hour: "2026-11-02T05" };
    const { logged } = await call({ headers: { "cache-control": [value] } });
    expect(logged[0]?.asked).toBe(isAsked ? "users 1, projects 1" : undefined);
  });

  it("are not asked for twice in an hour", async () => {
    await call();
    patience = [];
    const { body, logged } = await call();
    expect(body.projects).toEqual({ 1: "Pipe" });
    expect(patience).toEqual([]);
    expect(logged[0]).not.toHaveProperty("asked");
  });

  it("are waited for ten seconds, or as long as the caller has", async () => {
    await call();
    known = undefined;
    await call({ msUnderWay: 60_000 });
    const [token = 0, users = 0, projects = 0, late = Number.NaN] = patience;
    expect(Math.max(token, users, projects)).toBeLessThanOrEqual(10_000);
    expect(Math.min(token, users, projects)).toBeGreaterThan(1000);
    expect(late).toBeLessThanOrEqual(1000);
  });

  it("are those of a configured workspace alone", async () => {
    expect((await call({ params: { workspace_id: "9" } })).body.code).toBe("workspace_not_configured");
    expect(patience).toEqual([]);
  });
});
