import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { askToggl } from "../../../lambdas/adapters/toggl/ask-toggl.ts";
import type { Fetch, FetchInit } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { overTheWire } from "../../../lambdas/adapters/toggl/raw-fetch.ts";
import { togglBody } from "../../../lambdas/adapters/toggl/toggl-body.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { Listening } from "../../../local/listening.ts";
import { serveFetch } from "../../../local/serve-fetch.ts";
import { clientOf, request, withinMs } from "./client.ts";

const question = { url: "https://toggl.example/report", parameters: { currency: "usd" }, token: "canary" };
const over = (fetch: Fetch) => ({ fetch, clock: { now: () => 0 }, warnings: async () => {} });
const ask = (fetch: Fetch) => askToggl(question, over(fetch), withinMs(5000)).catch((error) => error);

/** A body of so many pieces of a kilobyte, and how many of them were read. */
const pieces = (count: number) => {
  let read = 0;
  let cancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      if (read++ < count) controller.enqueue(new Uint8Array(1024).fill(97));
      else controller.close();
    },
    cancel() {
      cancelled = true;
    },
  });
  return { body, read: () => read, cancelled: () => cancelled };
};

const bodyOf = async (body: AsyncIterable<Buffer>) => {
  const read: Buffer[] = [];
  for await (const piece of body) read.push(piece);
  return Buffer.concat(read).toString();
};

describe("a question to Toggl", () => {
  it("is JSON, wants no encoding, says who asks, and carries the token in one header", async () => {
    let sent: FetchInit | undefined;
    await ask(async (_, init) => {
      sent = init;
      return new Response("fine");
    });
    expect(sent).toMatchObject({ method: "POST", body: '{"currency":"usd"}' });
    expect(sent?.headers).toEqual({
      authorization: `Basic ${Buffer.from("canary:api_token").toString("base64")}`,
      "content-type": "application/json",
      "accept-encoding": "identity",
      "user-agent": "toggl-insights-aws",
    });
  });

  it("without parameters is a GET without a body", async () => {
    const sent: FetchInit[] = [];
    const { parameters: _, ...bare } = question;
    const fetch: Fetch = async (_url, init) => {
      sent.push(init);
      return new Response("fine");
    };
    await askToggl(bare, over(fetch), withinMs(5000));
    expect(sent).toMatchObject([{ method: "GET", headers: { authorization: expect.stringMatching(/^Basic /) } }]);
    expect(sent[0]).not.toHaveProperty("body");
    expect(sent[0]?.headers).not.toHaveProperty("content-type");
  });

  it("hides the token in what an error says", async () => {
    const failure = await ask(async () => new Response("canary, you said canary", { status: 400 }));
    expect(failure.message).toContain("[token], you said [token]");
  });

  it("reads an error in pieces to its end, and no more than 64 KB of one that has none", async () => {
    const whole = new ReadableStream({
      start(controller) {
        for (const piece of ["in two", " pieces"]) controller.enqueue(Buffer.from(piece));
        controller.close();
      },
    });
    expect((await ask(async () => new Response(whole, { status: 400 }))).message).toContain("in two pieces");

    const long = pieces(1000);
    expect(await ask(async () => new Response(long.body, { status: 500 }))).toMatchObject({
      kind: "toggl_unavailable",
    });
    expect(long.read()).toBeGreaterThanOrEqual(64);
    expect(long.read()).toBeLessThanOrEqual(66); // a stream reads one piece ahead
    expect(long.cancelled()).toBe(true);
  });
});

