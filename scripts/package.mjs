// Makes the package that other projects install, in this folder or in the one that is named: what was built, with a
// manifest and a README of its own. It has no dependencies and no scripts: all that it runs is bundled.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

const [, , destination = "."] = process.argv;
const folder = ".build/package";
const pages = { "README.md": "docs/client.md", "CHANGELOG.md": "CHANGELOG.md", "SECURITY.md": "SECURITY.md" };

execFileSync("node", ["scripts/build.mjs"], { stdio: "inherit" });
const { files } = JSON.parse(readFileSync("dist/built.json", "utf8"));
rmSync(folder, { recursive: true, force: true });
for (const path of [...files.map((file) => join("dist", file)), "LICENSE"]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(path, join(folder, path));
}

const {
  dependencies: _,
  devDependencies: __,
  scripts: ___,
  ...manifest
} = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);

/** A page with its links to what is not in the package as words alone: they would lead nowhere. */
for (const [page, source] of Object.entries(pages)) {
  const text = readFileSync(source, "utf8").replaceAll(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (link, words, target) => {
    if (/^(https?:|mailto:|#)/.test(target)) return link;
    const [path] = target.split("#");
    const [inside] = Object.entries(pages).find(([, one]) => one === normalize(join(dirname(source), path))) ?? [];
    return inside ? `[${words}](${inside})` : words;
  });
  writeFileSync(join(folder, page), text);
}

execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(destination)], {
  cwd: folder,
  stdio: "inherit",
});
