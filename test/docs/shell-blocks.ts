import { readdirSync, readFileSync } from "node:fs";

/** Every page that tells people what to type. */
export const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

/** What a page has people type, block by block: lines that go on are one. */
export function shellBlocks(page: string): string[] {
  const blocks = readFileSync(page, "utf8").matchAll(/```sh\n([\s\S]*?)```/g);
  return Array.from(blocks, ([, text = ""]) => text.replaceAll(/ *\\\n */g, " ").trim());
}

/** The lines that a page shows after a command, with … for what differs each time. */
export function shownAfter(command: string, page = "docs/deploy.md"): RegExp[] {
  const [, shown] =
    readFileSync(page, "utf8")
      .split(`\`\`\`sh\n${command}\n\`\`\``)[1]
      ?.split(/```(?:text|sh)\n/) ?? [];
  const lines = shown?.split("```")[0]?.split("\n") ?? [];
  const wanted = lines.filter((line) => !["", "…"].includes(line.trim()));
  if (wanted.length === 0) throw new Error(`${page} shows nothing after ${command}.`);
  return wanted.map((line) => new RegExp(`^${line.split("…").map(escaped).join(".*")}$`, "m"));
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