describe("a body", () => {
  it.each([
    ["of the declared length", { "content-length": "4" }, true],
    ["shorter than declared", { "content-length": "5" }, false],
    ["of no declared length", {}, false],
  ])("%s is whole: %s", async (_, headers, isWhole) => {
    const body = togglBody(new Response("file", { headers }), withinMs(1000));
    expect(await bodyOf(body)).toBe("file");
    expect(body.isProvenWhole()).toBe(isWhole);
  });

  it("that is empty is proven by a length of 0 alone", async () => {
    const empty = togglBody(new Response(null), withinMs(1000));
    expect(await bodyOf(empty)).toBe("");
    expect(empty.isProvenWhole()).toBe(false);
  });

  it("lets go of the connection when its reader stops", async () => {
    const long = pieces(10);
    for await (const _ of togglBody(new Response(long.body), withinMs(1000))) break;
    expect(long.cancelled()).toBe(true);
  });

  const encoded = (encoding: string, bytes: Uint8Array<ArrayBuffer>) =>
    bodyOf(togglBody(new Response(bytes, { headers: { "content-encoding": encoding } }), withinMs(1000)));

  it("is decoded, or refused with its reason", async () => {
    const zipped = new Uint8Array(gzipSync("file"));
    expect(await encoded("gzip", zipped)).toBe("file");
    expect(await encoded(" X-GZIP ", zipped)).toBe("file");
    await expect(encoded("gzip", zipped.slice(0, -4))).rejects.toMatchObject({
      kind: "toggl_invalid_file",
      message: "Toggl's compressed answer is damaged or cut short. Nothing was stored.",
      cause: expect.any(Error),
    });
    await expect(encoded(`zstd${"!".repeat(100)}`, zipped)).rejects.toMatchObject({
      kind: "toggl_unexpected",
      message: `Toggl's answer is encoded as zstd${"!".repeat(36)}.`,
    });
  });

  const raw = new Uint8Array(deflateRawSync("file"));
  const zlibbed = new Uint8Array(deflateSync("file"));
  const twice = new Uint8Array(gzipSync(gzipSync("file")));
  it.each([
    ["none", new Uint8Array(Buffer.from("file"))],
    ["utf-8", new Uint8Array(Buffer.from("file"))],
    ["charset=ISO-8859-1", new Uint8Array(Buffer.from("file"))],
    ['charset="utf-8"', new Uint8Array(Buffer.from("file"))],
    ["text/csv; charset=utf-8", new Uint8Array(Buffer.from("file"))],
    ["binary", new Uint8Array(Buffer.from("file"))],
    ["identity, UTF8", new Uint8Array(Buffer.from("file"))],
    [" , ", new Uint8Array(Buffer.from("file"))],
    ["deflate", zlibbed],
    ["deflate", raw],
    ["deflate, none", raw],
    ["gzip, gzip", twice],
    ["br", new Uint8Array(brotliCompressSync("file"))],
  ])("that is declared as %j is read", async (encoding, bytes) => {
    expect(await encoded(encoding, bytes)).toBe("file");
  });

  it.each([
    ["deflate", raw.slice(0, -1)],
    ["deflate", zlibbed.slice(0, -1)],
    ["deflate", raw.slice(0, 1)],
    ["deflate", new Uint8Array()],
    ["gzip", new Uint8Array()],
    ["gzip, gzip", new Uint8Array(gzipSync("file"))],
  ])("that is declared as %s and is not all of it is refused", async (encoding, bytes) => {
    await expect(encoded(encoding, bytes)).rejects.toMatchObject({ kind: "toggl_invalid_file" });
  });

  it("in many pieces is decoded, whatever pieces", async () => {
    for (const bytes of [raw, zlibbed]) {
      const single = new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      const response = new Response(single, { headers: { "content-encoding": "deflate" } });
      expect(await bodyOf(togglBody(response, withinMs(1000)))).toBe("file");
    }
  });

  it("that breaks off while it is decoded is a broken connection, not a damaged file", async () => {
    const breaks = new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error("reset"), { code: "ECONNRESET" })),
    });
    const response = new Response(breaks, { headers: { "content-encoding": "gzip" } });
    await expect(bodyOf(togglBody(response, withinMs(1000)))).rejects.toMatchObject({ kind: "toggl_unavailable" });
  });
});

