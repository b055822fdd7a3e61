import { type ExecFileOptions, execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type PlantedBug, planted } from "./planted-bug.ts";

const run = promisify(execFile);

/** What a run of tests came to: they passed, some failed, or they could not be run at all. */
export type Verdict = "passed" | "failed" | "could not run";

/** A copy of this folder, with the packages of this one. */
export interface CopyOfTree {
  /** Runs test files with a bug planted, or without any. */
  test(files: readonly string[], bug?: PlantedBug): Promise<Verdict>;
  remove(): Promise<void>;
}

/** Time for the tests of one bug: one that makes them wait for ever is noticed by that. */
const timeout = 10 * 60_000;

export async function copyOfTree(): Promise<CopyOfTree> {
  const directory = await mkdtemp(join(tmpdir(), "planted-"));
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await cp(file, join(directory, file));
  }
  await symlink(join(process.cwd(), "node_modules"), join(directory, "node_modules"));
  const here: ExecFileOptions = { cwd: directory, env: ownEnvironment(), timeout, maxBuffer: 256 * 1024 * 1024 };
  await run("npm", ["run", "--silent", "build"], here);

  const verdictOf = async (files: readonly string[], isBuilt: boolean): Promise<Verdict> => {
    const report = join(directory, ".build/planted-report.json");
    await rm(report, { force: true });
    try {
      if (isBuilt) await run("npm", ["run", "--silent", "build"], here);
    } catch {
      return "failed"; // what does not build is not shipped
    }
    const reporters = ["--reporter=json", `--outputFile=${report}`, "--bail=1"];
    const passed = await run("npx", ["vitest", "run", ...reporters, ...files], here).then(
      () => true,
      () => false,
    );
    if (passed) return "passed";
    const written = await readFile(report, "utf8").catch(() => undefined);
    return written === undefined || JSON.parse(written).numTotalTestSuites > 0 ? "failed" : "could not run";
  };

  return {
    async test(files, bug) {
      if (!bug) return verdictOf(files, false);
      const path = join(directory, bug.file);
      const sound = await readFile(path, "utf8");
      await writeFile(path, planted(bug, sound));
      try {
        return await verdictOf(files, isInDist(bug.file));
      } finally {
        await writeFile(path, sound);
        if (isInDist(bug.file)) await run("npm", ["run", "--silent", "build"], here);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Whether tests look at the file in what is built from it. */
function isInDist(file: string): boolean {
  return /^(cli|client|console|bin|local|lib|lambdas\/core)\//.test(file);
}

/** Without what the runner around it tells its own workers. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)));
}
