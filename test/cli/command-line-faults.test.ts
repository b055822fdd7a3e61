import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { shellWord } from "../../cli/shell-word.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { nothingAround, runWords } from "./run-words.ts";

const program = resolve("dist/toggl-insights.mjs");
const folder = mkdtempSync(join(tmpdir(), "command-line-faults-"));
const servers: Listening[] = [];

afterEach(() => Promise.all(servers.splice(0).map(({ close }) => close())));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const none = { HOME: folder, NO_COLOR: "1", AWS_EC2_METADATA_DISABLED: "true" };

/** What a command says where no product runs, nothing is configured, and nothing of AWS is around. */
async function command(words: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const elsewhere = { LOCAL_DATA_DIR: folder, INSIGHTS_CONFIG: join(folder, "insights.config.json") };
  const around = { ...nothingAround(), ...none, ...elsewhere, ...env };
  const { status, stdout, stderr } = await runWords(words.split(" "), around);
  return { code: status, stdout, stderr };
}

/** The same of the command as it is installed, in an empty folder. */
const installed = (words: string, env: Readonly<Record<string, string>> = {}) =>
  new Promise<Ended>((done) => {
    const { PATH = "" } = process.env;
    const options = { env: { PATH, ...none, ...env }, cwd: folder };
    execFile(
      process.execPath,
      [program, ...words.split(" ").filter((word) => word !== "")],
      options,
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

/** A server that answers everything in one way. */
async function serve(answer: RequestListener): Promise<string> {
  const server = await listenOnLoopback(createServer(answer), 0);
  servers.push(server);
  return server.url;
}

describe("completions", () => {
  const scripts = new Map<string, Promise<string>>();
  const scriptOf = (shell: string) => {
    const script = scripts.get(shell) ?? installed(`completion ${shell}`).then(({ stdout }) => stdout);
    scripts.set(shell, script);
    return script;
  };

  /** What a shell offers when Tab is pressed after these words, from another folder and without the command in PATH. */
  const offered = async (shell: "bash" | "zsh" | "fish", ...words: string[]) => {
    const script = await scriptOf(shell);
    const press = {
      bash: `COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _toggl_insights; printf "%s\\n" "\${COMPREPLY[@]}"`,
      zsh: `_describe() { print -rl -- "\${(@P)2}" }; _default() { print }; words=("$@"); CURRENT=$#; _toggl_insights`,
      fish: `complete -C ${shellWord(words.join(" "))}`,
    };
    const flags = { bash: [], zsh: ["-f"], fish: ["--no-config"] };
    const args = [...flags[shell], "-c", `${script}\n${press[shell]}`, shell, ...words];
    const env = { PATH: "/usr/bin:/bin", HOME: folder };
    const { stdout } = await promisify(execFile)(shell, args, { env, cwd: tmpdir() });
    return stdout.split("\n").filter((line) => line !== "");
  };

  it.each([
    [
      ["toggl-insights", "ex"],
      ["export", "exports"],
    ],
    [
      ["npx", "toggl-insights", "ex"],
      ["export", "exports"],
    ],
    [["toggl-insights", "export", "trends"], ["trends/projects"]],
    [["toggl-insights", "exports", "--status", "fa"], ["failed"]],
    [
      ["npx", "toggl-insights", "export", "trends/projects", "--format", ""],
      ["csv", "xlsx"],
    ],
    [
      ["toggl-insights", "de"],
      ["deploy", "destroy"],
    ],
    [["toggl-insights", "trends", "--period", "previous-m"], ["previous-month"]],
    [["npx", "toggl-insights", "trends", "--period", "=", "last-1"], ["last-12-months"]],
    [["toggl-insights", "trends", "--compare", "same"], ["same-last-year"]],
    [["npx", "vitest", "ex"], []],
    [["npx", "toggl"], []],
  ])("offers in bash after %j what fits", async (words, expected) => {
    expect(await offered("bash", ...words)).toEqual(expected);
  });

  it.skipIf(spawnSync("fish", ["--version"]).error)("offers in fish what there is, described", async () => {
    const [one] = (await offered("fish", "toggl-insights", "ex")).filter((line) => /^export\t/.test(line));
    expect(one).toBe("export\tMake a report's file and download it");
    expect(await offered("fish", "npx", "toggl-insights", "exports", "--status", "fa")).toEqual(["failed"]);
    expect(await offered("fish", "toggl-insights", "trends", "--period", "previous-m")).toEqual(["previous-month"]);
  });

  it.skipIf(spawnSync("zsh", ["--version"]).error)("offers periods in zsh, too", async () => {
    expect(await offered("zsh", "toggl-insights", "trends", "--period", "previous-m")).toContain("previous-month");
  });

  it.skipIf(spawnSync("zsh", ["--version"]).error)("offers in zsh what there is, described", async () => {
    expect(await offered("zsh", "npx", "toggl-insights", "ex")).toContain(
      "export:Make a report's file and download it",
    );
    expect(await offered("zsh", "npx", "vitest", "ex")).toEqual([]);
  });

  it("are for the shell that is named, else for one's own", async () => {
    expect((await command("completion", { SHELL: "/bin/zsh" })).stdout).toContain("compdef _toggl_insights");
    expect((await command("completion bash", { SHELL: "/bin/zsh" })).stdout).toContain("complete -o bashdefault");
    expect((await command("completion", { SHELL: "/usr/bin/fish" })).stdout).toContain("complete -c toggl-insights");
    expect((await command("completion", { SHELL: "/bin/tcsh" })).stdout).toContain("complete -o bashdefault");
    expect((await command("completion --help")).stdout).toMatch(/^toggl-insights completion \[shell\]/);
  });

  it("need nothing that bash 3.2 does not have", async () => {
    expect(await scriptOf("bash")).not.toMatch(/mapfile|readarray|declare -A|\|&|&>>/);
  });
});

it("lists them all without a word, and nothing but examples under a command of its own", async () => {
  const bare = await installed("");
  expect(bare.stdout).toContain("Your deployment:\n  toggl-insights deploy");
  expect((await command("deploy --help")).stdout).not.toContain("Your deployment:");
});

it.each(["start", "deploy", "destroy"])("%s says that it needs a clone where there is none", async (name) => {
  expect(await installed(name)).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(new RegExp(`^toggl-insights ${name} works on the sources .* a clone .* npm ci`)),
  });
});

it("lists every command once, under what it is for", async () => {
  const { code, stdout } = await command("--help", { COLUMNS: "200" });
  const [, ...groups] = stdout.split(/^(?=(?:Reports|Schedules|Your deployment|On this machine|Options):$)/m);
  const named = groups.map((group) => Array.from(group.matchAll(/^ {2}toggl-insights ([\w-]+)/gm), ([, name]) => name));
  expect({ code, named }).toEqual({
    code: 0,
    named: [
      ["export", "trends", "exports", "download", "console"],
      ["schedules", "run", "backfill", "rebuild", "accept-columns"],
      ["deploy", "token", "doctor", "redrive", "smoke-aws", "destroy"],
      ["start", "tick", "completion"],
      [],
    ],
  });
});

describe("a command line that does not fit", () => {
  it.each([
    ["trends -w 1 --from 31.10.2026 --to 2026-11-01", "--from must be a day, such as 2026-10-01; it is 31.10.2026."],
    ["trends -w 1 --from 2026-10-01 --to 2026-10-32", "--to must be a day, such as 2026-10-01; it is 2026-10-32."],
    ["trends -w 1 --from 2026-10-02 --to 2026-10-01", "--from (2026-10-02) must not be after --to (2026-10-01)."],
    ["exports -w 1 --api http://a --api http://b", "--api is there more than once. Say it once."],
    ["exports -w 1 -w 5", "--workspace is there more than once. Say it once."],
    [
      "export trends/projects -w 1 --project-ids 1 --project-ids 2",
      "--project-ids is there more than once. Say it once.",
    ],
    ["exports -w abc", "--workspace must be the workspace's id at Toggl, a number such as 1234567."],
    ["doctor -w abc", "--workspace must be the workspace's id at Toggl, a number such as 1234567."],
    ["exports -w 1 --limit abc", "--limit must be a whole number from 1 to 100."],
    ["exports -w 1 --api http://", "--api must be an address, such as http://127.0.0.1:3000; it is http://."],
    ["exports -w 1 --stack", "--stack needs a value: A deployed stack, in AWS_REGION; its outputs have the address."],
    ["exports -w 1 --stack=", "--stack must be a stack's name, such as TogglInsights."],
    ["console -w 1 --port 99999", "--port must be a port, 0 to 65535, such as 3001."],
    ["console -w 1 --port abc", "--port must be a port, 0 to 65535, such as 3001."],
    ["export", "Say which report: toggl-insights export REPORT, such as profitability/projects."],
    ["download", "Say which export: toggl-insights download ID. toggl-insights exports shows their ids."],
    ["run", "Say which schedule: toggl-insights run NAME. toggl-insights schedules shows their names."],
    ["backfill monthly --to 2026-01", "Say from when to when: --from 2026-01 --to 2026-10."],
    ["backfill --from 2026 --to 2026", "Say which schedule: toggl-insights backfill NAME --from 2026-01 --to 2026-10."],
    ["backfill a --schedule b --from 2026 --to 2026", "Say the schedule once: by its name alone, or with --schedule."],
    ["exports -w 1 --api http://a --url http://b", "--api is there more than once. Say it once."],
    ["token --stage x --stage y", "--stage is there more than once. Say it once."],
  ])("has %j answered with a sentence that says what would fit", async (words, sentence) => {
    expect(await command(words)).toEqual({ code: 2, stdout: "", stderr: `${sentence}\nMore: toggl-insights --help\n` });
  });

  it("has a port that is taken answered with the flag that names another", async () => {
    const port = Number(new URL(await serve(() => {})).port);
    const { code, stderr } = await installed(`console -w 1 --port ${port}`);
    expect({ code, stderr: stderr.split("\n")[0] }).toEqual({
      code: 2,
      stderr: `Port ${port} is in use. Choose another one, such as --port ${port + 1}.`,
    });
  });
});

describe("backfill --json", () => {
  it("prints the plan, and nothing else", async () => {
    const schedules = [
      {
        name: "monthly",
        workspace_id: 7,
        report: "profitability/projects",
        formats: ["csv"],
        time_zone: "Europe/Berlin",
        period: "previous-month",
        week_start: "monday",
        settle_days: 0,
        previous_period: "none",
        parameters: {},
      },
    ];
    const api = await serve(({ url = "" }, response) => {
      if (url.endsWith("/schedules")) return void response.end(JSON.stringify({ schedules }));
      response.writeHead(404).end(JSON.stringify({ code: "export_not_found", detail: "There is none." }));
    });
    const words = `backfill monthly -w 7 --from 2025-11 --to 2025-12 --dry-run --json --api ${api}`;
    const { code, stdout } = await command(words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      plan: expect.objectContaining({ periods_to_make: 2, toggl_requests: 2, quota_per_hour: 600 }),
    });
  });
});

