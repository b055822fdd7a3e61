import { describe, expect, it } from "vitest";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { KnownNames } from "../../../lambdas/core/ports/coordination.ts";
import { bytesInAnswer } from "../../../lambdas/core/text.ts";
import { groupNames, namePage, organizationIn } from "../../../lambdas/core/toggl/name-lists.ts";
import { groupsAfter, hourOf, namesAfter, nothingKnown } from "../../../lambdas/core/toggl/names.ts";

const time = Date.parse("2026-11-24T20:15:00Z");
const page = (names: Record<string, string>, isFull = false) => ({ names, isFull });
const refused = new Failure("toggl_credentials_rejected", "no");

describe("what is asked for next", () => {
  const due = (known: KnownNames) => `${known.due.list} ${known.due.page}`;

  it("is people, then one page of projects after the other while they are full", () => {
    const asked = [page({}), page({}, true), page({}, true), page({}), page({})];
    let known = nothingKnown;
    const order = [due(known)];
    const whole = [];
    for (const answer of asked) {
      known = namesAfter(known, answer, time);
      order.push(due(known));
      whole.push(known.read_at !== undefined);
    }
    expect(order).toEqual(["users 1", "projects 1", "projects 2", "projects 3", "users 1", "projects 1"]);
    expect(whole).toEqual([false, false, false, true, true]);
  });

  it("is the other list after a failure, and the hour is spent all the same", () => {
    const known = namesAfter(nothingKnown, refused, time);
    expect([due(known), known.asked_hour]).toEqual(["projects 1", "2026-11-24T20"]);
    expect([known.updated_at, known.read_at]).toEqual([undefined, undefined]);
  });

  it("ends at fifty pages, should Toggl's never end", () => {
    const known = { ...nothingKnown, due: { list: "projects", page: 50 }, isHalfway: true } as const;
    const { due, read_at } = namesAfter(known, page({}, true), time);
    expect([due, read_at]).toEqual([{ list: "users", page: 1 }, "2026-11-24T20:15:00Z"]);
  });
});

const projectsDue: KnownNames = { ...nothingKnown, due: { list: "projects", page: 1 } };

describe("names", () => {
  it("are added to those that are known, and a newer one counts", () => {
    const known = { ...projectsDue, projects: { 1: "Old", 2: "Gone at Toggl" } };
    expect(namesAfter(known, page({ 1: "New" }), time).projects).toEqual({ 1: "New", 2: "Gone at Toggl" });
  });

  it("of the newest ids stay where all would be more than an answer can hold", () => {
    const many = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, at) => [String(1 + at), `"${"x".repeat(300)}"`]),
    );
    const { projects } = namesAfter(projectsDue, page(many), time);
    const ids = Object.keys(projects).map(Number);
    expect(Math.max(...ids)).toBe(12_000);
    expect(Math.min(...ids)).toBeGreaterThan(1);
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(projects)))).toBeLessThan(3 * 1024 ** 2);
  });

  it("fill what they may take to the last byte", () => {
    const room = 2.5 * 1024 ** 2 - bytesInAnswer({ 1: "" });
    const kept = (length: number) =>
      Object.keys(namesAfter(projectsDue, page({ 1: "x".repeat(length) }), time).projects);
    expect([kept(room), kept(room + 1)]).toEqual([["1"], []]);
  });
});

