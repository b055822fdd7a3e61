import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { listenOnLoopback } from "../../local/listening.ts";
import { config, configFile } from "../lib/synthesized.ts";
import { runWords } from "./run-words.ts";

/** Stands for a step that takes its time. */
const programs = mkdtempSync(join(tmpdir(), "programs-"));
const npx = join(programs, "npx");
writeFileSync(npx, "#!/bin/sh\nexec sleep 3 >/dev/null 2>&1");
chmodSync(npx, 0o755);

/** Starts a command and reads nothing from one of its outputs, as `… | head` does once it has enough. */
async function unread(output: "stdout" | "stderr", ...words: (string | { readonly account: object })[]) {
  const args = words.filter((word) => typeof word === "string");
  const account = words.find((word) => typeof word === "object")?.account;
  const PATH = `${programs}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, ...account, PATH, AWS_REGION: "eu-central-1", INSIGHTS_CONFIG: configFile(config) };
  const child = spawn("node", ["scripts/command.mjs", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [unread, read] = output === "stdout" ? [child.stdout, child.stderr] : [child.stderr, child.stdout];
  unread.destroy();
  const [said, [code]] = await Promise.all([text(read), once(child, "close")]);
  return { said, code };
}

it.each(["start", "deploy", "destroy", "token", "doctor", "tick", "backfill", "smoke-aws"])(
  "%s says with --help how to use it, and does nothing",
  async (name) => {
    const { stdout, status } = await runWords([name, "--help"]);
    expect(stdout).toMatch(
      new RegExp(`^toggl-insights ${name}( \\[name\\])?\n\n[A-Z].+\nOptions:\n.+\nExamples:\n`, "s"),
    );
    expect(status).toBe(0);
  },
);

it("takes no option that it does not know", async () => {
  expect(await unread("stdout", "tick", "--no-such-option")).toMatchObject({
    said: expect.stringMatching(/^There is no flag --no-such-option\.\nMore: toggl-insights --help\n$/),
    code: 2,
  });
}, 60_000);

it("ends without a word where nobody reads on", async () => {
  expect(await unread("stdout", "sbom")).toEqual({ said: "", code: 0 });
}, 60_000);

it("does not end as though it were done where that is in the middle of it", async () => {
  const cloudFormation = await listenOnLoopback(createServer(withoutStacks), 0);
  const account = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: cloudFormation.url };
  expect(await unread("stdout", "deploy", { account })).toEqual({ said: "", code: 1 });
  await cloudFormation.close();
}, 60_000);

/** CloudFormation of an account that has none. */
function withoutStacks(_: IncomingMessage, response: ServerResponse): void {
  const error = "<Code>ValidationError</Code><Message>Stack with id TogglInsights does not exist</Message>";
  response.writeHead(400).end(`<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`);
}

it("goes on to its end where nobody reads what it complains of", async () => {
  expect(await unread("stderr", "doctor", "--no-such-option")).toEqual({ said: "", code: 2 });
}, 60_000);
