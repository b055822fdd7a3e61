// Prints what the changelog says of a release: `node scripts/release-notes.mjs v0.1.0`. Fails unless that is the
// package's version and the changelog lists it with a day.
import { readFileSync } from "node:fs";

const [, , tag = ""] = process.argv;
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
if (tag !== `v${version}`)
  fail(`The tag is ${tag}, and package.json has the version ${version}: they must be the same.`);

const sections = readFileSync("CHANGELOG.md", "utf8").split(/^(?=## )/m);
const [heading = "", ...notes] = sections.find((one) => one.startsWith(`## ${version} `))?.split("\n") ?? [];
if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading)) fail(`CHANGELOG.md has no "## ${version} - YYYY-MM-DD".`);
process.stdout.write(`${notes.join("\n").trim()}\n`);

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
