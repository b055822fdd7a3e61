import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textTable } from "../text-table.ts";
import { allBugs } from "./all-bugs.ts";
import { type CopyOfTree, copyOfTree, type Verdict } from "./copy-of-tree.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** What came of a bug, and of which test file. */
interface Result {
  readonly verdict: Verdict;
  readonly file: string;
}

const only = process.env.PLANTED ?? ""; // part of an area, a name or a file, to plant just those
const bugs = allBugs.filter(({ area, name, file }) => `${area}: ${name} ${file}`.includes(only));
const results = new Map<PlantedBug, Result>();
const noticedVerdicts: readonly Verdict[] = ["failed", "never ended", "does not build"];
const isNoticed = (bug: PlantedBug) => noticedVerdicts.includes(results.get(bug)?.verdict ?? "could not run");
const startedAt = performance.now();

beforeAll(async () => {
  const copies: CopyOfTree[] = [];
  try {
    copies.push(await copyOfTree(), await copyOfTree());
    const waiting = [...bugs];
    const work = async (copy: CopyOfTree) => {
      for (let bug = waiting.shift(); bug; bug = waiting.shift()) {
        const result = await resultOf(bug, copy);
        results.set(bug, result);
        console.log(`${results.size} of ${bugs.length}  ${isNoticed(bug) ? "noticed " : "SURVIVED"}  ${bug.name}`);
        console.log(`    ${result.file} ${result.verdict}`);
      }
    };
    await Promise.all(copies.map(work));
  } finally {
    await Promise.all(copies.map((copy) => copy.remove()));
  }
});

/** The first test file that notices, or the last that does not. */
async function resultOf(bug: PlantedBug, copy: CopyOfTree): Promise<Result> {
  let result: Result = { verdict: "could not run", file: "no test file" };
  for (const file of bug.noticedBy) {
    result = { verdict: await copy.testWith(bug, file), file };
    // A test that fails by itself would notice everything.
    if (noticedVerdicts.includes(result.verdict) && (await soundly(file, copy)) !== "passed") {
      result = { verdict: "could not run", file: `${file} (fails with no bug planted)` };
    }
    if (noticedVerdicts.includes(result.verdict)) return result;
  }
  return result;
}

const sound = new Map<string, Promise<Verdict>>();

/** What a test file comes to with no bug planted, looked at once. */
function soundly(file: string, copy: CopyOfTree): Promise<Verdict> {
  const verdict = sound.get(file) ?? copy.test(file);
  sound.set(file, verdict);
  return verdict;
}

afterAll(() => console.log(table()));

describe.each(bugs)("$area: $name", (bug) => {
  it("is noticed, or changes nothing that a user could see", () => {
    const { verdict } = results.get(bug) ?? {};
    if (bug.survivesBecause) expect(verdict).toBe("passed");
    else expect(noticedVerdicts).toContain(verdict);
  });
});

it("plants enough, and nine in ten are noticed", () => {
  if (!only) expect(bugs.length).toBeGreaterThanOrEqual(60);
  expect(bugs.filter(isNoticed).length / bugs.length).toBeGreaterThanOrEqual(0.9);
});

function table(): string {
  const rows = bugs.map((bug) => {
    const { verdict, file } = results.get(bug) ?? { verdict: "could not run", file: "" };
    const survived = bug.survivesBecause ?? `nobody noticed: ${file} ${verdict}`;
    return [bug.area, bug.name, bug.file, isNoticed(bug) ? `noticed: ${file} ${verdict}` : `SURVIVED: ${survived}`];
  });
  const areas = [...new Set(bugs.map(({ area }) => area))].map((area) =>
    countOf(
      area,
      bugs.filter((bug) => bug.area === area),
    ),
  );
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  return [
    textTable([["area", "with this planted", "file", "came of it"], ...rows]),
    "",
    textTable([["area", "planted", "noticed", "survived"], ...areas, countOf("all", bugs)]),
    `${minutes} minutes`,
  ].join("\n");
}

function countOf(area: string, some: readonly PlantedBug[]): string[] {
  const noticed = some.filter(isNoticed).length;
  const percent = Math.round((100 * noticed) / some.length);
  return [area, `${some.length}`, `${noticed} (${percent} %)`, `${some.length - noticed}`];
}
