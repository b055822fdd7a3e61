import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../cli/command-line.ts";
import { exitCodes } from "../../cli/exit-codes.ts";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { type ApiProblemCase, apiProblems } from "../faults/api-problems.ts";

const cases = await apiProblems();
let answer: ApiProblemCase;
let api: Listening;

beforeAll(async () => {
  api = await serveFetch(async () => new Response(answer.body, answer));
});
afterAll(() => api.close());
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** A command whose call is made once, whatever is answered. */
const trends = "trends --from 2026-10-01 --to 2026-10-31";

/** Runs a command against the API that answers everything with this problem. */
async function told(words: string, problem: ApiProblemCase) {
  answer = problem;
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  }
  await runCommandLine([...words.split(" "), "--workspace", "1", "--api", api.url], "0");
  return { ...written, code: process.exitCode };
}

describe.each(cases)("$code of the $from, that $tells", (one) => {
  const { code, tells, ends, headers } = one;

  it("is a problem of its own code", () => {
    expect(JSON.parse(one.body)).toMatchObject({ code, type: `urn:toggl-insights:problem:${code}` });
    expect(headers["content-type"]).toBe("application/problem+json");
  });

  it("is one clear sentence or a few, that say what to do and how long to wait", async () => {
    const ended = await told(trends, one);
    expect(ended).toMatchObject({ stdout: "", code: exitCodes[ends] });
    const line = ended.stderr.slice(0, -1);
    expect(ended.stderr.endsWith("\n")).toBe(true);
    expect(line).toMatch(/^[A-Z][^\n]+[^.]\.$/);
    expect(line).not.toMatch(/^It\b/); // there is no title before it
    expect(line).toContain(tells);
    expect(line).not.toMatch(/undefined|\[object|NaN|with a stack|"code"|<html|\.\./);
    expect(line).not.toContain(code);
    const sentences = line.split(/(?<=[.!?]) /);
    expect(new Set(sentences).size).toBe(sentences.length);
    const wait = headers["retry-after"];
    expect(/Wait \d+ s first\.$/.exec(line)?.[0]).toBe(wait && `Wait ${wait} s first.`);
  });

  it("is the problem itself to a program", async () => {
    const ended = await told(`${trends} --json`, one);
    expect(ended).toMatchObject({ stdout: "", code: exitCodes[ends] });
    const wait = headers["retry-after"];
    const waits = wait === undefined ? {} : { retry_after_seconds: Number(wait) };
    expect(JSON.parse(ended.stderr)).toEqual({ ...JSON.parse(one.body), ...waits });
  });
});

it("is each that docs/api.md lists, and no other", () => {
  const rows = readFileSync("docs/api.md", "utf8").matchAll(/^\| (?:\d{3}|[45]xx) \| (.*?) \|/gm);
  const listed = [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  expect(new Set(listed)).toEqual(new Set(cases.map(({ code }) => code)));
});

it.each([
  "export trends/projects --from 2026-10-01 --to 2026-10-31",
  "trends --from 2026-10-01 --to 2026-10-31",
  "schedules",
  "run monthly",
  "backfill monthly --from 2026-01 --to 2026-02",
])("%s reports a problem as every other command does", async (words) => {
  const [one] = cases.filter(({ code }) => code === "toggl_quota_exhausted");
  if (!one) throw new Error("no such case");
  const { code, stderr, stdout } = await told(words, one);
  expect({ code, stdout }).toEqual({ code: exitCodes.limited, stdout: "" });
  expect(stderr).toBe(`${JSON.parse(one.body).detail} Wait 133 s first.\n`);
});
