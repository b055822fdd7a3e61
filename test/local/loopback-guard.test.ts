import { once } from "node:events";
import { createServer } from "node:http";
import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

let server: Listening;
let port: number;
let reached = 0;

beforeAll(async () => {
  const plain = createServer((message, response) => {
    reached++;
    message.resume().on("end", () => response.end("answered"));
  });
  server = await listenOnLoopback(plain, 0, { linked: (url) => url === "/page" });
  port = Number(new URL(server.url).port);
});
afterAll(() => server.close());

/** Sends these lines as they are; gives the status, and whether the server's own listener saw the request. */
async function ask(line: string, headers: readonly string[], body = "") {
  reached = 0;
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  const socket = createConnection(port, "127.0.0.1");
  socket.write([line, ...headers, ...length, "Connection: close", "", body].join("\r\n").replaceAll("PORT", `${port}`));
  const answer = await text(socket);
  return { status: Number(answer.slice(9, 12)), reached: reached === 1, answer };
}

const own = "Host: 127.0.0.1:PORT";
const post = "POST /x HTTP/1.1";
const get = "GET /x HTTP/1.1";
const form = "Content-Type: application/x-www-form-urlencoded";
const json = "Content-Type: application/json";

describe("a server on the loopback answers", () => {
  it.each<[string, string, string[], string?]>([
    ["curl -d", post, [own, form, "User-Agent: curl/8.5.0"], '{"currency":"usd"}'],
    ["curl to localhost", get, ["Host: localhost:PORT"]],
    ["curl to [::1]", get, ["Host: [::1]:PORT"]],
    ["curl to LOCALHOST", get, ["Host: LOCALHOST:PORT"]],
    ["fetch of Node.js", post, [own, "Content-Type: text/plain;charset=UTF-8", "Sec-Fetch-Mode: cors"], "{}"],
    ["its own page's JSON", post, [own, "Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: same-origin", json], "{}"],
    ["its own page's POST without a body", post, [own, "Origin: http://127.0.0.1:PORT", "Content-Length: 0"]],
    ["an address that somebody types", get, [own, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"]],
    [
      "a link elsewhere to an address that is for links",
      "GET /page HTTP/1.1",
      [own, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
    ],
  ])("%s", async (_, line, headers, body) => {
    expect(await ask(line, headers, body)).toMatchObject({ status: 200, reached: true });
  });
});

it("names no time after which it ends an idle connection, since a request could be on its way", async () => {
  const socket = createConnection(port, "127.0.0.1");
  socket.write(["GET /x HTTP/1.1", own.replace("PORT", `${port}`), "", ""].join("\r\n"));
  const [answer] = await once(socket, "data");
  socket.destroy();
  expect(String(answer)).toMatch(/^Connection: keep-alive\r$/m);
  expect(String(answer)).not.toMatch(/^Keep-Alive: timeout/im);
});

describe("a server on the loopback does not even look at", () => {
  it.each<[string, string, string[], number, string?]>([
    ["a name that resolves here", get, ["Host: evil.example:PORT"], 421],
    ["a name that begins like ours", get, ["Host: 127.0.0.1.evil.example:PORT"], 421],
    ["a name that ends like ours", get, ["Host: evil.localhost:PORT"], 421],
    ["another port", get, ["Host: 127.0.0.1:1"], 421],
    ["no port", get, ["Host: 127.0.0.1"], 421],
    ["0.0.0.0", get, ["Host: 0.0.0.0:PORT"], 421],
    ["no Host at all, as HTTP/1.0 has it", "GET /x HTTP/1.0", [], 421],
    ["an empty Host", get, ["Host: "], 421],
    ["a page elsewhere that posts", post, [own, "Origin: http://evil.example", json], 403, "{}"],
    ["a page of another port", post, [own, "Origin: http://127.0.0.1:1", json], 403, "{}"],
    ["a page of another name of ours", post, [own, "Origin: http://localhost:PORT", json], 403, "{}"],
    ["a page of no origin", post, [own, "Origin: null", json], 403, "{}"],
    ["a page with TLS", post, [own, "Origin: https://127.0.0.1:PORT", json], 403, "{}"],
    ["an extension", post, [own, "Origin: chrome-extension://abc", json], 403, "{}"],
    ["two origins", post, [own, "Origin: http://127.0.0.1:PORT", "Origin: http://evil.example", json], 403, "{}"],
    ["a question before a call", "OPTIONS /x HTTP/1.1", [own, "Origin: http://evil.example"], 403],
    ["an image elsewhere", get, [own, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"], 403],
    ["a script of another port", get, [own, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors"], 403],
    ["a site that is not known", get, [own, "Sec-Fetch-Site: somewhere"], 403],
    ["a link to what is not for links", get, [own, ...cross("navigate", "document")], 403],
    ["a frame", "GET /page HTTP/1.1", [own, ...cross("navigate", "iframe")], 403],
    ["an image of what is for links", "GET /page HTTP/1.1", [own, ...cross("no-cors", "image")], 403],
    ["a form to what is for links", "POST /page HTTP/1.1", [own, ...cross("navigate", "document"), form], 403, "a=b"],
    ["a form of its own page", post, [own, "Origin: http://127.0.0.1:PORT", form], 415, "a=b"],
    ["plain text of its own page", post, [own, "Sec-Fetch-Site: same-origin", "Content-Type: text/plain"], 415, "{}"],
    ["JSON in name only", post, [own, "Sec-Fetch-Site: same-origin", "Content-Type: text/json"], 415, "{}"],
    ["a body of no type", post, [own, "Origin: http://127.0.0.1:PORT"], 415, "{}"],
  ])("%s", async (_, line, headers, status, body) => {
    const { answer, ...seen } = await ask(line, headers, body);
    expect(seen).toEqual({ status, reached: false });
    expect(answer).toContain("application/problem+json");
    expect(answer).not.toMatch(/access-control-allow/i);
  });
});

function cross(mode: string, destination: string): string[] {
  return ["Sec-Fetch-Site: cross-site", `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${destination}`];
}
