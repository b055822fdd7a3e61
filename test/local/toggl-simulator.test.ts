import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/node";
import { beforeEach, describe, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { faults } from "../../local/toggl-simulator/faults.ts";
import { serveSimulator } from "../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../local/toggl-simulator/toggl-simulator.ts";

let simulator: TogglSimulator;
let time: number;

const start = (options = {}) =>
  togglSimulator({
    tokens: ["admin"],
    memberTokens: ["member"],
    workspaces: [1],
    rateLimit: false,
    now: () => time,
    ...options,
  });

beforeEach(() => {
  time = Date.parse("2026-11-02T06:00:00Z");
  simulator = start();
});

const october = { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" };

const ask = (path: string, body: object = october, { token = "admin", workspace = "1", method = "POST" } = {}) =>
  simulator.fetch(`https://toggl.example/insights/api/v1/workspace/${workspace}/${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${token}:api_token`).toString("base64")}` },
    ...(method === "POST" && { body: JSON.stringify(body) }),
  });

describe("every documented message has a cause", () => {
  it.each<[string, object, object, number, string]>([
    ["data_trends/projects", {}, {}, 400, "At least one parameter must be set"],
    ["data_trends/projects", october, { workspace: "x" }, 400, "Invalid workspace id"],
    ["data_trends/projects", { start_date: "1.10.2026" }, {}, 400, "Wrong format date"],
    ["data_trends/projects", october, { workspace: "2" }, 403, "Workspace not found/accessible"],
    ["data_trends/projects", october, { token: "member" }, 403, "Admin permissions required"],
    ["profitability/employees.csv", {}, {}, 400, "Invalid parameters"],
    [
      "profitability/employees.csv",
      october,
      { token: "member" },
      403,
      "User has no access to workspace or is not admin",
    ],
    ["profitability/projects.csv", { currency: 5 }, {}, 400, "Invalid parameters"],
    ["profitability/projects.csv", october, { workspace: "x" }, 400, "Invalid workspace ID"],
    [
      "profitability/projects.csv",
      { ...october, start_date: "2020-01-01", resolution: "day" },
      {},
      400,
      "Date range too large for given resolution",
    ],
    ["trends/projects.csv", {}, {}, 400, "At least one parameter must be set"],
    ["trends/projects.csv", october, { workspace: "x" }, 400, "Invalid workspace id"],
    ["trends/projects.csv", { end_date: "x" }, {}, 400, "wrong format date"],
    [
      "trends/projects.csv",
      { start_date: "2026-10-02", end_date: "2026-10-01" },
      {},
      400,
      "start should come after end",
    ],
    ["trends/projects.csv", october, { token: "member" }, 403, "user has no required access to asked workspace"],
    ["trends/projects.csv", october, { token: "nobody" }, 403, "Incorrect username and/or password"],
    ["trends/projects.csv", october, { method: "GET" }, 405, "Method Not Allowed"],
    ["trends/projects.pdf", october, {}, 404, "Not Found"],
  ])("%s %j %j: %d %s", async (path, body, options, status, message) => {
    const response = await ask(path, body, options);
    expect([response.status, await response.json()]).toEqual([status, message]);
  });

  it.each([
    ["feature-missing", 402, /need.* to have the insights feature enabled/],
    ["server-error", 500, /Internal Server Error/],
  ] as const)("%s on request", async (fault, status, message) => {
    simulator.misbehave(fault);
    const response = await ask("trends/projects.csv");
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(message)]);
    expect((await ask("trends/projects.csv")).status).toBe(200);
  });
});

describe("the quota", () => {
  it("counts down on every answer, is spent, and is back after the hour", async () => {
    simulator = start({ quota: 2 });
    const seen = async () => {
      const { status, headers } = await ask("trends/projects.csv");
      return [status, headers.get("x-toggl-quota-remaining"), headers.get("x-toggl-quota-resets-in")];
    };
    expect(await seen()).toEqual([200, "1", "3600"]);
    time += 1_000_000;
    expect(await seen()).toEqual([200, "0", "2600"]);
    expect(await seen()).toEqual([402, "0", "2600"]);
    expect(await (await ask("trends/projects.csv")).json()).toMatch(/hourly limit.*reset in 2600 seconds/);
    time += 2_600_000;
    expect(await seen()).toEqual([200, "1", "3600"]);
  });
});

it("lets about one request a second of a token through", async () => {
  simulator = start({ rateLimit: true });
  const burst = await Promise.all(Array.from({ length: 5 }, () => ask("trends/projects.csv")));
  expect(burst.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
  expect(burst.find(({ status }) => status === 429)?.headers.get("content-type")).toBe("text/html");
  time += 1000;
  expect([(await ask("trends/projects.csv")).status, (await ask("trends/projects.csv")).status]).toEqual([200, 429]);
});

describe("the reports", () => {
  it.each(["profitability/employees", "profitability/projects", "trends/projects"])(
    "%s holds the same as CSV and as a workbook",
    async (report) => {
      const csv = parse(Buffer.from(await (await ask(`${report}.csv`)).arrayBuffer())) as string[][];
      const xlsx = await readSheet(Buffer.from(await (await ask(`${report}.xlsx`)).arrayBuffer()));
      expect(xlsx.map((row) => row.map((cell) => String(cell ?? "")))).toEqual(csv);
      expect(csv.length).toBeGreaterThan(20);
    },
  );

  it("hold names that break careless software", async () => {
    const csv = await (await ask("profitability/projects.csv")).text();
    for (const name of ["=SUM(A1:A9)", "🎨", "Prüfung", '""Quick""', '"Acme, Inc."']) expect(csv).toContain(name);
  });

  it("are the same whenever they are asked for, and others for another month", async () => {
    const text = async (body: object) => (await ask("profitability/projects.csv", body)).text();
    expect(await text(october)).toBe(await text(october));
    expect(await text({ ...october, end_date: "2026-10-15" })).not.toBe(await text(october));
  });

  it("can be narrowed to projects without a client", async () => {
    const rows = parse(
      await (await ask("profitability/projects.csv", { ...october, client_ids: [null] })).text(),
    ) as string[][];
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.slice(1).map(([, client]) => client)).toEqual(rows.slice(1).map(() => ""));
  });

  it("have lists of unequal length among the trends", async () => {
    const trends = (await (await ask("data_trends/projects")).json()) as Record<string, number[]>[];
    const lengths = trends.map(({ current_period_seconds: now, previous_period_seconds: before }) => [
      now?.length,
      before?.length,
    ]);
    expect(lengths.some(([now, before]) => now !== before)).toBe(true);
  });
});

describe("the lists of names", () => {
  const list = (path: string, { token = "admin", workspace = "1", method = "GET" } = {}) =>
    simulator.fetch(`https://toggl.example/api/v9/workspaces/${workspace}${path && `/${path}`}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${token}:api_token`).toString("base64")}` },
    });
  const organization = async (id: number, workspace = "1") =>
    (await list(`../../organizations/${id}/workspaces/${workspace}/groups`)).json() as Promise<{ users: object[] }[]>;
  const idsOf = async (path: string) => ((await (await list(path)).json()) as { id: number }[]).map(({ id }) => id);

  it("have the company's projects and people, with the quota's headers", async () => {
    const { projects, people } = simulator.source.company;
    const all = await list("projects?active=both");
    expect(await all.json()).toMatchObject(projects.map(({ id, name, active }) => ({ id, name, active })));
    expect(all.headers.get("x-toggl-quota-remaining")).toBe("599");
    expect(await (await list("users")).json()).toMatchObject(people.map(({ id, name }) => ({ id, fullname: name })));
  });

  it("have groups by the organization that the workspace says it belongs to, with their people", async () => {
    const { organization_id } = (await (await list("")).json()) as { organization_id: number };
    const groups = await organization(organization_id);
    expect(groups).toMatchObject([
      { group_id: 73, name: "=Büro", workspaces: [1] },
      { group_id: 71, name: "Design & UX" },
      { group_id: 72, name: "Entwicklung, Backend" },
    ]);
    expect(groups.flatMap(({ users }) => users)).toHaveLength(simulator.source.company.people.length);
    expect(await organization(organization_id + 1)).toBe("User does not have access to this resource.");
    expect(await organization(organization_id, "2")).toBe("User does not have access to this resource.");
  });

  it("give projects in pages of at most 200, 151 unless asked, and archived ones only to who asks", async () => {
    const [one] = simulator.source.company.projects;
    const projects = Array.from({ length: 450 }, (_, at) => ({ ...one, id: at + 1, active: at % 2 === 0 }));
    simulator.revise((company) => ({ ...company, projects: projects as typeof company.projects }));
    expect(await idsOf("projects?active=both&per_page=500")).toHaveLength(200);
    expect((await idsOf("projects?active=both&per_page=200&page=3"))[0]).toBe(401);
    expect(await idsOf("projects?active=both&per_page=200&page=4")).toEqual([]);
    expect(await idsOf("projects")).toHaveLength(151);
    expect((await idsOf("projects?per_page=3")).every((id) => id % 2 === 1)).toBe(true);
    expect((await idsOf("projects?active=false&per_page=3")).every((id) => id % 2 === 0)).toBe(true);
  });

  it.each<[string, object, number, string]>([
    ["projects", { token: "member" }, 403, "User does not have access to this resource."],
    ["users", { token: "member" }, 403, "User does not have access to this resource."],
    ["users", { token: "nobody" }, 403, "Incorrect username and/or password"],
    ["users", { workspace: "2" }, 403, "User does not have access to this resource."],
    ["projects", { workspace: "x" }, 400, "Invalid workspace id"],
    ["projects?page=0", {}, 400, "Invalid parameters"],
    ["projects", { method: "POST" }, 405, "Method Not Allowed"],
    ["clients", {}, 404, "Not Found"],
  ])("%s %j: %d %s", async (path, options, status, message) => {
    const response = await list(path, options);
    expect([response.status, await response.json()]).toEqual([status, message]);
  });

  it("misbehave too, count against the quota and the pace, and show in what was asked", async () => {
    simulator = start({ quota: 2, rateLimit: true });
    simulator.misbehave("server-error");
    expect((await list("projects?page=1")).status).toBe(500);
    expect((await list("users")).status).toBe(200);
    expect((await list("users")).status).toBe(402);
    expect((await list("users")).status).toBe(429);
    expect(simulator.requests[0]?.path).toBe("/api/v9/workspaces/1/projects?page=1");
  });
});

