import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { stacksDescribed } from "../cli/cloud-formation.ts";
import { type Product, startProduct, workspaceId } from "../e2e/product.ts";
import { configFile } from "../lib/synthesized.ts";
import { shellBlocks, shownAfter } from "./shell-blocks.ts";

const page = readFileSync("docs/deploy.md", "utf8");
const blocks = shellBlocks("docs/deploy.md");

/** The block that holds a text. */
function blockWith(text: string): string {
  const block = blocks.find((one) => one.includes(text));
  if (!block) throw new Error(`docs/deploy.md has nothing to type with ${text}.`);
  return block;
}

/** What somebody types, with the API that runs here in place of the deployed one. */
const here = (lines: string, url: string, region: string) =>
  lines
    .replaceAll(/https:\/\/….execute-api.eu-central-1.amazonaws.com\/v1/g, url)
    .replaceAll("workspace/123/", `workspace/${workspaceId}/`)
    .replaceAll("eu-central-1", region)
    .replaceAll("npx toggl-insights", "node scripts/command.mjs toggl-insights");

const bash = (lines: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number; output: string; stdout: string }>((resolve) =>
    execFile(
      "bash",
      ["--norc", "-c", lines], // Node's pipes are sockets, and then bash reads ~/.bashrc, which may put another aws first
      { env: { ...process.env, NO_COLOR: "1", ...env }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr, stdout }),
    ),
  );

it("leads through bootstrap, synth, deploy, token, doctor, first call, deploy again and destroy, in this order", () => {
  const way = [
    "npx cdk bootstrap",
    "npx cdk synth",
    "npm run deploy",
    "npm run token",
    "npm run doctor",
    "npx toggl-insights export",
    "git pull",
    "npm run destroy",
  ];
  const places = way.map((command) => blocks.findIndex((block) => block.includes(command)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  const steps = Array.from(page.matchAll(/^## (\d)\. /gm), ([, number]) => Number(number));
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

describe("where callers have a JWT, the walk", () => {
  let issuer: Listening;
  let product: Product;
  let cloudFormation: Listening;
  let jwt: string;
  const signatures: string[] = [];
  const settings: Record<string, string> = { AWS_REGION: "eu-central-1" };

  beforeAll(async () => {
    const keys = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
    issuer = await serveFetch(async ({ url }) =>
      Response.json(url.endsWith("/jwks") ? { keys: [jwk] } : { jwks_uri: `${issuer.url}/jwks` }),
    );
    const workspaces = [{ id: workspaceId, name: "Acme", token_secret: "toggl/demo" }];
    const auth = { jwt: { issuer: issuer.url, audience: "toggl-insights" } };
    settings.INSIGHTS_CONFIG = configFile({ workspaces, auth });
    product = await startProduct({ INSIGHTS_CONFIG: settings.INSIGHTS_CONFIG });
    cloudFormation = await serveFetch(async ({ headers }) => {
      signatures.push(headers.get("authorization") ?? "");
      return new Response(stacksDescribed({ ApiUrl: product.local.url, ExportsBucketName: "acme-exports" }));
    });
    settings.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.url;
    settings.AWS_ACCESS_KEY_ID = settings.AWS_SECRET_ACCESS_KEY = "deployer";
    jwt = await new SignJWT({ workspace_id: workspaceId })
      .setProtectedHeader({ alg: "ES256", kid: "key-1" })
      .setIssuer(issuer.url)
      .setAudience("toggl-insights")
      .setExpirationTime("5m")
      .sign(keys.privateKey);
  });
  afterAll(() => Promise.all([product.close(), issuer.close(), cloudFormation.close()]));

  it("has the doctor find everything fine, and print what is shown", async () => {
    const { code, output } = await bash(
      blockWith("npm run doctor -- --stack TogglInsights --token-command").replace(
        "my-login print-token",
        `echo ${jwt}`,
      ),
      settings,
    );
    for (const line of shownAfter("npm run doctor -- --stack TogglInsights")) expect(output).toMatch(line);
    expect(code).toBe(0);
  }, 90_000);

  it("finds the stack as a profile, in the profile's region, where nothing else says who and where", async () => {
    const home = mkdtempSync(join(tmpdir(), "profile-"));
    writeFileSync(join(home, "config"), "[profile acme]\nregion = eu-west-1\n");
    writeFileSync(join(home, "credentials"), "[acme]\naws_access_key_id = OFPROFILE\naws_secret_access_key = secret\n");
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = settings;
    const { code } = await bash("npm run --silent doctor -- --stack TogglInsights", {
      ...others,
      AWS_REGION: "",
      AWS_PROFILE: "acme",
      AWS_CONFIG_FILE: join(home, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(home, "credentials"),
      TOGGL_INSIGHTS_TOKEN: jwt,
    });
    expect(code).toBe(0);
    expect(signatures.at(-1)).toMatch(/Credential=OFPROFILE\/\d+\/eu-west-1\/cloudformation\//);
  }, 90_000);

  it.each(["--stack", "--api"])(
    "makes the first report, with %s",
    async (flag) => {
      const out = join(mkdtempSync(join(tmpdir(), "walk-")), "report.csv");
      const typed = here(blockWith("npx toggl-insights export"), product.local.url, "eu-central-1");
      const command = flag === "--api" ? typed.replace("--stack TogglInsights", `--api ${product.local.url}`) : typed;
      const { code, output } = await bash(`${command} --out ${out}`, { ...settings, TOGGL_INSIGHTS_TOKEN: jwt });
      expect(output).toMatch(/^Saved .* \(.*, SHA-256 checked\)$/m);
      expect(code).toBe(0);
    },
    90_000,
  );

  it("has curl make it, too", async () => {
    const typed = here(blockWith("Authorization: Bearer"), product.local.url, "eu-central-1");
    const { stdout, output } = await bash(typed, { TOGGL_INSIGHTS_TOKEN: jwt });
    expect(JSON.parse(stdout), output).toMatchObject({ status: "succeeded", download_url: expect.any(String) });
  });
});

describe("where callers sign, curl", () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ LOCAL_AUTH: "iam" });
  });
  afterAll(() => product.close());

  it("makes the first report with a user's keys, as the AWS CLI exports them", async () => {
    const { callers = [], url, settings } = product.local;
    const { accessKeyId = "", secretAccessKey = "" } = callers[0] ?? {};
    const programs = mkdtempSync(join(tmpdir(), "aws-cli-"));
    const exported = `export AWS_ACCESS_KEY_ID=${accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
    writeFileSync(
      join(programs, "aws"),
      `#!/bin/sh\n[ "$*" = "configure export-credentials --format env" ] && echo "${exported}"\n`,
    );
    chmodSync(join(programs, "aws"), 0o755);
    const typed = here(blockWith("--aws-sigv4"), url, settings.region);
    const { stdout, output } = await bash(typed, {
      PATH: `${programs}${delimiter}${process.env.PATH}`,
      AWS_SESSION_TOKEN: "",
    });
    expect(JSON.parse(stdout), output).toMatchObject({ status: "succeeded", download_url: expect.any(String) });
  });
});