describe("clients", () => {
  const body = (entries: readonly object[]) => Buffer.from(JSON.stringify(entries));

  it("come with the projects: their names, and whose each project is", () => {
    const entries = [
      { id: 1, name: "A", client_id: 7, client_name: "Acme" },
      { id: 2, name: "B", client_id: 8, client_name: null },
      { id: 3, name: "C", client_id: null, client_name: null },
      { id: 4, name: "D" },
      { id: 5, name: "E", client_id: "7", client_name: "Text" },
      { id: 6, name: "F", client_id: -7, client_name: "Below zero" },
    ];
    expect(namePage("projects", body(entries))).toMatchObject({
      clients: { 7: "Acme" },
      project_clients: { 1: 7, 2: 8, 3: null },
    });
    expect(namePage("projects", body([{ id: 4, name: "D" }]))).toEqual({ names: { 4: "D" }, isFull: false });
    expect(namePage("users", body([{ id: 9, fullname: "Ada", client_id: 7, client_name: "Acme" }]))).toEqual({
      names: { 9: "Ada" },
      isFull: false,
    });
  });

  it("are added to those that are known, and stay when people are read", () => {
    const first = namesAfter(
      projectsDue,
      { ...page({}, true), clients: { 7: "Acme" }, project_clients: { 1: 7 } },
      time,
    );
    const moved = { ...page({}), clients: { 8: "Bau" }, project_clients: { 1: 8, 2: null } };
    const second = namesAfter(first, moved, time);
    const known = { clients: { 7: "Acme", 8: "Bau" }, project_clients: { 1: 8, 2: null } };
    expect(second).toMatchObject(known);
    expect(second.due.list).toBe("users");
    expect(namesAfter(second, page({ 9: "Ada" }), time)).toMatchObject(known);
  });

  it("leave an answer that fits, with everything else at its largest", () => {
    const many = (text: string) =>
      Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [10_000_000 + at, text]));
    const clients = Object.fromEntries(Object.keys(many("")).map((id) => [id, 10_000_000]));
    const projects = { ...page(many("x".repeat(300))), clients: many("x".repeat(300)), project_clients: clients };
    const lists = namesAfter(namesAfter(projectsDue, projects, time), page(many("x".repeat(300))), time);
    const all = groupsAfter(lists, { organization_id: 1, groups: many("x".repeat(300)) }, time);
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(all)))).toBeLessThan(6 * 1024 ** 2);
    expect(Object.keys(all.project_clients ?? {}).length).toBeGreaterThan(10_000);
    expect(Object.keys(all.groups ?? {}).length).toBeGreaterThan(900);
  });
});

describe("a list of Toggl's", () => {
  const listed = (body: unknown, list: "projects" | "users" = "projects") =>
    namePage(list, Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));

  it("gives the names of what has a whole id and a name", () => {
    const entries = [
      { id: 1, name: "A" },
      { id: "2", name: "B" },
      { id: 3 },
      { id: 1.5, name: "C" },
      { id: 4, name: " " },
      { id: -5, name: "D" },
      null,
    ];
    expect(listed(entries)).toEqual({ names: { 1: "A" }, isFull: false });
    expect(listed([{ id: 9, fullname: "Ada" }], "users").names).toEqual({ 9: "Ada" });
    expect(listed("null").names).toEqual({});
  });

  it("is full with two hundred projects", () => {
    const entries = Array.from({ length: 200 }, (_, at) => ({ id: at + 1, name: "P" }));
    expect(listed(entries).isFull).toBe(true);
    expect(listed(entries.slice(1)).isFull).toBe(false);
  });

  it.each(["", "<html>", '{"a":1}', '[{"id":1'])("is refused as %j, and not quoted", (body) => {
    expect(() => listed(body)).toThrow(/^Toggl's answer is no list of names, or not all of one\.$/);
  });
});

describe("groups", () => {
  const body = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

  it("have a group_id, or else an id, and belong to the workspace", () => {
    const entries = [
      { group_id: 71, name: "Design", workspaces: [7, 8] },
      { id: 72, name: "QA" },
      { group_id: 73, id: 5, name: "Both", workspaces: null },
      { group_id: 74, name: "Of others", workspaces: [8] },
      { group_id: "75", name: "Text" },
      { group_id: 76, name: " " },
      { group_id: 1.5, name: "Half" },
      { group_id: -77, name: "Below zero" },
      null,
      "no group",
    ];
    expect(groupNames(body(entries), 7)).toEqual({ 71: "Design", 72: "QA", 73: "Both" });
    expect(groupNames(body("null"), 7)).toEqual({});
    expect(() => groupNames(body({ items: [] }), 7)).toThrow(/no list of names/);
  });

  it("are listed by an organization, which a workspace names", () => {
    expect(organizationIn(body({ id: 7, organization_id: 42 }))).toBe(42);
    for (const other of [
      {},
      { organization_id: "42" },
      { organization_id: null },
      { organization_id: -42 },
      [],
      "null",
      "<html>",
      "",
    ]) {
      expect(() => organizationIn(body(other))).toThrow(/does not say which organization/);
    }
  });
});

it("counts hours in UTC", () => {
  expect(hourOf(time)).toBe("2026-11-24T20");
});
