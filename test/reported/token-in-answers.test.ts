import { expect, it } from "vitest";
import { askToggl } from "../../lambdas/adapters/toggl/ask-toggl.ts";
import { outsideText } from "../../lambdas/core/toggl/outside-text.ts";
import { checkTrends } from "../../lambdas/core/toggl/trends-check.ts";
import { withinMs } from "../adapters/toggl/client.ts";
import { formsOf } from "../faults/leaks.ts";
import { reportedCases } from "./reported-cases.ts";

/** With a sign that base64 and base64url write differently. */
const token = "canary0token~c0ffee0-d15ea5e";
const base64 = Buffer.from(`${token}:api_token`).toString("base64");
const each = (write: (code: number, at: number) => string) =>
  Array.from(token, (character, at) => write(character.charCodeAt(0), at)).join("");
const hex = (code: number) => code.toString(16).padStart(2, "0");

const writings: Record<string, [before: string, written: string]> = {
  "as it is": ["shown in 3 of 9", token],
  "in capitals": ["shown in 8 of 9", token.toUpperCase()],
  "in mixed case": [
    "shown in 8 of 9",
    each((code, at) => String.fromCharCode(code)[at % 2 ? "toUpperCase" : "toLowerCase"]()),
  ],
  "in base64": ["shown in 3 of 9", base64],
  "in base64 without padding": ["shown in 8 of 9", base64.replaceAll("=", "")],
  "in base64url": ["shown in 8 of 9", Buffer.from(`${token}:api_token`).toString("base64url")],
  "in base64 behind one character": ["shown in 8 of 9", Buffer.from(`x${token}`).toString("base64")],
  "in base64 behind two characters": ["shown in 8 of 9", Buffer.from(`xy${token}:`).toString("base64")],
  "in base64 over two lines": ["shown in 8 of 9", base64.replace(/^.{20}/, "$&\r\n")],
  "in base64, its signs escaped for a URL": ["shown in 8 of 9", encodeURIComponent(base64)],
  "with escapes of JSON": ["shown in 7 of 9", each((code) => `\\u00${hex(code)}`)],
  "with escapes of JSON within JSON": ["shown in 7 of 9", each((code) => `\\\\u00${hex(code)}`)],
  "with some escapes of JSON": [
    "shown in 7 of 9",
    each((code, at) => (at % 3 ? String.fromCharCode(code) : `\\u00${hex(code).toUpperCase()}`)),
  ],
  "percent-encoded": ["shown in 7 of 9", each((code) => `%${hex(code)}`)],
  "percent-encoded twice": ["shown in 7 of 9", each((code) => `%25${hex(code).toUpperCase()}`)],
  "with entities of HTML": ["shown in 7 of 9", each((code, at) => (at % 2 ? `&#${code};` : `&#x${hex(code)};`))],
  "in hexadecimal": ["shown in 7 of 9", Buffer.from(token).toString("hex")],
  "broken over lines": ["shown in 8 of 9", token.replace(/^.{9}/, "$&\n  ")],
  "with escaped line breaks inside": ["shown in 8 of 9", token.replace(/^.{9}/, "$&\\n").replace(/.{9}$/, "%0d%0A$&")],
  "with escapes of mail": ["shown in 7 of 9", each((code) => `=${hex(code).toUpperCase()}`)],
  "with what is invisible and escaped inside": ["shown in 8 of 9", token.replace(/^.{9}/, "$&\\u200b\\u00ad")],
  "with what is invisible inside": ["shown in 8 of 9", token.replace(/^.{9}/, "$&\u200b\u00ad")],
};

/** Undoes what a reader could undo, and looks for the token. */
function says(text: string): "the token" | "no token" {
  const undone = text
    .replaceAll(/\\+n|%0[da]|\\u(200b|00ad)/gi, "")
    .replaceAll(/=([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/%(25)?([0-9a-f]{2})/gi, (_, __, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\+u00([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll(/[\s\p{Cf}]/gu, "")
    .toLowerCase();
  const forms = [...formsOf(token), Buffer.from(`${token}:api_token`).toString("base64url")];
  return forms.some((form) => undone.includes(form.toLowerCase())) ? "the token" : "no token";
}

async function told(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
  const warned: unknown[] = [];
  const over = {
    fetch: async () => ({
      status,
      headers: { get: (name: string) => headers[name] ?? null },
      body: new Response(body).body as unknown as AsyncIterable<Uint8Array>,
    }),
    clock: { now: () => 0 },
    warnings: async (header: string | null) => void warned.push(header),
  };
  const question = { url: "https://toggl.example/report", token, parameters: {} };
  const given = await askToggl(question, over, withinMs(5000))
    .then(async (answer) => {
      for await (const _ of answer.body);
      return "";
    })
    .catch((error) => `${error.message} ${error.cause ?? ""}`);
  return `${given} ${warned.join(" ")}`;
}

const refusedTrends = async (body: string) => {
  try {
    checkTrends(Buffer.from(body));
    return "";
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message} ${cause ?? ""}`;
  }
};

/** Where an answer can repeat the token, and all that is said about it then. */
const places: Record<string, (written: string) => Promise<string>> = {
  "bare text": (written) => told(400, `No: ${written}!`),
  "a JSON string": (written) => told(403, JSON.stringify(`No: ${written}!`)),
  "half of an error object": (written) => told(500, `{"error":{"message":"No: ${written}`),
  "a page's title": (written) => told(502, `<html><title>No: ${written}</title>`),
  "a Warning": (written) => told(200, "fine", { warning: `299 - "${written}"` }),
  "an encoding": (written) => told(200, "fine", { "content-encoding": written }),
  "a redirect": (written) => told(302, written, { location: written, "retry-after": written }),
  "a 200 of other JSON": (written) => refusedTrends(JSON.stringify({ error: written })),
  "a 200 that is no JSON": (written) => refusedTrends(written),
};

reportedCases(
  "The token stays out of what is said about an answer, wherever it repeats it",
  Object.entries(writings).map(([name, [before, written]]) => ({
    name,
    before,
    right: "shown nowhere",
    now: async () => {
      const leaking: string[] = [];
      for (const [place, tell] of Object.entries(places))
        if (says(await tell(written)) === "the token") leaking.push(place);
      return leaking.length === 0 ? "shown nowhere" : `shown in ${leaking.length} of ${Object.keys(places).length}`;
    },
  })),
);

const figures = (body: string | Buffer) => async () =>
  /Rocket|4711/.test(await refusedTrends(body.toString())) ? "with contents" : "no contents";
reportedCases(
  "A 200 that is refused shows nothing of what it holds",
  Object.entries({
    "a list that is cut off": '[{"project_id":4711,"name":"Rocket"',
    "an object": '{"rows":[{"name":"Rocket","seconds":4711}]}',
    "an error object": '{"error":{"message":"Rocket has 4711 entries"}}',
    "a string": '"Rocket 4711"',
    "a CSV file": "Project,Seconds\nRocket,4711\n",
    "a page": "<html><title>Rocket 4711</title></html>",
  }).map(([name, body]) => ({ name, before: "with contents", right: "no contents", now: figures(body) })),
);

it.each([
  ["braced escapes of JavaScript", each((code) => `\\u{${hex(code)}}`)],
  ["escapes of Python", each((code) => `\\U000000${hex(code)}`)],
  ["escapes of old JavaScript", each((code) => `%u00${hex(code)}`)],
  ["entities of HTML within HTML", each((code) => `&amp;#${code};`)],
])("hides the token with %s", (_, written) => {
  expect(outsideText(token)(`It is ${written} here.`)).toBe("It is [token] here.");
});
