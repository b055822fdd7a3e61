import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FailureKind } from "../../api/problems.ts";
import type { Company } from "../../local/toggl-simulator/company.ts";
import type { FaultName } from "../../local/toggl-simulator/faults.ts";
import { leaksIn } from "../faults/leaks.ts";
import { configFile } from "../lib/synthesized.ts";
import { anHourLater, putNames, storedNames } from "./known-names.ts";
import { canaryToken, type Product, startProduct } from "./product.ts";
import { type S3Gate, startS3Gate } from "./s3-gate.ts";

/** What comes of each fault of Toggl's at a list of names: the names all the same, or why there are none. */
const outcomes: Record<Exclude<FaultName, `trends-${string}`>, FailureKind | "names"> = {
  "quota-spent": "toggl_quota_exhausted",
  "quota-spent-without-headers": "toggl_quota_exhausted",
  "feature-missing": "toggl_feature_required",
  "quota-spent-as-429": "toggl_quota_exhausted",
  "quota-spent-as-403": "toggl_quota_exhausted",
  "quota-spent-as-503": "toggl_quota_exhausted",
  "quota-in-milliseconds": "toggl_quota_exhausted",
  "quota-not-enforced": "names",
  "feature-missing-and-quota-spent": "toggl_feature_required",
  "echoed-token": "toggl_rejected",
  "echoed-token-in-many-forms": "toggl_rejected",
  "echoed-token-in-200": "toggl_invalid_file",
  "echoed-token-in-headers": "toggl_unexpected",
  "proxy-page-400": "toggl_unavailable",
  "proxy-page-403": "toggl_unavailable",
  "proxy-page-413": "toggl_unavailable",
  misdirected: "toggl_unavailable",
  "terminal-escapes": "toggl_rejected",
  "bad-request": "toggl_rejected",
  "error-object": "toggl_rejected",
  "error-bare-text": "toggl_unavailable",
  "error-empty": "toggl_unavailable",
  "not-admin": "toggl_credentials_rejected",
  "login-failed": "toggl_credentials_rejected",
  "server-error": "toggl_unavailable",
  "bad-gateway": "toggl_unavailable",
  gone: "toggl_gone",
  throttled: "toggl_rate_limited",
  "throttled-with-retry-after": "toggl_rate_limited",
  "throttled-with-date": "toggl_rate_limited",
  "throttled-for-years": "toggl_rate_limited",
  "throttled-with-odd-wait": "toggl_rate_limited",
  accepted: "toggl_unexpected",
  "partial-content": "toggl_unexpected",
  "large-headers": "toggl_unexpected",
  "removal-warning": "names",
  redirect: "toggl_unexpected",
  "reset-before-headers": "toggl_unavailable",
  "reset-in-headers": "toggl_unavailable",
  "reset-in-body": "toggl_unavailable",
  "cut-with-length": "toggl_unavailable",
  "cut-in-chunk": "toggl_unavailable",
  "cut-between-chunks": "toggl_invalid_file",
  "cut-at-close": "toggl_invalid_file",
  "stall-before-headers": "toggl_timeout",
  "stall-in-body": "toggl_timeout",
  drip: "toggl_timeout",
  endless: "toggl_file_too_large",
  gzip: "names",
  "no-encoding": "names",
  "charset-as-encoding": "names",
  "raw-deflate": "names",
  "truncated-gzip": "toggl_invalid_file",
  "html-page": "toggl_invalid_file",
  "json-error": "toggl_invalid_file",
  "xml-error": "toggl_invalid_file",
  "plain-sentence": "toggl_invalid_file",
  "empty-body": "toggl_invalid_file",
  "header-only": "names", // what is done to lines of CSV leaves JSON, which is one, as it is
  "byte-order-mark": "toggl_invalid_file",
  crlf: "names",
  "quoted-newlines": "names",
  "blank-lines": "names",
  "ragged-row": "names",
  "short-last-row": "toggl_invalid_file",
  "open-quote": "toggl_invalid_file",
  "no-last-newline": "names",
  "no-last-newline-no-length": "names",
  "carriage-returns": "names",
  "nul-byte": "names",
  semicolons: "toggl_invalid_file",
  "utf-16": "toggl_invalid_file",
  "invalid-utf8": "toggl_invalid_file",
  "other-format": "names",
  "cut-workbook": "toggl_invalid_file",
  "workbook-without-directory": "toggl_invalid_file",
  "zip-without-workbook": "toggl_invalid_file",
  "wrong-checksum": "toggl_invalid_file",
  "encrypted-workbook": "toggl_invalid_file",
};

