import { beforeEach, describe, expect, it } from "vitest";
import { tokenSource } from "../../../lambdas/adapters/toggl/token-source.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { Failure } from "../../../lambdas/core/failure.ts";

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
const because = new Failure("toggl_credentials_rejected", "refused");

let value: string | undefined;
let error: Error | undefined;
let reads: number;
let time: number;

const readSecret = async () => {
  reads++;
  if (error) throw error;
  return value;
};
const source = () => tokenSource({ readSecret, secrets: new Map([[1, "toggl/acme"]]), clock: { now: () => time } });

beforeEach(() => {
  value = "token";
  error = undefined;
  reads = 0;
  time = 1_000_000;
});

describe("secrets that are read ahead", () => {
  const ahead = (secrets: [number, string][]) => {
    const tokens = tokenSource({ readSecret, secrets: new Map(secrets), clock: { now: () => time } });
    tokens.prefetch();
    return tokens;
  };

  it("are not read again inside the cache time", async () => {
    const tokens = ahead([
      [1, "toggl/acme"],
      [2, "toggl/acme"],
    ]);
    expect(reads).toBe(1);
    time += 299_000;
    expect([await tokens.read(1, deadline), await tokens.read(2, deadline)]).toEqual(["token", "token"]);
    expect(reads).toBe(1);
    time += 1000;
    await tokens.read(1, deadline);
    expect(reads).toBe(2);
  });

  it("are read again by the call, if they could not be read", async () => {
    error = new Error("no connection");
    const tokens = ahead([[1, "toggl/acme"]]);
    await new Promise(setImmediate);
    error = undefined;
    expect(await tokens.read(1, deadline)).toBe("token");
    expect(reads).toBe(2);
  });

  it("are few: of many, each is read when it is needed", () => {
    ahead([1, 2, 3, 4].map((id) => [id, `toggl/${id}`]));
    expect(reads).toBe(0);
  });
});

describe("a token", () => {
  it.each([
    ["plain", "abc123"],
    ["with white space around it", "  abc123\n"],
    ["as JSON", '{"api_token":"abc123"}'],
    ["as JSON with white space", ' { "api_token": " abc123 " } '],
  ])("may be %s", async (_, secret) => {
    value = secret;
    expect(await source().read(1, deadline)).toBe("abc123");
  });

  it.each(["", undefined, "  ", "{}", '{"api_token":5}', '{"api_token":', "two words"])(
    "is not set if the secret holds %j",
    async (secret) => {
      value = secret;
      await expect(source().read(1, deadline)).rejects.toMatchObject({
        kind: "token_not_set",
        message: expect.stringMatching(/toggl\/acme.*`npm run token -- --workspace 1`/),
      });
    },
  );

  it("is never quoted by a failure", async () => {
    for (value of ["two words", '{"token":"two words"}', '{"api_token":"two words"']) {
      await expect(source().read(1, deadline)).rejects.toThrow(/^((?!two words).)*$/s);
    }
  });

  it("is not set if there is no such secret, and cannot be read if that is denied", async () => {
    error = Object.assign(new Error(), { name: "ResourceNotFoundException" });
    await expect(source().read(1, deadline)).rejects.toMatchObject({ kind: "token_not_set" });
    error = Object.assign(new Error(), { name: "AccessDeniedException" });
    await expect(source().read(1, deadline)).rejects.toMatchObject({
      kind: "token_unavailable",
      message: expect.stringMatching(/toggl\/acme.*`npm run token -- --workspace 1`.*policy.*KMS key/),
    });
    error = Object.assign(new Error(), { name: "InternalServiceError" });
    await expect(source().read(1, deadline)).rejects.toThrow(/^((?!npm run token|KMS).)*$/s);
  });

  it("is read once for many calls, and again after five minutes", async () => {
    const tokens = source();
    await Promise.all([tokens.read(1, deadline), tokens.read(1, deadline)]);
    expect(reads).toBe(1);
    time += 5 * 60_000;
    await tokens.read(1, deadline);
    expect(reads).toBe(2);
  });

  it("is read again once it is rejected, but not twice within a minute", async () => {
    const tokens = source();
    await tokens.read(1, deadline);
    value = "rotated";
    expect(await tokens.renew(1, { rejected: "token", because }, deadline)).toBe("rotated");
    await expect(tokens.renew(1, { rejected: "rotated", because }, deadline)).rejects.toBe(because);
    expect(reads).toBe(2);
    time += 60_000;
    await tokens.renew(1, { rejected: "rotated", because }, deadline);
    expect(reads).toBe(3);
  });

  it("that somebody else renewed meanwhile is taken as it is", async () => {
    const tokens = source();
    expect(await tokens.read(1, deadline)).toBe("token");
    expect(await tokens.renew(1, { rejected: "older", because }, deadline)).toBe("token");
    expect(reads).toBe(1);
  });

  it("that could not be read is asked for again by the next call", async () => {
    const tokens = source();
    error = new Error("once");
    await expect(tokens.read(1, deadline)).rejects.toThrow();
    error = undefined;
    expect(await tokens.read(1, deadline)).toBe("token");
  });
});
