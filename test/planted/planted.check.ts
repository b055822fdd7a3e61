import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textTable } from "../text-table.ts";
import { allBugs } from "./all-bugs.ts";
import { copyOfTree, type Verdict } from "./copy-of-tree.ts";
import type { PlantedBug } from "./planted-bug.ts";

const only = process.env.PLANTED ?? ""; // part of a name or a file, to plant just those
const bugs = allBugs.filter(({ name, file }) => `${name} ${file}`.includes(only));
const verdicts = new Map<PlantedBug, Verdict>();

beforeAll(async () => {
  const copies = await Promise.all([copyOfTree(), copyOfTree()]);
  const [first] = copies;
  // Tests that fail by themselves would notice everything.
  expect(await first?.test([...new Set(bugs.flatMap(({ noticedBy }) => noticedBy))])).toBe("passed");
  const waiting = [...bugs];
  const work = async (copy: (typeof copies)[number]) => {
    for (let bug = waiting.shift(); bug; bug = waiting.shift()) {
      const verdict = await copy.test(bug.noticedBy, bug);
      verdicts.set(bug, verdict);
      console.log(`${verdict === "failed" ? "noticed " : "SURVIVED"}  ${bug.name}`);
    }
  };
  await Promise.all(copies.map(work));
  await Promise.all(copies.map((copy) => copy.remove()));
});

afterAll(() => console.log(table()));

describe.each(bugs)("$area: $name", (bug) => {
  it("is noticed, or changes nothing that a user could see", () => {
    expect(verdicts.get(bug)).toBe(bug.survivesBecause ? "passed" : "failed");
  });
});

it("plants enough, and nine in ten are noticed", () => {
  const noticed = bugs.filter((bug) => verdicts.get(bug) === "failed").length;
  if (!only) expect(bugs.length).toBeGreaterThanOrEqual(60);
  expect(noticed / bugs.length).toBeGreaterThanOrEqual(0.9);
});

function table(): string {
  const rows = bugs.map((bug) => {
    const verdict = verdicts.get(bug) === "failed" ? "noticed" : `survived: ${bug.survivesBecause ?? "nobody noticed"}`;
    return [bug.area, bug.name, bug.file, verdict];
  });
  const noticed = bugs.filter((bug) => verdicts.get(bug) === "failed").length;
  const sum = `${bugs.length} planted, ${noticed} noticed (${Math.round((100 * noticed) / bugs.length)} %).`;
  return `${textTable([["area", "with this planted", "file", "came of it"], ...rows])}\n${sum}`;
}