interface Case {
  readonly fault: FaultName;
  readonly outcome: FailureKind | "names";
}

const isSilent = ({ outcome }: Case) => outcome === "toggl_timeout";
/** Those that take ten seconds begin. */
const cases = (Object.entries(outcomes).map(([fault, outcome]) => ({ fault, outcome })) as Case[]).toSorted(
  (one, other) => Number(isSilent(other)) - Number(isSilent(one)),
);
/** Each fault has a workspace of its own, and with it an hour of its own. */
const misled = cases.map((_, at) => 101 + at);
/** Workspaces for what is tested beside the faults. */
const [large, ofMember, withoutSecret, crowded, withoutGroups, foreign] = [1, 2, 3, 4, 5, 42];

interface Seen {
  readonly workspaceId: number;
  readonly status: number;
  readonly body: {
    projects: Record<string, string>;
    users: Record<string, string>;
    groups?: Record<string, string>;
    updated_at?: string;
  };
}

const memberToken = "member0token0c0ffee0d15ea5e";
const processes = 8;
let s3: S3Gate;
let product: Product;
/** What each fault has led to. */
const seen = new Map<FaultName, Seen>();

async function ask(workspaceId: number, headers: Record<string, string> = {}): Promise<Seen> {
  const response = await fetch(`${product.local.url}/workspace/${workspaceId}/names`, { headers });
  return { workspaceId, status: response.status, body: (await response.json()) as Seen["body"] };
}

const requestsOf = (workspaceId: number) =>
  product.simulator.requests
    .map(({ path }) => path)
    .filter((path) => new RegExp(`/workspaces/${workspaceId}(/|$)`).test(path));
const logOf = (workspaceId: number) =>
  product.logs.filter((line) => line.includes("/names 200") && line.includes(`"workspace_id":"${workspaceId}"`));

/** A company whose projects fill three pages, with names that nothing else looks like. */
const grown = (company: Company): Company => ({
  ...company,
  projects: Array.from({ length: 450 }, (_, at) => ({
    ...(company.projects[at % company.projects.length] as Company["projects"][number]),
    id: 1001 + at,
    name: `Secretproject ${at}`,
  })),
  people: company.people.map((person) => ({ ...person, name: `Secretperson ${person.id}` })),
  groups: company.groups.map((group) => ({ ...group, name: `Secretgroup ${group.id}` })),
});

/**
 * Asks for names of workspaces of which all are known but the last page of projects; groups are not due. Toggl gives the
 * next fault to whoever asks next. As many ask at once as there are processes, since each leaves a second between two
 * requests.
 */
async function askMisbehavingToggl(): Promise<void> {
  const names = {
    projects: { 7: "Knownproject" },
    users: {},
    due: { list: "projects", page: 3 } as const,
    isHalfway: true as const,
    groups_asked_at: new Date().toISOString(),
  };
  for (const { fault } of cases) product.simulator.misbehave(fault);
  const inTurn = pLimit(processes);
  const askOnce = async (workspaceId: number) => {
    await putNames(product.local, workspaceId, names);
    return ask(workspaceId);
  };
  const answers = await Promise.all(misled.map((workspaceId) => inTurn(askOnce, workspaceId)));
  const asked = product.simulator.requests.map(({ path }) => Number(/workspaces\/(\d+)/.exec(path)?.[1]));
  for (const [at, { fault }] of cases.entries()) {
    const answer = answers.find(({ workspaceId }) => workspaceId === asked[at]);
    if (answer) seen.set(fault, answer);
  }
}