describe("served over a socket", () => {
  let served: Listening;
  beforeEach(async () => {
    served = await serveSimulator(simulator);
    return () => served.close();
  });
  const post = (path: string, body: unknown) =>
    fetch(`${served.url}${path}`, { method: "POST", body: JSON.stringify(body) });

  it("lists its faults and takes one", async () => {
    const listed = (await (await fetch(`${served.url}/simulator/faults`)).json()) as object;
    expect(Object.keys(listed)).toEqual(Object.keys(faults));
    expect((await post("/simulator/faults", { fault: "gone", times: 1 })).status).toBe(200);
    expect((await ask("trends/projects.csv")).status).toBe(410);
    expect((await post("/simulator/faults", { fault: "nonsense" })).status).toBe(400);
  });

  const asked = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${served.url}/simulator${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const stateOf = async () => (await asked("GET", "")).body;

  it("lists what is planned, and takes it back by its kind or all at once", async () => {
    await post("/simulator/faults", { fault: "gone", times: 2 });
    await post("/simulator/faults", { fault: "throttled" });
    await post("/simulator/faults", { fault: "gone" });
    expect((await stateOf()).faults).toEqual(["gone", "gone", "throttled", "gone"]);
    expect((await ask("trends/projects.csv")).status).toBe(410);
    expect((await asked("DELETE", "/faults/gone")).body).toEqual({ fault: "gone", taken_back: 2 });
    expect((await stateOf()).faults).toEqual(["throttled"]);
    expect((await ask("trends/projects.csv")).status).toBe(429);
    expect((await ask("trends/projects.csv")).status).toBe(200);
    await post("/simulator/faults", { fault: "gone", times: 3 });
    expect((await asked("DELETE", "/faults")).body).toEqual({ taken_back: 3 });
    expect((await asked("DELETE", "/faults")).body).toEqual({ taken_back: 0 });
    expect((await ask("trends/projects.csv")).status).toBe(200);
    expect(await asked("DELETE", "/faults/nonsense")).toMatchObject({ status: 404 });
  });

  describe("with revisions", () => {
    const rowsOf = async (path: string, body: object = october, options = {}): Promise<string[][]> =>
      parse(await (await ask(path, body, options)).text());
    const revise = async (revision: object) => (await asked("POST", "/revisions", revision)).body;
    const column = (rows: string[][], name: string) => rows.slice(1).map((row) => row[rows[0]?.indexOf(name) ?? -1]);
    const numbers = (rows: string[][], name: string) => column(rows, name).map(Number);

    it("gives other hours and money of a project from a day on, in every report, the same each time", async () => {
      const [project] = simulator.source.company.projects;
      const reports = ["profitability/projects.csv", "profitability/employees.csv", "trends/projects.csv"];
      const september = { ...october, start_date: "2026-09-01", end_date: "2026-09-30" };
      const readAll = () => Promise.all(reports.map((report) => rowsOf(report)));
      const before = await readAll();
      const earlier = await rowsOf(reports[0] ?? "", september);
      const trends = await (await ask("data_trends/projects")).json();
      const kept = await revise({ project: project?.name, from_date: "2026-10-10", factor: 2 });
      expect(kept).toEqual({ id: 1, project: project?.name, from_date: "2026-10-10", factor: 2 });

      const after = await readAll();
      expect(await readAll()).toEqual(after);
      for (const [at, rows] of after.entries()) expect(rows, reports[at]).not.toEqual(before[at]);
      const [was = [], is = []] = [before[0], after[0]];
      const changed = is.filter((row, at) => row.join() !== was[at]?.join());
      expect(changed.map(([name]) => name)).toEqual([project?.name]);
      const ofProject = is.findIndex(([name]) => name === project?.name) - 1;
      expect(numbers(is, "Hours")[ofProject]).toBeGreaterThan(numbers(was, "Hours")[ofProject] ?? 0);
      expect(await rowsOf(reports[0] ?? "", september)).toEqual(earlier);
      const revised = (await (await ask("data_trends/projects")).json()) as typeof trends;
      expect(revised).not.toEqual(trends);

      expect((await asked("DELETE", "/revisions/1")).status).toBe(204);
      expect(await readAll()).toEqual(before);
      expect(await (await ask("data_trends/projects")).json()).toEqual(trends);
    });

    it("sets hours, one revision after the other, of one report or one workspace alone", async () => {
      simulator = start({ workspaces: [1, 2] });
      const other = await serveSimulator(simulator);
      const send = (revision: object) =>
        fetch(`${other.url}/simulator/revisions`, { method: "POST", body: JSON.stringify(revision) });
      const before = await rowsOf("profitability/projects.csv");
      const trends = await rowsOf("trends/projects.csv");
      await send({ report: "profitability/projects", workspace: 1, hours: 0 });
      expect(numbers(await rowsOf("profitability/projects.csv"), "Hours").every((hours) => hours === 0)).toBe(true);
      expect(await rowsOf("trends/projects.csv")).toEqual(trends);
      expect(await rowsOf("profitability/projects.csv", october, { workspace: "2" })).toEqual(before);
      await send({ hours: 2, from_date: "2026-10-01", to_date: "2026-10-01" });
      await send({ factor: 0.5 });
      const hours = numbers(await rowsOf("profitability/projects.csv"), "Hours");
      expect(hours.every((one) => Number.isInteger(one))).toBe(true); // of that day's entries, each has one
      expect(hours.some((one) => one > 0)).toBe(true);
      await other.close();
    });

    it.each<[string, object, (header: string[]) => string[]]>([
      ["added in front", { add_column: "Margin", at: "front" }, (header) => ["Margin", ...header]],
      ["added at the end", { add_column: "Margin" }, (header) => [...header, "Margin"]],
      ["added with a name that is there", { add_column: "Hours" }, (header) => [...header, "Hours"]],
      ["added without a name", { add_column: "" }, (header) => [...header, ""]],
      [
        "renamed",
        { rename_column: "Hours", to: "Time" },
        (header) => header.map((one) => one.replace(/^Hours$/, "Time")),
      ],
      ["removed", { remove_column: "Hours" }, (header) => header.filter((one) => one !== "Hours")],
      ["removed where it is not", { remove_column: "Nothing" }, (header) => header],
    ])("has a column %s, in both formats, and takes that back", async (_, revision, expected) => {
      const before = await rowsOf("profitability/projects.csv");
      const trends = await (await ask("data_trends/projects")).text();
      const { id } = await revise(revision);
      const csv = await rowsOf("profitability/projects.csv");
      expect(csv[0]).toEqual(expected(before[0] ?? []));
      expect(csv.every((row) => row.length === csv[0]?.length)).toBe(true);
      for (const name of ["Project", "Profit (USD)"]) expect(column(csv, name)).toEqual(column(before, name));
      expect(await rowsOf("profitability/projects.csv")).toEqual(csv);
      const xlsx = await readSheet(Buffer.from(await (await ask("profitability/projects.xlsx")).arrayBuffer()));
      expect(xlsx.map((row) => row.map((cell) => String(cell ?? "")))).toEqual(csv);
      expect(await (await ask("data_trends/projects")).text()).toBe(trends);
      await asked("DELETE", `/revisions/${id}`);
      expect(await rowsOf("profitability/projects.csv")).toEqual(before);
    });

    it("lists what holds, and is ordinary again after one call", async () => {
      const before = await rowsOf("profitability/projects.csv");
      await revise({ factor: 3 });
      await revise({ add_column: "Margin" });
      expect((await asked("GET", "/revisions")).body).toEqual([
        { id: 1, factor: 3 },
        { id: 2, add_column: "Margin" },
      ]);
      await post("/simulator/faults", { fault: "gone" });
      await post("/simulator/size", { bytes: 1_000_000 });
      expect(await stateOf()).toMatchObject({ faults: ["gone"], bytes: 1_000_000, revisions: [{ id: 1 }, { id: 2 }] });
      expect((await asked("DELETE", "")).status).toBe(204);
      expect(await stateOf()).toEqual({ faults: [], bytes: 0, revisions: [] });
      expect(await rowsOf("profitability/projects.csv")).toEqual(before);
      expect((await revise({ factor: 2 })).id).toBe(3); // no number comes twice
      await asked("DELETE", "/revisions");
      expect((await asked("GET", "/revisions")).body).toEqual([]);
      for (const path of ["/revisions/3", "/revisions/0", "/revisions/x", "/revisions/1e3"]) {
        expect(await asked("DELETE", path), path).toMatchObject({ status: 404 });
      }
    });

    it.each<[unknown, RegExp]>([
      [{}, /^Give one of factor, hours, add_column, rename_column, remove_column\.$/],
      [[1], /^Give one of/],
      [{ factor: 2, hours: 1 }, /^Give one of/],
      [{ factor: 2, form_date: "2026-10-01" }, /^form_date does not go with factor/],
      [{ add_column: "A", project: 1001 }, /^project does not go with add_column/],
      [{ factor: "2" }, /^factor must be a number from 0 to 1000/],
      [{ factor: -1 }, /^factor must be/],
      [{ hours: 25 }, /^hours must be a number from 0 to 24/],
      [{ factor: 2, from_date: "1.10.2026" }, /^from_date must be a day/],
      [{ factor: 2, to_date: "2026-02-30" }, /^to_date must be a day/],
      [{ factor: 2, project: "No such project" }, /^project must be the id or the name of a project, such as 1001/],
      [{ factor: 2, workspace: 9 }, /^workspace must be a workspace's id/],
      [{ factor: 2, report: "projects" }, /^report must be one of data_trends\/projects, /],
      [{ add_column: 5 }, /^add_column must be a column's name/],
      [{ add_column: "A", at: "middle" }, /^at must be front or end/],
      [{ rename_column: "A" }, /^to must be the column's new name/],
    ])("refuses %j and changes nothing", async (revision, message) => {
      const answer = await asked("POST", "/revisions", revision);
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)]);
      expect((await stateOf()).revisions).toEqual([]);
    });
  });

  it("is steered by no web page", async () => {
    await post("/simulator/faults", { fault: "gone" });
    for (const [method, path] of [
      ["GET", "/simulator"],
      ["DELETE", "/simulator"],
      ["POST", "/simulator/revisions"],
      ["DELETE", "/simulator/faults"],
      ["OPTIONS", "/simulator/faults/gone"],
    ] as const) {
      const asPage = request(`${served.url}${path}`, { method, headers: { origin: "http://evil.example" } });
      const [answer] = (await once(asPage.end(), "response")) as [IncomingMessage];
      expect(answer.resume().statusCode, `${method} ${path}`).toBe(403);
    }
    expect(await stateOf()).toMatchObject({ faults: ["gone"], revisions: [] });
  });

  it("shows what it was asked, without the token", async () => {
    await ask("trends/projects.csv");
    const shown = await (await fetch(`${served.url}/simulator/requests`)).text();
    expect(JSON.parse(shown)).toMatchObject([{ path: expect.stringContaining("/workspace/1/trends"), body: october }]);
    expect(shown).not.toMatch(/admin|authorization/i);
  });

  it.each(["csv", "xlsx"])("makes a %s file as large as it is told, still sound", async (format) => {
    await post("/simulator/size", { bytes: 3_000_000 });
    const file = await buffer((await ask(`trends/projects.${format}`)).body ?? new ReadableStream());
    expect(file.length).toBeGreaterThan(3_000_000);
    const rows = format === "csv" ? parse(file) : await readSheet(file);
    expect(rows.length).toBeGreaterThan(20);
  });
});