describe("an address that is none of the API", () => {
  /** As `python3 -m http.server` does. */
  const files: RequestListener = ({ method }, response) => {
    response.writeHead(method === "GET" ? 404 : 501, { "content-type": "text/html" }).end("<html></html>");
  };

  it("is told from an export that does not exist", async () => {
    const { code, stderr } = await installed(`exports -w 7 --api ${await serve(files)}`);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: "The address answered 404. Check that it is the address of a Toggl Insights API.\n",
    });
  });

  it.each([
    ["a server of files", files],
    ["a server that takes everything", (_: unknown, response: ServerResponse) => void response.end("{}")],
  ])("is not certified by the doctor: %s", async (_, answer) => {
    const { code, stdout } = await command(`doctor -w 7 --api ${await serve(answer)}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/API reached +WRONG\ncall allowed +-\n/);
    expect(stdout).toMatch(
      /API reached: The address answered (501|200)\. Check that it is the address of a Toggl Insights API\./,
    );
  });

  it("ends the doctor as it does the others where nothing answers, and with every check for a program", async () => {
    const { code, stdout } = await command("doctor -w 7 --json --api http://127.0.0.1:1024");
    expect(code).toBe(7);
    const [{ checks }] = JSON.parse(stdout).workspaces;
    expect(checks).toHaveLength(11);
    expect(checks.slice(0, 2)).toEqual([
      { check: "API reached", outcome: "wrong" },
      { check: "call allowed", outcome: "unknown" },
    ]);
  });

  it.each([
    [
      "http://example.invalid",
      2,
      /^http:\/\/example\.invalid is neither on this machine nor an address of API Gateway, .* \(--stack NAME finds it\), or set AWS_REGION\.\n$/,
    ],
    ["https://api.example.invalid", 2, /^Set AWS_REGION: the address does not say where the API is\.\n$/],
    [
      "https://abc.execute-api.eu-central-1.amazonaws.com/v1",
      4,
      /^There are no AWS credentials here\. Set AWS_PROFILE, or log in: aws sso login\n$/,
    ],
  ])("%s ends with %d, and says what signing needs", async (api, code, message) => {
    expect(await command(`exports -w 7 --api ${api}`)).toEqual({
      code,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });
});

describe("exports that are not there", () => {
  const empty: RequestListener = ({ url = "" }, response) => {
    const answer = url.endsWith("/schedules") ? { schedules: [{ name: "monthly" }] } : { exports: [] };
    response.end(JSON.stringify(answer));
  };

  it.each([
    ["exports -w 7", "Nothing was made yet."],
    ["exports -w 7 --status failed", "No export fits these filters."],
    ["exports -w 7 --schedule monthly", "No export fits these filters."],
    ["exports -w 7 --schedule nope", "No export fits these filters. There is no schedule nope now; there is monthly."],
  ])("have %j answered with what is so", async (words, sentence) => {
    expect(await command(`${words} --api ${await serve(empty)}`)).toEqual({
      code: 0,
      stdout: `${sentence}\n`,
      stderr: "",
    });
  });
});

it("says only its own sentence of a stack that cannot be looked up, on every Node that it runs on", async () => {
  const refusal = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";
  const cloudFormation = await serve((_, response) => void response.writeHead(403).end(refusal));
  const env = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIATEST",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation,
  };
  expect(await installed("exports -w 7 --stack One", env)).toEqual({ code: 4, stdout: "", stderr: "No.\n" });
});
