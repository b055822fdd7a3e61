import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "npm-start-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Runs `npm start` in a process group of its own, as a terminal does. */
function npmStart(settings: Record<string, string>) {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LOCAL_DATA_DIR: directory, PORT: "0", ...settings };
  const child = spawn("npm", ["start"], { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      output += piece;
    });
  }
  const exited = once(child, "exit");
  return {
    output: () => output,
    exited,
    ready: () => expect.poll(() => output, { timeout: 60_000, interval: 50 }).toContain("Ctrl-C stops it"),
    /** Ctrl-C reaches the whole group. */
    interrupt: () => process.kill(-(child.pid ?? 0), "SIGINT"),
    alone: () => child.kill("SIGTERM"),
  };
}

const canConnect = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection({ host, port, timeout: 1000 });
    socket
      .on("connect", () => resolve(true))
      .on("error", () => resolve(false))
      .on("timeout", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

describe("npm start", () => {
  it("prints three lines that work when pasted, listens on the loopback alone, and ends on Ctrl-C", async () => {
    const started = npmStart({});
    await started.ready();
    const lines = started.output().match(/^ {2}curl .+$/gm) ?? [];
    expect(lines).toHaveLength(3);
    const answers: { download_url?: string; exports?: object[]; length?: number }[] = [];
    for (const line of lines) answers.push(JSON.parse((await run("bash", ["-c", line])).stdout));
    expect(await (await fetch(answers[0]?.download_url ?? "")).text()).toMatch(/^Project,Client,Period/);
    expect(answers[1]?.exports).toHaveLength(1);
    expect(answers[2]?.length).toBe(40);

    const port = Number(/ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(started.output())?.[1]);
    expect(await canConnect("127.0.0.1", port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal }) => !internal);
    for (const { address } of others) expect(await canConnect(address, port), address).toBe(false);

    const interruptedAt = Date.now();
    started.interrupt();
    await started.exited;
    expect(Date.now() - interruptedAt).toBeLessThan(5000);
    await expect.poll(() => canConnect("127.0.0.1", port)).toBe(false);
  }, 90_000);

  it("ends too when only npm itself is told to", async () => {
    const started = npmStart({});
    await started.ready();
    const port = Number(/ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(started.output())?.[1]);
    started.alone();
    await started.exited;
    await expect.poll(() => canConnect("127.0.0.1", port), { timeout: 5000 }).toBe(false);
  }, 90_000);

  it("says at once what is wrong with the settings", async () => {
    const started = npmStart({ PORT: "x", TOGGL_BASE_URL: "http://toggl.example", AWS_ENDPOINT_URL_S3: "ftp:x" });
    const [code] = await started.exited;
    expect(code).toBe(1);
    expect(started.output()).toMatch(
      /PORT must be a port.*\n.*TOGGL_BASE_URL must start with https.*\n.*AWS_ENDPOINT_URL_S3/,
    );
  }, 30_000);

  it("says what is wrong with the configuration", async () => {
    const started = npmStart({ INSIGHTS_CONFIG: "/nowhere.json" });
    await started.exited;
    expect(started.output()).toContain("/nowhere.json does not exist");
  }, 30_000);
});
