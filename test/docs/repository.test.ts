import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseYaml } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: unknown }[];
}

const { scripts, engines, version } = JSON.parse(readFileSync("package.json", "utf8"));
const read = (file: string) => parseYaml(readFileSync(file, "utf8")) as never;
const workflowFiles = readdirSync(".github/workflows").map((file) => `.github/workflows/${file}`);
const workflows: [string, Workflow][] = workflowFiles.map((file) => [file, read(file)]);
const [ci, release] = workflows.map(([, workflow]) => workflow);
const runs = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

describe.each(workflows)("%s", (_, workflow) => {
  it("runs only commands that exist", () => {
    const commands = Object.values(workflow.jobs).flatMap(runs);
    const scriptNames = commands.flatMap((run) => /^npm (?:run )?(\S+)/.exec(run)?.[1] ?? []);
    expect(scriptNames.filter((name) => !["ci", "pack", "pkg"].includes(name) && !(name in scripts))).toEqual([]);
    const files = commands.flatMap((run) => /^(?:bash|node) (\S+)/.exec(run)?.[1] ?? []);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(commands.filter((run) => !/^(npm|bash|node|gh) /.test(run))).toEqual([]);
  });

  it("pins each action to a commit, with the version that it is", () => {
    const file = workflowFiles[workflows.findIndex(([, one]) => one === workflow)] ?? "";
    const lines = readFileSync(file, "utf8").match(/uses: .*/g) ?? [];
    expect(lines).toHaveLength(stepsOf(workflow).filter(({ uses }) => uses).length);
    for (const line of lines) expect(line).toMatch(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("may only read, except the job that publishes, knows no secrets, and ends", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(workflow)).not.toContain("secrets.");
    for (const [name, job] of Object.entries(workflow.jobs)) {
      expect(job.permissions).toEqual(name === "publish" ? { contents: "write" } : undefined);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });
});

it("has npm test on every Node.js that the package is for, and .ci/run once", () => {
  expect(ci?.jobs.test?.strategy?.matrix.node).toEqual([20, 22, 24]);
  expect(engines.node).toMatch(/^>=20\./);
  expect(runs(ci?.jobs.test as Job)).toEqual(["npm ci", "npm test"]);
  expect(runs(ci?.jobs.everything as Job)).toEqual(["bash .ci/run"]);
  expect(readFileSync(".ci/run", "utf8")).toMatch(/^AWS_CALLS_FILE=\S+ npm test\n[^#]+ npm run test:long$/m);
});

it("publishes what was tested and packed, and runs nothing of ours where it may write", () => {
  expect(runs(release?.jobs.package as Job)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^npm ci$/), "npm test", "npm run test:long", "npm run package"]),
  );
  for (const run of runs(release?.jobs.publish as Job)) expect(run).toMatch(/^gh release create "\$GITHUB_REF_NAME"/);
});

describe("the notes of a release", () => {
  const notes = (tag: string) => spawnSync("node", ["scripts/release-notes.mjs", tag], { encoding: "utf8" });

  it("are what the changelog says of it", () => {
    const { stdout, status } = notes(`v${version}`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^### /);
    expect(stdout).not.toMatch(/^## /m);
    expect(readFileSync("CHANGELOG.md", "utf8")).toContain(stdout.trim());
  });

  it("do not exist for a tag that is another version", () => {
    const { stderr, status } = notes("v99.0.0");
    expect(status).toBe(1);
    expect(stderr).toBe(`The tag is v99.0.0, and package.json has the version ${version}: they must be the same.\n`);
  });
});

describe("the changelog", () => {
  const headings = readFileSync("CHANGELOG.md", "utf8").match(/^## .*$/gm) ?? [];

  it("has what is not released first, then each release with its day", () => {
    expect(headings[0]).toBe("## Unreleased");
    expect(headings.length).toBeGreaterThan(1);
    for (const heading of headings.slice(1)) expect(heading).toMatch(/^## \d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
    expect(headings[1]).toContain(`## ${version} - `);
  });

  it("groups what people see under Keep a Changelog's words, each once in a release", () => {
    const groups = readFileSync("CHANGELOG.md", "utf8").split(/^## /m).slice(1);
    for (const group of groups) {
      const words = Array.from(group.matchAll(/^### (.*)$/gm), ([, word]) => word);
      expect(["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]).toEqual(expect.arrayContaining(words));
      expect(new Set(words).size).toBe(words.length);
    }
  });
});

it("asks Dependabot for npm and actions weekly, the SDK and the CDK each in one", () => {
  const { version: of, updates } = read(".github/dependabot.yml") as {
    version: number;
    updates: { "package-ecosystem": string; schedule: object; groups: Record<string, { patterns: string[] }> }[];
  };
  expect(of).toBe(2);
  expect(updates.map(({ "package-ecosystem": name }) => name)).toEqual(["npm", "github-actions"]);
  for (const { schedule } of updates) expect(schedule).toEqual({ interval: "weekly" });
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  for (const pattern of Object.values(updates[0]?.groups ?? {}).flatMap(({ patterns }) => patterns)) {
    const matches = (name: string) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    expect(names.filter(matches), pattern).not.toEqual([]);
  }
});

it.each(["bug", "idea"])("has a form for a %s in which every question can be answered", (name) => {
  const form = read(`.github/ISSUE_TEMPLATE/${name}.yml`) as {
    name: string;
    description: string;
    body: { type: string; id?: string; attributes: { label?: string; value?: string; options?: string[] } }[];
  };
  expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
  for (const { type, id, attributes } of form.body) {
    expect(["markdown", "input", "textarea", "dropdown"]).toContain(type);
    expect(type === "markdown" ? attributes.value : attributes.label).toMatch(/\S/);
    if (type !== "markdown") expect(id).toMatch(/^[a-z]+$/);
    if (type === "dropdown") expect(attributes.options?.every((option) => typeof option === "string")).toBe(true);
  }
  const ids = form.body.flatMap(({ id }) => id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("the hook before a commit", () => {
  const repository = mkdtempSync(join(tmpdir(), "hook-"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: repository, stdio: "pipe" });
  git("init", "--quiet");
  for (const [name, value] of [
    ["core.hooksPath", ".githooks"],
    ["user.name", "A"],
    ["user.email", "a@acme.example"],
  ]) {
    git("config", name ?? "", value ?? "");
  }
  for (const name of [".githooks", "tsconfig.json", ".gitignore"])
    cpSync(name, join(repository, name), { recursive: true });
  writeFileSync(join(repository, "biome.json"), '{ "formatter": { "indentStyle": "space" } }\n');
  mkdirSync(join(repository, "console/page"), { recursive: true });
  mkdirSync(join(repository, "lib"));
  writeFileSync(
    join(repository, "console/page/tsconfig.json"),
    '{ "extends": "../../tsconfig.json", "include": ["."] }\n',
  );
  writeFileSync(join(repository, "console/page/page.ts"), "export const page = 1;\n");
  symlinkSync(resolve("node_modules"), join(repository, "node_modules"));

  const commit = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(repository, name), text);
    git("add", ...Object.keys(files));
    const { status, stdout, stderr } = spawnSync("git", ["commit", "-m", "one"], { cwd: repository, encoding: "utf8" });
    if (status !== 0) {
      git("rm", "--quiet", "--cached", ...Object.keys(files)); // or the next commit would be stopped, too
      for (const name of Object.keys(files)) rmSync(join(repository, name));
    }
    return { status, said: stdout + stderr };
  };

  it("can be run", () => {
    expect(statSync(".githooks/pre-commit").mode & 0o111).toBe(0o111);
    expect(readFileSync("CONTRIBUTING.md", "utf8")).toContain("git config core.hooksPath .githooks");
  });

  it("lets pass what is typed and formatted, whatever else lies there", () => {
    writeFileSync(join(repository, "lib/not-staged.ts"), "export const  ugly=1\n");
    expect(commit({ "lib/good.ts": "export const good: number = 1;\n" })).toMatchObject({ status: 0 });
    expect(commit({ "note.md": "# Only words\n" })).toMatchObject({ status: 0 });
  });

  it("stops what is not formatted, and what does not fit its type", () => {
    const ugly = commit({ "lib/ugly.ts": "export const  ugly=1\n" });
    expect(ugly).toMatchObject({ status: 1, said: expect.stringContaining("lib/ugly.ts") });
    const wrong = commit({ "lib/ugly.ts": 'export const ugly: number = "1";\n' });
    expect(wrong).toMatchObject({ status: 1, said: expect.stringContaining("TS2322") });
  });
});
