import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queuesOf, signerOf } from "../../../cli/start/start-local.ts";
import { canaryToken, type Product, startProduct, workspaceId } from "../../e2e/product.ts";
import { configFile } from "../../lib/synthesized.ts";
import { misfits } from "../json-shape.ts";
import { nothingAround, runWords } from "../run-words.ts";
import { startAws, startCloudFormation } from "./aws-stand-in.ts";

let product: Product;
let folder: string;

interface Row {
  readonly name: string;
  readonly outcome: string;
  readonly seen?: string;
  readonly because?: string;
}

beforeAll(async () => {
  const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
  product = await startProduct({ INSIGHTS_CONFIG: configFile({ workspaces, validate_at_gateway: true }) });
  folder = mkdtempSync(join(tmpdir(), "smoke-"));
  const { url, controlUrl: control_url, secretsManagerUrl: secrets_manager_url } = product.local;
  const running = {
    url,
    control_url,
    signer: signerOf(product.local),
    queues: queuesOf(product.local),
    secrets_manager_url,
  };
  writeFileSync(join(folder, "running.json"), JSON.stringify(running));
});
afterAll(() => product.close());

interface Smoked {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
}

const around = (more: Readonly<Record<string, string>>) => ({
  INSIGHTS_CONFIG: product.local.settings.configFile,
  LOCAL_DATA_DIR: folder,
  NO_COLOR: "1",
  ...more,
});

async function smoke(args: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Promise<Smoked> {
  const { status, stdout, stderr } = await runWords(["smoke-aws", ...args], { ...nothingAround(), ...around(more) });
  return { code: status, output: stdout + stderr, stdout };
}

/** Runs the command as npm does. */
const smokeAsProcess = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  new Promise<Smoked>((resolve) => {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, ...around(more) };
    execFile(process.execPath, ["scripts/command.mjs", "smoke-aws", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr, stdout }),
    );
  });

const rowsOf = (stdout: string) =>
  Object.fromEntries((JSON.parse(stdout).questions as Row[]).map((row) => [row.name, row] as const));

describe("npm run smoke:aws, at the running npm start", { shuffle: false }, () => {
  it("asks before a token is put in, changes nothing, and says what it could not try", async () => {
    product.local.secrets.delete("toggl/demo");
    for (const hosted of product.local.functions.values()) await hosted.crash(); // what one has read it keeps for a while
    const before = await product.keys();
    const asked = product.simulator.requests.length;
    const { code, stdout } = await smokeAsProcess(["--json"]);
    expect(misfits("smoke-aws", stdout)).toEqual([]);
    const rows = rowsOf(stdout);
    expect(rows).toMatchObject({
      "the API answers": { outcome: "as expected" },
      "a wrong method": { outcome: "as expected", seen: "404 route_not_found" },
      HEAD: { outcome: "as expected", seen: "404 (application/problem+json)" },
      "a body of 11 MB": {
        outcome: "as expected",
        seen: "413 HTTP content length exceeded 10485760 bytes. (text/plain)",
      },
      "a body of 8 MB, above what Lambda takes": { outcome: "not tried here" },
      "validate_at_gateway, a body that fits": { outcome: "as expected", seen: "404 schedule_not_found" },
      "validate_at_gateway, a body that does not fit": { outcome: "as expected", seen: "400 invalid_request" },
      "a policy of the API that only denies": { outcome: "not tried here" },
      "a secret before its token": { outcome: "as expected", seen: "503 token_not_set, 503 token_not_set" },
      "a secret after its token": { outcome: "not tried here" },
      "the dead-letter queue can be seen": { outcome: "as expected", seen: "0 lie there" },
      "toggl-insights redrive": { outcome: "not tried here", because: "it needs --allow-changes" },
      "PutEvents with the function's role": { outcome: "not tried here", because: "it needs --allow-changes" },
      "$.time of a cron rule": { outcome: "not tried here", because: "it needs --allow-changes and --slow" },
      "the bill": { outcome: "by hand" },
    });
    expect(code).toBe(0);
    expect(product.simulator.requests).toHaveLength(asked);
    expect(await product.keys()).toEqual(before);
  }, 60_000);

  it("asks after it, has an event sent, and never shows token or workspace", async ({ onTestFailed }) => {
    onTestFailed(() => console.error(product.logs.slice(-50).join("\n"))); // what was asked last, and of which function
    product.local.secrets.set("toggl/demo", canaryToken);
    const [asked, told] = [product.simulator.requests.length, product.events.length];
    const { code, output, stdout } = await smoke(["--json", "--allow-changes"]);
    const rows = rowsOf(stdout);
    expect(rows).toMatchObject({
      "a secret before its token": { outcome: "not tried here" },
      "a secret after its token": { outcome: "as expected", seen: "200" },
      "PutEvents with the function's role": {
        outcome: "as expected",
        seen: expect.stringMatching(/^succeeded, event sent at 20/),
      },
      "toggl-insights redrive": {
        outcome: "as expected",
        seen: expect.stringMatching(/^3 of 3 arrived: 1 of toggl\/a, /),
      },
    });
    expect([...product.local.queues.keys()].filter((arn) => arn.includes("smoke"))).toEqual([]);
    expect(product.events.slice(told).map((event) => event["detail-type"])).toEqual(["Export Succeeded"]);
    expect(code).toBe(0);
    expect(output).not.toContain(canaryToken);
    expect(stdout).not.toContain(String(workspaceId));
    expect(product.simulator.requests).toHaveLength(asked + 2);
  }, 60_000);

  it("shows in its table, and by its status, that a token which is there is not seen", async () => {
    await product.restart(); // what a function has read once it keeps for a while
    const { url, controlUrl: control_url, secretsManagerUrl: secrets_manager_url } = product.local;
    const queues = queuesOf(product.local);
    writeFileSync(join(folder, "running.json"), JSON.stringify({ url, control_url, queues, secrets_manager_url }));
    product.local.secrets.set("toggl/demo", "two words");
    const { code, output } = await smoke();
    expect(code).toBe(1);
    expect(output).toMatch(/^a secret after its token +otherwise +200, or .* 503 token_not_set$/m);
    expect(output).toContain("a secret after its token: otherwise than in https://docs.aws.amazon.com/");
    product.local.secrets.set("toggl/demo", canaryToken);
  }, 60_000);
});

