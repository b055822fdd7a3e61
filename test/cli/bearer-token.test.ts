import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { bearerToken } from "../../cli/bearer-token.ts";
import { UsageError } from "../../cli/exit-codes.ts";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("comes from the environment or from what a command prints, which goes first", async () => {
  expect(bearerToken(undefined)).toBeUndefined();
  vi.stubEnv("TOGGL_INSIGHTS_TOKEN", ` ${jwt}\n`);
  expect(await bearerToken(undefined)?.()).toBe(jwt);
  expect(await bearerToken(`echo Bearer ${jwt}2`)?.()).toBe(`${jwt}2`);
});

it("runs the command once for calls that follow each other, and again after a minute", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(1000);
  const token = bearerToken("echo a.b.$$");
  const first = await token?.();
  clock.mockReturnValue(61_000);
  expect(await token?.()).toBe(first);
  clock.mockReturnValue(61_001);
  expect(await token?.()).not.toBe(first);
  clock.mockRestore();
});

it("runs the command again after a failure, and never repeats what it printed", async () => {
  const done = join(mkdtempSync(join(tmpdir(), "token-")), "done");
  const second = bearerToken(`if [ -e ${done} ]; then echo ${jwt}; else touch ${done}; echo pass word; fi`);
  const error = await second?.().catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/What --token-command prints is no JWT/);
  expect(String(error)).not.toContain("pass word");
  expect(await second?.()).toBe(jwt);
  const failing = bearerToken("echo no luck >&2; exit 3");
  await expect(failing?.()).rejects.toThrow("The command of --token-command failed: no luck");
  await expect(failing?.()).rejects.toThrow(UsageError);
});

it.each(["", "hello", "a.b", "a.b.c d", "a.b.c\nd.e.f"])(
  "refuses what is no JWT without repeating it: %j",
  async (text) => {
    vi.stubEnv("TOGGL_INSIGHTS_TOKEN", text);
    const token = bearerToken(undefined);
    if (text === "") return expect(token).toBeUndefined();
    const error = await token?.().catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/TOGGL_INSIGHTS_TOKEN is no JWT/);
    expect(String(error)).not.toContain(text);
  },
);

it("refuses an empty command", () => {
  expect(() => bearerToken("")).toThrow(UsageError);
});
