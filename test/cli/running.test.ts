import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findRunning, forgetRunning, noteRunning } from "../../cli/running.ts";
import { startControl } from "../../local/control.ts";
import { listenOnLoopback } from "../../local/listening.ts";

const closing: (() => Promise<void>)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "running-"));
  vi.stubEnv("LOCAL_DATA_DIR", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** What `npm start` notes of itself, with the address that answers for as long as it runs. */
async function start(url: string) {
  const { url: control_url, close } = await startControl({ fire: () => true });
  closing.push(close);
  return { url, control_url, close };
}

/** Runs `npm start` as npm does. */
const npmStart = (port: number) =>
  new Promise<{ code: number; stderr: string }>((done) => {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, LOCAL_DATA_DIR: folder, PORT: String(port) };
    execFile(process.execPath, ["scripts/command.mjs", "start"], { env }, (error, _, stderr) =>
      done({ code: Number(error?.code ?? 0), stderr }),
    );
  });

it("is noted once in a folder, for as long as it runs", async () => {
  const [first, second] = [await start("http://one"), await start("http://two")];
  await noteRunning(first);
  await expect(noteRunning(second)).rejects.toThrow(/already running here, at http:\/\/one\. .*LOCAL_DATA_DIR=/);
  expect(findRunning().url).toBe("http://one");
  await first.close();
  await noteRunning(second);
  expect(findRunning().url).toBe("http://two");
});

it.each(["no file", "a file that everybody may read"])(
  "is noted for its owner alone over %s: a key may stand in it",
  async (before) => {
    const file = join(folder, "running.json");
    if (before !== "no file") {
      writeFileSync(file, "{}");
      chmodSync(file, 0o666);
    }
    await noteRunning(await start("http://one"));
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  },
);

it("is noted where the one before was killed and another server has its port now", async () => {
  const { url } = await listenOnLoopback(
    createServer((_, response) => void response.end("something else")),
    0,
  ).then((server) => {
    closing.push(server.close);
    return server;
  });
  await noteRunning({ url, control_url: `${url}/gone` });
  await noteRunning(await start("http://two"));
  expect(findRunning().url).toBe("http://two");
});

it("forgets itself when it ends, and no other", async () => {
  const [first, second] = [await start("http://one"), await start("http://two")];
  await noteRunning(first);
  forgetRunning(second);
  expect(findRunning().url).toBe("http://one");
  forgetRunning(first);
  expect(findRunning).toThrow("Nothing is running here");
});

it("is refused a second time in the same folder, before anything is made", async () => {
  await noteRunning(await start("http://127.0.0.1:3000"));
  const before = readFileSync(join(folder, "running.json"), "utf8");
  const { code, stderr } = await npmStart(0);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      "\nnpm start is already running here, at http://127.0.0.1:3000. Stop it, or give this one its own folder: LOCAL_DATA_DIR=.local-2 PORT=3010 npm start\n\n",
  });
  expect(readFileSync(join(folder, "running.json"), "utf8")).toBe(before);
  expect(existsSync(join(folder, "cdk.out"))).toBe(false);
});

it("is refused a port that is in use, before anything is made", async () => {
  const { url, close } = await listenOnLoopback(createServer(), 0);
  closing.push(close);
  const port = Number(new URL(url).port);
  const { code, stderr } = await npmStart(port);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `\nPort ${port} is in use. Choose another one, such as PORT=${port + 1} npm start.\n\n`,
  });
  expect(existsSync(join(folder, "cdk.out"))).toBe(false);
});
