import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type PlantedBug, planted } from "./planted-bug.ts";

/** What a test file came to. Only what the runner reported counts: a runner that fell over has seen nothing. */
export type Verdict = "passed" | "failed" | "never ended" | "does not build" | "could not run";

/** A copy of this folder, with the packages of this one. */
export interface CopyOfTree {
  /** Runs a test file as things are. */
  test(file: string): Promise<Verdict>;
  /** Runs a test file with a bug planted. */
  testWith(bug: PlantedBug, file: string): Promise<Verdict>;
  remove(): Promise<void>;
}

/** Time for one test file: one that a bug makes wait for ever is noticed by that. */
const timeoutMs = 10 * 60_000;

export async function copyOfTree(): Promise<CopyOfTree> {
  const directory = await mkdtemp(join(tmpdir(), "planted-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const run = (command: string, ...args: string[]) => outcomeOf(directory, command, args);
  const build = () => run("npm", "run", "--silent", "build");
  try {
    for (const file of await filesHere()) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await cp(file, join(directory, file));
    }
    await symlink(join(process.cwd(), "node_modules"), join(directory, "node_modules"));
    if ((await build()).status !== 0) throw new Error("This folder does not build, with no bug planted.");
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }

  const test = async (file: string): Promise<Verdict> => {
    const report = join(directory, ".build/planted-report.json");
    await rm(report, { force: true });
    const { status, isLate } = await run("npx", "vitest", "run", "--reporter=json", `--outputFile=${report}`, file);
    if (isLate) return "never ended";
    const { numTotalTests = 0, testResults = [] } = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
    if (status === 0) return numTotalTests > 0 ? "passed" : "could not run";
    return testResults.length > 0 ? "failed" : "could not run";
  };

  return {
    test,
    async testWith(bug, file) {
      const path = join(directory, bug.file);
      const sound = await readFile(path, "utf8");
      const isSeenInDist = isInDist(bug.file) && /"dist\/toggl-insights/.test(await readFile(file, "utf8"));
      await writeFile(path, planted(bug, sound));
      try {
        if (isSeenInDist && (await build()).status !== 0) return "does not build";
        return await test(file);
      } finally {
        await writeFile(path, sound);
        if (isSeenInDist) await build();
      }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function filesHere(): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { status, stdout } = await outcomeOf(process.cwd(), "git", args);
  if (status !== 0) throw new Error("git does not list the files of this folder.");
  return stdout.split("\0").filter(Boolean);
}

/** Whether what is built from a file lies in dist/. */
function isInDist(file: string): boolean {
  return /^(bin|cli|client|console|lambdas|lib|local)\//.test(file);
}

/** Process groups at work: none may outlive this process. */
const groups = new Set<number>();
process.once("exit", () => groups.forEach(endGroup));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly isLate: boolean;
}

/** Runs a command in a process group of its own: all that it started ends with it. */
function outcomeOf(cwd: string, command: string, args: readonly string[]): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const child = spawn(command, args, { cwd, env: ownEnvironment(), detached: true, stdio: [...stdio] });
    const { pid } = child;
    if (pid !== undefined) groups.add(pid);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (pid !== undefined) endGroup(pid);
    }, timeoutMs);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(timer);
      if (pid !== undefined) endGroup(pid); // whoever is left of it holds its output open
    });
    child.on("close", (status) => {
      if (pid !== undefined) groups.delete(pid);
      resolve({ status, stdout, isLate });
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {} // nobody of it is left
}

/** Without what the runner around it tells its own workers. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)));
}
