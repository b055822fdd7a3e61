import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const needed = [
  ...["api", "bin", "cli", "client", "console", "docs", "lambdas", "lib", "local", "node_modules", "scripts"],
  ...["package.json", "package-lock.json", "tsconfig.json"],
];
let folder: string;
const inDist = (file: string) => join(folder, "dist", file);
const npm = (script: string) => run("npm", ["run", "--silent", script], { cwd: folder });
const built = () => JSON.parse(readFileSync(inDist("built.json"), "utf8")) as { of: string; files: string[] };

/** The package once more, with a dist/ of its own that is as it was built here. */
beforeAll(async () => {
  await run("npm", ["run", "--silent", "build"]);
  folder = mkdtempSync(join(tmpdir(), "build-"));
  for (const name of needed) symlinkSync(resolve(name), join(folder, name));
  cpSync("dist", join(folder, "dist"), { recursive: true });
});

it("leaves what is built of these very sources as it is", async () => {
  const before = statSync(inDist("toggl-insights.mjs"));
  await npm("prepare"); // as `npx toggl-insights` has it run the first time
  expect(statSync(inDist("toggl-insights.mjs")).ino).toBe(before.ino);
});

it("builds what is older, and a command that starts meanwhile finds all its parts", async () => {
  const { of, files } = built();
  const former = ["chunks/former.mjs", "chunks/long-gone.mjs"];
  for (const file of former) writeFileSync(inDist(file), "");
  writeFileSync(inDist("built.json"), JSON.stringify({ of: "older sources", files: [...files, former[0]] }));

  const before = statSync(inDist("toggl-insights.mjs")).ino;
  const missing: string[] = [];
  let looks = 0;
  const watch = setInterval(() => {
    looks++;
    for (const file of files) if (!(statSync(inDist(file), { throwIfNoEntry: false })?.size ?? 0)) missing.push(file);
  }, 1);
  await npm("build").finally(() => clearInterval(watch));

  expect(looks).toBeGreaterThan(100);
  expect(missing).toEqual([]);
  expect(statSync(inDist("toggl-insights.mjs")).ino).not.toBe(before);
  expect(built().of).toBe(of);
  expect((await run("node", [inDist("toggl-insights.mjs"), "--version"])).stdout).toMatch(/^\d/);
  expect(statSync(inDist("chunks/former.mjs"), { throwIfNoEntry: false })).toBeDefined(); // a command that runs may want it
  expect(statSync(inDist("chunks/long-gone.mjs"), { throwIfNoEntry: false })).toBeUndefined();
});
