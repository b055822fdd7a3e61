import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { functions } from "../../lambdas/contract.ts";
import { pages } from "./shell-blocks.ts";

const page = readFileSync("docs/ARCHITECTURE.md", "utf8");

/** What a page names in backticks that reads like a path of this repository. */
const paths = [
  ...new Set(Array.from(page.matchAll(/`((?:[\w.-]+\/)+[\w.-]*|[\w-]+\.(?:jsonc?|md|ts))`/g), ([, path = ""]) => path)),
].filter((path) => !path.includes("_id"));

describe("docs/ARCHITECTURE.md", () => {
  it("names only what exists", () => {
    const built = ["dist/"]; // what `npm run build` writes
    expect(paths.length).toBeGreaterThan(45);
    expect(paths.filter((path) => !existsSync(path) && !built.includes(path))).toEqual([]);
  });

  it("has each function in its picture or a journey", () => {
    expect(Object.keys(functions).filter((name) => !page.includes(name))).toEqual([]);
  });

  it("says where every folder's things go", () => {
    const folders = readdirSync(".", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
    const made = ["node_modules", "dist", "cdk.out", "coverage"];
    const unsaid = ["bin", "scripts"]; // where commands begin: package.json's scripts lead there
    expect(folders.filter((name) => ![...made, ...unsaid].includes(name) && !page.includes(name))).toEqual([]);
  });

  it("has three journeys, and a table of places", () => {
    expect(page.match(/^\*\*(An order|A scheduled run|A trend call)\*\*/gm)).toHaveLength(3);
    expect(page.split("## Where things go")[1]?.match(/^\| (?!to change|---)/gm)?.length).toBeGreaterThan(12);
  });

  it("has a picture that is at most 80 characters wide, in plain ASCII", () => {
    const [, picture = ""] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
    expect(picture).toMatch(/^[\x20-\x7e\n]+$/);
    for (const line of picture.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

it("keeps the README to what one reads first", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThanOrEqual(171);
});

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

it.each([...pages, "SECURITY.md", "CHANGELOG.md"])("%s links only to what exists", (from) => {
  const text = readFileSync(from, "utf8").replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  const links = Array.from(text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g), ([, link = ""]) => link);
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? from : join(dirname(from), path);
    if (!existsSync(file)) return true;
    if (anchor === undefined || !file.endsWith(".md")) return false;
    const headings = Array.from(readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm), ([, heading = ""]) => heading);
    return !headings.map(anchorOf).includes(anchor);
  });
  expect(broken).toEqual([]);
});