describe("npm run smoke:aws, at a deployed stack", () => {
  const ways = () => ({
    cronLateMs: 0,
    ratesFireAtOnce: true,
    movesKeepGroups: true,
    knowsSource: false,
    earlyRefusals: 0,
    refusals: new Map(),
  });

  it("finds everything by the stack's outputs, and removes what it made", async () => {
    const { credentials } = product.local.settings;
    const aws = await startAws(ways(), credentials);
    const queue = (name: string) => `${aws.sqsUrl}/123456789012/${name}`;
    const cloudFormation = await startCloudFormation({
      ApiUrl: product.local.url,
      ExportsBucketName: "acme-exports",
      Version: "1.2.3",
      ExportQueueUrl: queue("Exports.fifo"),
      DeadLetterQueueUrl: queue("DeadLetters.fifo"),
    });
    const { code, output } = await smokeAsProcess(["--stack", "TogglInsights", "--allow-changes"], {
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_SQS: aws.sqsUrl,
      AWS_ENDPOINT_URL_EVENTBRIDGE: aws.eventBridgeUrl,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: product.local.secretsManagerUrl,
    });
    expect(output).toMatch(/^TogglInsights 1\.2\.3 in us-east-1, toggl-insights-aws /m);
    expect(output).toMatch(/^ {2}toggl-insights redrive: two FIFO queues of its own$/m);
    expect(output).toMatch(/^a wrong method +as expected .* 404 route_not_found$/m);
    expect(output).toMatch(/^toggl-insights redrive +as expected .* 3 of 3 arrived: 1 of toggl\/a/m);
    expect(output).toMatch(/^the dead-letter queue can be seen +otherwise .* QueueDoesNotExist/m);
    expect(output).toMatch(/^a secret after its token +as expected .* 200$/m);
    expect(output).not.toMatch(/123456789012|Remove it/);
    expect(code).toBe(1);
    expect(aws.made).toHaveLength(2);
    expect(aws.left()).toEqual([]);
    await Promise.all([aws.close(), cloudFormation.close()]);
  }, 120_000);

  it.each<[string, string[], number, RegExp]>([
    ["a stack that is not there", ["--stack", "Nowhere"], 1, /ECONNREFUSED|There is no stack/],
    ["no stack's name", ["--stack", ""], 2, /--stack must be a stack's name/],
    ["a stack and a stage", ["--stack", "One", "--stage", "two"], 2, /Name either --stack or --stage, not both\./],
    ["an option that is none", ["--fast"], 2, /There is no flag --fast\.\nMore: toggl-insights --help/],
    ["a token that is none", ["--token-command", "echo no token"], 2, /is no JWT/],
  ])("says that it was given %s", async (_, args, status, said) => {
    const { code, output } = await smoke(args, {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:9",
      AWS_MAX_ATTEMPTS: "1",
    });
    expect(output).toMatch(said);
    expect(code).toBe(status);
  });

  it("says that nothing runs here", async () => {
    const { code, output } = await smoke([], { LOCAL_DATA_DIR: mkdtempSync(join(tmpdir(), "nothing-")) });
    expect(output).toContain("Nothing is running here");
    expect(code).toBe(7);
  });
});
