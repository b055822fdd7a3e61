import { execFile } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { type SecretValue, startSecretsManager } from "../../local/secrets-manager/secrets-manager.ts";
import { shownAfter } from "../docs/shell-blocks.ts";
import { config, configFile } from "../lib/synthesized.ts";
import { misfits } from "./json-shape.ts";
import { runWords } from "./run-words.ts";

const token = "canary0token0c0ffee0d15ea5e";
const secrets = new Map<string, SecretValue>();
const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
let server: Listening;

beforeAll(async () => {
  server = await startSecretsManager({ secrets, region: "eu-central-1", credentials });
});
beforeEach(() => secrets.clear());
afterAll(() => server.close());

const around = () => ({
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
  INSIGHTS_CONFIG: configFile(config),
});

/** Runs the command as npm does, which takes longer to start, with the token piped in. */
const run = (input: string, ...args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const env = { ...process.env, ...around() };
    const child = execFile("node", ["scripts/command.mjs", "token", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
    child.stdin?.end(input);
  });

describe("npm run token", () => {
  it("makes the secret, then updates it, says who shares it, and never shows the token", async () => {
    const made = await run(`${token}\n`, "--workspace", "789");
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining("Made the secret toggl/cafe.") });
    expect(secrets.get("toggl/cafe")).toBe(token);

    secrets.set("toggl/acme", "old");
    const updated = await run(token, "--workspace", "123");
    expect(updated).toMatchObject({
      code: 0,
      output: expect.stringContaining("Updated the secret toggl/acme (also used for Brinkmann)."),
    });
    expect(secrets.get("toggl/acme")).toBe(token);
    expect(made.output + updated.output).not.toContain(token);
  });

  it("prints an object of its shape with --json, and a failure as one", async () => {
    const made = await run(token, "--workspace", "789", "--json");
    expect({ code: made.code, misfits: misfits("token", made.output) }).toEqual({ code: 0, misfits: [] });
    expect(JSON.parse(made.output)).toEqual({ workspace_id: 789, secret: "toggl/cafe", outcome: "created" });
    const refused = await run("two words", "--workspace", "789", "--json");
    expect({ code: refused.code, misfits: misfits("failure", refused.output) }).toEqual({ code: 2, misfits: [] });
    expect(JSON.parse(refused.output).code).toBe("stopped_short");
  });

  it("prints what docs/deploy.md shows", async () => {
    const { output } = await run(token, "--workspace", "123");
    for (const line of shownAfter("npm run token -- --workspace 123")) expect(output).toMatch(line);
  });

  it.each([
    ["", ["--workspace", "789"], "That is no token"],
    ["two words", ["--workspace", "789"], "That is no token"],
  ])("refuses %j with %j", async (input, args, message) => {
    const { code, output } = await run(input, ...args);
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).not.toContain(token);
    expect(secrets.size).toBe(0);
  });

  it.each([
    [["--workspace", "42"], "--workspace must be one of the configuration's workspaces: 123 (Acme), 456"],
    [[], "--workspace is missing."],
    [["--wat"], "There is no flag --wat.\nMore: toggl-insights --help"],
  ])("refuses %j before it reads a token", async (args, message) => {
    const { status, stdout, stderr } = await runWords(["token", ...args], around());
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(secrets.size).toBe(0);
  });
});
