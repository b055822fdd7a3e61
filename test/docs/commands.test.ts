import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandNames } from "../../cli/command-line.ts";
import { runWords } from "../cli/run-words.ts";
import { pages } from "./shell-blocks.ts";

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync("package.json", "utf8"));

/** Commands of ours and the CDK's that any page names, in a block or in a sentence, with all flags that it gives them. */
function documented(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const page of pages) {
    const text = readFileSync(page, "utf8").replaceAll(/ *\\\n */g, " ");
    for (const [, typed = ""] of text.matchAll(
      /(?<=[`\n({&] *)((?:npm run|npx toggl-insights|npx cdk) [^`\n;&|#]*)/g,
    )) {
      const [command = ""] = /^npm run [\w:-]+|^npx [\w-]+ [a-z-]+/.exec(typed) ?? [];
      const flags = found.get(command) ?? new Set();
      for (const [flag] of typed.matchAll(/(?<= )--[a-z][\w-]*/g)) flags.add(flag);
      if (command) found.set(command, flags);
    }
  }
  return found;
}

/** What a program says of its own flags; npm's scripts do so when they are given one that they do not know. */
const helpOf = (file: string, args: string[]) =>
  new Promise<string>((resolve) =>
    execFile(file, [...args, "--help"], { env: { ...process.env, COLUMNS: "200" } }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );

const ownHelp = async (...words: string[]) => (await runWords([...words, "--help"], { COLUMNS: "200" })).stdout;

async function flagsOf(command: string): Promise<string> {
  const [, program = "", word = ""] = command.split(" ");
  if (program === "toggl-insights") return ownHelp(word);
  if (program === "cdk") return helpOf("npx", ["cdk", word]);
  const script = scripts[word] ?? "";
  const ours = /^node scripts\/command\.mjs (\S+)$/.exec(script)?.[1];
  if (ours && commandNames.includes(ours)) return ownHelp(ours);
  return ours ? helpOf("node", ["scripts/command.mjs", ours]) : script;
}

describe("every command in README and docs", () => {
  const commands = [...documented()];

  it("is found", () => {
    expect(commands.map(([command]) => command)).toEqual(
      expect.arrayContaining(["npx cdk bootstrap", "npm run token", "npm run destroy", "npx toggl-insights redrive"]),
    );
  });

  it("of npm is a script of the package", () => {
    const named = commands.flatMap(([command]) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("of toggl-insights is one of its own", async () => {
    const help = await ownHelp();
    const named = commands.flatMap(([command]) => /^npx (toggl-insights \S+)/.exec(command)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((one) => !help.includes(one))).toEqual([]);
  });

  it.each(commands.filter(([, flags]) => flags.size > 0))(
    "has its flags: %s",
    async (command, flags) => {
      const help = await flagsOf(command);
      const unknown = [...flags].filter((flag) => !help.includes(flag.replace("--no-", "--")));
      expect(unknown).toEqual([]);
    },
    30_000,
  );
});
