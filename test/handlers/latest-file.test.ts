import { beforeEach, describe, expect, it } from "vitest";
import type { ManifestEntry } from "../../api/manifest.ts";
import { browseExports, readsQuery } from "../../lambdas/browse-exports/handler.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { clockAt, coordinationIn, currentIn, exportsIn } from "../ports.ts";
import { answer, monthly, schedulesOf } from "./answer.ts";

let entries: ManifestEntry[] | undefined;
let reads: string[];
let links: object[];

const october: ManifestEntry = {
  workspace_id: 123,
  format: "csv",
  from_date: "2026-10-01",
  to_date: "2026-10-31",
  key: "current/schedule=monthly/workspace_id=123/format=csv/from_date=2026-10-01/monthly.csv",
  source_key: "exports/format=csv/10.csv",
  export_id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  occurrence: "2026-11-03T06:00:00Z",
  asked_at: "2026-11-03T06:00:01Z",
  completed_at: "2026-11-03T06:00:02Z",
  bytes: 7,
  sha256: "a".repeat(64),
  parameters: { currency: "usd" },
};
const september: ManifestEntry = {
  ...october,
  from_date: "2026-09-01",
  to_date: "2026-09-30",
  source_key: "exports/format=csv/09.csv",
  sha256: "b".repeat(64),
};
const workbook: ManifestEntry = { ...october, format: "xlsx", source_key: "exports/format=xlsx/10.xlsx" };
const theirs: ManifestEntry = { ...october, workspace_id: 5, from_date: "2026-11-01", to_date: "2026-11-30" };

beforeEach(() => {
  entries = [october, workbook, september];
  reads = [];
  links = [];
});

interface Asked {
  readonly method?: string;
  readonly format?: string;
  readonly name?: string;
  readonly workspace?: string;
  readonly query?: string;
  readonly known?: string;
  readonly damage?: Failure;
}

const call = ({
  method = "GET",
  format = "csv",
  name = "monthly",
  workspace = "123",
  query,
  known,
  damage,
}: Asked = {}) =>
  answer(
    browseExports({
      configuration: {
        workspaces: new Set([123, 5]),
        schedules: schedulesOf(monthly, { ...monthly, name: "other", workspace_id: 5, formats: ["csv"] }),
        description: () => ({}),
      },
      current: {
        ...currentIn(),
        async get(schedule) {
          reads.push(schedule);
          if (damage) throw damage;
          return entries && { schedule, definition_sha256: "c", written_at: "2026-11-03T06:00:03Z", entries };
        },
      },
      exports: exportsIn(new Map(), {
        async linkToFile(file) {
          links.push(file);
          return { download_url: `https://s3/${file.key}?signed-for=${file.method}`, download_url_expires_at: "" };
        },
      }),
      coordination: coordinationIn(),
      clock: clockAt(() => Date.parse("2026-11-10T12:00:00Z")),
    }),
    {
      method,
      route: `/workspace/{workspace_id}/schedules/{name}/latest.${format}`,
      params: { workspace_id: workspace, name },
      ...(query !== undefined && { query }),
      ...(known !== undefined && { headers: { "If-None-Match": [known] } }),
    },
    readsQuery,
  );

describe("the newest file of a schedule", () => {
  it("is that of the newest period, by a fresh link that nobody keeps", async () => {
    const { status, headers, text } = await call();
    expect([status, text]).toEqual([303, ""]);
    expect(headers).toMatchObject({
      location: "https://s3/exports/format=csv/10.csv?signed-for=GET",
      "cache-control": "no-store",
      etag: `"${"a".repeat(64)}"`,
    });
    const name = "toggl-monthly-2026-10-01_2026-10-31.csv";
    expect(links).toEqual([{ key: october.source_key, name, method: "GET" }]);
    expect(reads).toEqual(["monthly"]);
  });

  it("is the newest in whichever order the manifest has them", async () => {
    entries = [september, theirs, workbook, october];
    expect((await call()).headers?.location).toContain("/10.csv");
  });

  it("comes in the format that is asked for", async () => {
    expect((await call({ format: "xlsx" })).headers?.location).toContain("/10.xlsx");
    expect(links).toMatchObject([{ name: "toggl-monthly-2026-10-01_2026-10-31.xlsx" }]);
  });

  it("is that of another period where its first day is named", async () => {
    const { status, headers } = await call({ query: "from_date=2026-09-01" });
    expect([status, headers?.etag]).toEqual([303, `"${"b".repeat(64)}"`]);
    expect(headers?.location).toContain("/09.csv");
  });

  it("has a link for HEAD where HEAD asks, and no body", async () => {
    const { status, headers, text } = await call({ method: "HEAD", query: "from_date=2026-09-01" });
    expect([status, text]).toEqual([303, ""]);
    expect(headers).toMatchObject({ location: "https://s3/exports/format=csv/09.csv?signed-for=HEAD" });
    expect(headers?.etag).toBe(`"${"b".repeat(64)}"`);
  });
});