describe("a connection that fails", () => {
  const failing = (thrown: unknown, milliseconds = 1000) =>
    overTheWire(withinMs(milliseconds), () => Promise.reject(thrown)).catch((error) => error);

  it.each([
    [Object.assign(new Error("secret"), { code: "EPIPE" }), "EPIPE"],
    [new TypeError("secret"), "TypeError"],
    [Object.assign(new Error("secret"), { code: 7 }), "Error"],
    [new TypeError("secret", { cause: Object.assign(new Error("secret"), { code: "ECONNRESET" }) }), "ECONNRESET"],
    [new TypeError("secret", { cause: "secret" }), "unknown"],
  ])("tells its code and not its text: %s %s", async (thrown, code) => {
    expect(await failing(thrown)).toMatchObject({
      kind: "toggl_unavailable",
      message: `The connection to Toggl failed (${code}).`,
      cause: thrown,
    });
  });

  it("past the deadline says what can be done", async () => {
    const late = new Error("aborted");
    const deadline = { signal: AbortSignal.abort(), remainingMs: () => 0 };
    const failure = await overTheWire(deadline, () => Promise.reject(late)).catch((error) => error);
    expect(failure).toMatchObject({ kind: "toggl_timeout", cause: late });
    expect(failure.message).toContain("Prefer: respond-async");
  });

  it("keeps what it was already called", async () => {
    const known = new Failure("toggl_gone", "Gone.");
    expect(await failing(known)).toBe(known);
  });
});

describe("the client", () => {
  let server: Listening | undefined;
  afterEach(() => server?.close());

  it("has the very token renewed that was rejected, with the reason", async () => {
    server = await serveFetch(async ({ headers }) => {
      const isNew = headers.get("authorization") === `Basic ${Buffer.from("new:api_token").toString("base64")}`;
      return isNew ? new Response("fine") : new Response("no", { status: 403 });
    });
    const renewals: unknown[] = [];
    const tokens = {
      read: async () => "old",
      renew: async (...asked: unknown[]) => {
        renewals.push(asked);
        return "new";
      },
    };
    const client = clientOf(server.url, { tokens });
    expect(await client.ask(request, bodyOf, withinMs(5000))).toMatchObject({ value: "fine", toggl: { requests: 2 } });
    const because = expect.objectContaining({ kind: "toggl_credentials_rejected" });
    expect(renewals).toEqual([[1, { rejected: "old", because }, expect.anything()]]);
  });

  it("logs Warning headers, whatever the status, and asks the bucket who is to", async () => {
    let status = 200;
    server = await serveFetch(
      async () => new Response("fine", { status, headers: { warning: `299 - "Gone in ${status}, \u00a0canary!"` } }),
    );
    const logged: unknown[] = [];
    const claimed: string[] = [];
    const client = clientOf(server.url, {
      token: "canary",
      telemetry: { event: (...line) => void logged.push(line), measure: () => {} },
      coordination: {
        warnings: {
          async claim(day) {
            claimed.push(day);
            return true;
          },
        },
      },
    });
    await client.ask(request, bodyOf, withinMs(5000));
    await client.ask(request, bodyOf, withinMs(5000));
    status = 400;
    await client.ask(request, bodyOf, withinMs(5000)).catch(() => {});
    expect(logged).toEqual([
      ["WARN", "Toggl warns", { warning: "Gone in 200, [token]!" }],
      ["WARN", "Toggl warns", { warning: "Gone in 400, [token]!" }],
    ]);
    expect(claimed).toEqual([0, 0].map(() => expect.stringMatching(/^\d{4}-\d\d-\d\d$/)));
  });

  it("does not ask again for what is wrong on our side", async () => {
    let requests = 0;
    server = await serveFetch(async () => new Response(String(requests++)));
    const mistake = new TypeError("a mistake of ours");
    const read = () => Promise.reject(mistake);
    await expect(clientOf(server.url).ask(request, read, withinMs(5000))).rejects.toBe(mistake);
    expect(requests).toBe(1);
  });
});