/** Names are asked for once an hour: none may end while this goes on. */
async function hourWithTime(): Promise<void> {
  const leftMs = 3_600_000 - (Date.now() % 3_600_000);
  if (leftMs < 120_000) await sleep(leftMs + 1000);
}

beforeAll(async () => {
  await hourWithTime();
  const ids = [...misled, large, ofMember, withoutSecret, crowded, withoutGroups];
  const secrets = new Map([
    [ofMember, "toggl/member"],
    [withoutSecret, "toggl/none"],
  ]);
  const workspaces = ids.map((id) => ({ id, name: `No. ${id}`, token_secret: secrets.get(id) ?? "toggl/demo" }));
  s3 = await startS3Gate();
  const INSIGHTS_CONFIG = configFile({ workspaces });
  const settings = { ...s3.env, INSIGHTS_CONFIG, LOCAL_FUNCTION_PROCESSES: String(processes) };
  product = await startProduct(settings, { workspaces: ids, memberTokens: [memberToken] });
  product.local.secrets.set("toggl/member", memberToken);
  product.local.secrets.delete("toggl/none");
  product.simulator.revise(grown);
  await askMisbehavingToggl();
}, 300_000);
afterAll(async () => {
  await product.close();
  await s3.close();
});

/** Each goes on where the one before has ended. */
describe("the names of a workspace, hour by hour", { shuffle: false }, () => {
  describe.each(cases)("$fault at a list of names", ({ fault, outcome }) => {
    it(`answers with ${outcome === "names" ? "all names" : "what was known"} after one request, in time`, () => {
      const { workspaceId, status, body } = seen.get(fault) as Seen;
      expect(status).toBe(200);
      expect(body).toMatchObject({ projects: { 7: "Knownproject" }, users: {} });
      expect(Object.keys(body.projects)).toHaveLength(outcome === "names" ? 51 : 1);
      expect(requestsOf(workspaceId)).toHaveLength(1);
      const { code, duration_ms } = JSON.parse(logOf(workspaceId)[0] ?? "{}");
      expect(code).toBe(outcome === "names" ? undefined : outcome);
      expect(duration_ms).toBeLessThan(20_000); // ten seconds of patience, not the 25 that callers of reports have
    });
  });

  it("leaves Toggl in peace for the rest of the hour after a failure, then goes on where it was", async () => {
    const { workspaceId } = seen.get("bad-gateway") as Seen;
    expect((await ask(workspaceId)).body.projects).toEqual({ 7: "Knownproject" });
    expect(requestsOf(workspaceId)).toHaveLength(1);
    await anHourLater(product.local, workspaceId);
    const { projects, users } = (await ask(workspaceId)).body;
    expect([Object.keys(projects).length, Object.keys(users).length]).toEqual([51, 0]);
    expect(requestsOf(workspaceId)).toHaveLength(2);
  });

  it("gets 24 people and 450 projects in the first hour, and asks again only for callers who miss one", async () => {
    const lists = () =>
      requestsOf(large).map((path) => path.replace(/.*\/(\w+)(?:.*[?&]page=(\d+))?.*/, "$1 $2").trim());
    const whole = ["users", "projects 1", "projects 2", "projects 3"];
    const groups = [String(large), "groups"]; // the workspace itself, which says whose groups to ask for
    const { projects, users, updated_at } = (await ask(large)).body;
    expect([Object.keys(projects).length, Object.keys(users).length]).toEqual([450, 24]);
    expect((await ask(large, { "cache-control": "no-cache" })).body.updated_at).toBe(updated_at);
    await anHourLater(product.local, large);
    expect((await ask(large)).body.updated_at).toBe(updated_at);
    expect(lists()).toEqual([...whole, ...groups]);
    await ask(large, { "cache-control": "no-cache" });
    expect(lists()).toEqual([...whole, ...groups, ...whole]);
  }, 60_000);

  it("has the names of groups, which are asked for once a day, and goes without where Toggl refuses them", async () => {
    const { groups } = (await ask(large)).body;
    expect(groups).toEqual({ 71: "Secretgroup 71", 72: "Secretgroup 72", 73: "Secretgroup 73" });
    const { projects, users, due, read_at, ...more } = await storedNames(product.local, large);
    expect(more.organization_id).toBe(4321);
    await putNames(product.local, withoutGroups, { projects, users, due, ...(read_at && { read_at }) }); // as before there were groups
    product.simulator.misbehave("not-admin");
    const { status, body } = await ask(withoutGroups);
    expect([status, Object.keys(body.projects).length, Object.keys(body.users).length]).toEqual([200, 450, 24]);
    expect(requestsOf(withoutGroups)).toEqual([`/api/v9/workspaces/${withoutGroups}`]);
    expect(JSON.parse(logOf(withoutGroups)[0] ?? "{}").code).toBe("toggl_credentials_rejected");
    await anHourLater(product.local, withoutGroups);
    expect((await ask(withoutGroups)).body).toEqual(body);
    expect(requestsOf(withoutGroups)).toHaveLength(1);
  }, 30_000);

  it("answers a mere member's token with ids only, at either list, once an hour", async () => {
    const nobody = { status: 200, body: { projects: {}, users: {} } };
    expect(await ask(ofMember)).toMatchObject(nobody);
    await anHourLater(product.local, ofMember);
    expect(await ask(ofMember)).toMatchObject(nobody);
    expect(await ask(ofMember)).toMatchObject(nobody);
    expect(requestsOf(ofMember).map((path) => path.replace(/\?.*|.*\//g, ""))).toEqual(["users", "projects"]);
  });

  it("spends no hour on a secret that is not there yet", async () => {
    expect((await ask(withoutSecret)).body).toEqual({ projects: {}, users: {} });
    expect(JSON.parse(logOf(withoutSecret)[0] ?? "{}").code).toBe("token_not_set");
    product.local.secrets.set("toggl/none", canaryToken);
    expect(Object.keys((await ask(withoutSecret)).body.projects)).toHaveLength(450);
  }, 30_000);

  it("reads no secret and asks Toggl nothing for a foreign workspace", async () => {
    const read = vi.spyOn(product.local.secrets, "has");
    expect(await ask(foreign)).toMatchObject({ status: 403, body: { code: "workspace_not_configured" } });
    expect([read.mock.calls, requestsOf(foreign)]).toEqual([[], []]);
  });

  it("asks Toggl once, however many ask at once and though the product starts again", async () => {
    const looking = s3.gather(/^GET .*\/names\/workspace_id/, processes); // each sees that nobody has asked in this hour
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(crowded)));
    await looking;
    const named = answers.filter(({ body }) => body.updated_at !== undefined);
    expect(named.length).toBeGreaterThan(0);
    for (const { body } of named) {
      expect(Object.keys(body.projects)).toHaveLength(450);
      expect(body.projects[1001]).toBe("Secretproject 0");
    }
    await product.restart();
    expect(Object.keys((await ask(crowded)).body.projects)).toHaveLength(450);
    expect(requestsOf(crowded)).toHaveLength(6);
  }, 60_000);

  it("puts no token and no name into a log, and no token into an answer or the bucket", async () => {
    const stored = await Promise.all(misled.map((workspaceId) => storedNames(product.local, workspaceId)));
    const logs = product.logs.join("\n");
    const texts = { logs, answers: JSON.stringify([...seen.values()]), stored: JSON.stringify(stored) };
    expect(leaksIn(texts, [canaryToken, memberToken])).toEqual([]);
    expect(logs).toContain("/names 200");
    expect(logs).not.toMatch(/Secretproject|Secretperson|Secretgroup|Knownproject/);
  });
});