describe("If-None-Match", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  it.each([
    [`"${a}"`, 304],
    [`W/"${a}"`, 304],
    [`"x,y", W/"${b}" , "${a}"`, 304],
    ["*", 304],
    [`"${b}"`, 303],
    [a, 303], // no tag without its quotes
    [`"${a.slice(1)}"`, 303],
    ["", 303],
  ])("of %s is answered %d", async (known, expected) => {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers, text } = await call({ known, method });
      expect([status, headers?.etag, text]).toEqual([expected, `"${a}"`, ""]);
      expect("location" in (headers ?? {})).toBe(expected === 303);
    }
    expect(links).toHaveLength(expected === 303 ? 2 : 0);
  });

  it("is about the period that is asked for", async () => {
    expect((await call({ known: `"${a}"`, query: "from_date=2026-09-01" })).status).toBe(303);
    expect((await call({ known: `"${b}"`, query: "from_date=2026-09-01" })).status).toBe(304);
  });

  it("of * finds nothing to know where there is nothing", async () => {
    entries = undefined;
    expect((await call({ known: "*" })).status).toBe(404);
  });
});

describe("what is not there", () => {
  it.each<[string, ManifestEntry[] | undefined]>([
    ["has no manifest", undefined],
    ["has an empty one", []],
    ["has made another format alone", [workbook]],
    ["was another workspace's", [theirs]],
  ])("is a file of a schedule that %s", async (_, made) => {
    entries = made;
    const { status, body } = await call();
    expect([status, body.code]).toEqual([404, "nothing_yet"]);
    expect(body.detail).toBe("Schedule monthly has made no csv file yet. Run the schedule, or wait for its next run.");
  });

  it("is a period that the schedule has no file of, which says what it has", async () => {
    const { status, body } = await call({ query: "from_date=2026-08-01" });
    expect([status, body.code]).toEqual([404, "nothing_yet"]);
    expect(body.detail).toContain("begins on 2026-08-01; the first begins on 2026-09-01, the newest on 2026-10-01.");
    entries = [october];
    expect((await call({ query: "from_date=2026-10-02" })).body.detail).toContain("the only one begins on 2026-10-01.");
  });

  it.each([
    ["is of no name", "nope", "123"],
    ["is another workspace's", "other", "123"],
    ["has a name that every object has", "constructor", "123"],
    ["is asked for in another workspace", "monthly", "5"],
  ])("is a schedule that %s", async (_, name, workspace) => {
    const { status, body } = await call({ name, workspace });
    expect([status, body.code]).toEqual([404, "schedule_not_found"]);
    expect(reads).toEqual([]);
  });

  it("is a workspace that is not configured", async () => {
    expect((await call({ workspace: "9" })).body.code).toBe("workspace_not_configured");
    expect(reads).toEqual([]);
  });

  it.each([
    ["monthly", "123", "json", "must be csv or xlsx, which schedule monthly makes; it is json"],
    ["other", "5", "xlsx", "must be csv, which schedule other makes; it is xlsx"],
  ])("is a format that %s of workspace %s does not make: %s", async (name, workspace, format, detail) => {
    const { status, body } = await call({ name, workspace, format });
    expect([status, body.code, body.errors]).toEqual([400, "invalid_request", [{ field: "format", detail }]]);
    expect(reads).toEqual([]);
  });

  it("is told without a body where HEAD asks", async () => {
    entries = undefined;
    const { status, headers, text } = await call({ method: "HEAD" });
    expect([status, headers?.["content-type"], text]).toEqual([404, "application/problem+json", ""]);
  });
});

describe("a query", () => {
  it.each([
    ["from_date=", "from_date", /^must be a day/],
    ["from_date=2026-02-29", "from_date", /^must be a day/],
    ["from_date=2026-10", "from_date", /^must be a day/],
    ["from_date=2026-10-01&from_date=2026-09-01", "from_date", /more than once/],
    ["to_date=2026-10-31", "to_date", /it takes from_date$/],
    ["__proto__=x", "__proto__", /it takes from_date$/],
  ])("of %s is refused with the field's name", async (query, field, detail) => {
    for (const method of ["GET", "HEAD"]) expect((await call({ query, method })).status).toBe(400);
    const { body } = await call({ query });
    expect(body).toMatchObject({ code: "invalid_request", errors: [{ field, detail: expect.stringMatching(detail) }] });
    expect(reads).toEqual([]);
  });
});

it("is told where the manifest is damaged, or S3 is out of order", async () => {
  const damaged = await call({ damage: new Failure("manifest_damaged", "It is no JSON object.") });
  expect([damaged.status, damaged.body.code, damaged.body.retryable]).toEqual([500, "manifest_damaged", false]);
  expect(damaged.body.detail).toContain("npx toggl-insights rebuild");
  const away = await call({ damage: new Failure("storage_unavailable", "No answer.") });
  expect([away.status, away.body.code]).toEqual([503, "storage_unavailable"]);
});
