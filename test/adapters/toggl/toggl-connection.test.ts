import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { clientOf, request, withinMs } from "./client.ts";

const ask = (baseUrl: string) =>
  clientOf(baseUrl)
    .ask(request, async () => {}, withinMs(5000))
    .catch((error) => error);

const listen = async (server: ReturnType<typeof createServer>) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

it("tells that nobody listens", async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({
    kind: "toggl_unavailable",
    message: "The connection to Toggl failed (ECONNREFUSED).",
  });
});

it("tells that there is no such host", async () => {
  expect(await ask("https://toggl.invalid")).toMatchObject({
    kind: "toggl_unavailable",
    message: expect.stringMatching(/\((ENOTFOUND|EAI_AGAIN|EAI_FAIL)\)/),
  });
});

it("tells that TLS fails", async () => {
  const server = createTlsServer({}); // without a certificate there is nothing to agree on
  server.on("tlsClientError", () => {});
  const port = await listen(server);
  const failure = await ask(`https://127.0.0.1:${port}`);
  server.close();
  expect(failure).toMatchObject({
    kind: "toggl_unavailable",
    message: expect.stringMatching(/\((ERR_SSL|EPROTO|ECONNRESET)/),
  });
});

it("does not speak plain HTTP to who asked for TLS, nor garbage to anybody", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("no HTTP at all\r\n\r\n"));
  const port = await listen(server);
  expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({ kind: "toggl_unavailable" });
  expect(await ask(`https://127.0.0.1:${port}`)).toMatchObject({ kind: "toggl_unavailable" });
  server.close();
});

it.each([
  ["one header of 17 KB", [`x-filler: ${"x".repeat(17 * 1024)}`]],
  ["many headers", Array.from({ length: 400 }, (_, at) => `x-filler-${at}: ${"x".repeat(50)}`)],
])("refuses an answer with %s in one sentence, and does not ask for it again", async (_, lines) => {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    const answer = ["HTTP/1.1 200 OK", ...lines, "content-length: 4", "", "file"].join("\r\n");
    socket.on("error", () => {}).end(answer);
  });
  const failure = await ask(`http://127.0.0.1:${await listen(server)}`);
  server.close();
  expect(failure).toMatchObject({
    kind: "toggl_unexpected",
    message: "The headers of Toggl's answer are larger than 16 KB. Nothing of it was read.",
  });
  expect(failure.cause).toBeUndefined();
  expect(asked).toBe(1);
});

it("takes headers of 15 KB", async () => {
  const filler = `x-filler: ${"x".repeat(15 * 1024)}`;
  const server = createServer((socket) => {
    socket.on("error", () => {}).end(`HTTP/1.1 200 OK\r\n${filler}\r\ncontent-length: 0\r\n\r\n`);
  });
  const answer = await clientOf(`http://127.0.0.1:${await listen(server)}`).ask(
    request,
    async () => "read",
    withinMs(5000),
  );
  server.close();
  expect(answer.value).toBe("read");
});
