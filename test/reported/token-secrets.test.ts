import { expect, it } from "vitest";
import { putToken } from "../../cli/put-token.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { parseTokenSecret } from "../../lambdas/core/toggl/token-secret.ts";
import { reportedCases } from "./reported-cases.ts";

const token = "1971800d4d82861d8f2c1651fea4d212";
const base64 = Buffer.from(`${token}:api_token`).toString("base64");

/** What a secret gives: the token, another text that would go to Toggl, or what is said to be wrong with it. */
function given(value: string): string {
  try {
    return parseTokenSecret({ name: "toggl/acme", workspaceId: 1 }, value) === token ? "the token" : "sent to Toggl";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return /no usable token(?:: (.*?))?\. Run/.exec(error.message)?.[1] ?? "refused without a reason";
  }
}

const values: [name: string, before: string, right: string, value: string][] = [
  ["the token", "the token", "the token", token],
  ["the token with white space around", "the token", "the token", ` \r\n${token}\n`],
  ["the token behind a byte order mark", "the token", "the token", `\uFEFF${token}`],
  ["JSON", "the token", "the token", `{"api_token":"${token}"}`],
  ["JSON with more fields", "the token", "the token", `\n{ "owner": "jo", "api_token": " ${token} " }\n`],
  ["the word None", "sent to Toggl", "it is the word for a missing value", "None"],
  [
    "base64 of the token alone",
    "it has a name in front; put in the token alone",
    "there are characters in it that no token has",
    Buffer.from(token).toString("base64"),
  ],
  ["in quotation marks", "sent to Toggl", "it stands in quotation marks; leave them out", `"${token}"`],
  ["in single quotation marks", "sent to Toggl", "it stands in quotation marks; leave them out", `'${token}'`],
  [
    "in typographic quotation marks",
    "refused without a reason",
    "it stands in quotation marks; leave them out",
    `“${token}”`,
  ],
  ["with :api_token", "sent to Toggl", 'it ends in ":api_token"; put in the token alone', `${token}:api_token`],
  [
    "a Basic header's value",
    "refused without a reason",
    "it is an Authorization header; put in the token alone",
    `Basic ${base64}`,
  ],
  [
    "a whole header",
    "refused without a reason",
    "it is an Authorization header; put in the token alone",
    `Authorization: Basic ${base64}`,
  ],
  [
    "a Bearer header's value",
    "refused without a reason",
    "it is an Authorization header; put in the token alone",
    `bearer ${token}`,
  ],
  ["base64", "sent to Toggl", "it is a token in base64; put it in as Toggl shows it", base64],
  [
    "base64 without padding",
    "sent to Toggl",
    "it is a token in base64; put it in as Toggl shows it",
    base64.replaceAll("=", ""),
  ],
  [
    "JSON behind a byte order mark",
    "refused without a reason",
    "a byte order mark stands before its JSON; save it without one",
    `\uFEFF{"api_token":"${token}"}`,
  ],
  ["a variable", "sent to Toggl", "it has a name in front; put in the token alone", `TOGGL_API_TOKEN=${token}`],
  [
    "a line of YAML",
    "refused without a reason",
    "it has a name in front; put in the token alone",
    `api_token: ${token}`,
  ],
  ["an address", "sent to Toggl", "it is an address; put in the token alone", "https://track.toggl.com/profile"],
  [
    "e-mail and password",
    "sent to Toggl",
    "it is an e-mail address; a token is at the bottom of Toggl's profile page",
    "jo@example.com:secret",
  ],
  ["a blank inside", "refused without a reason", "there is white space inside", "1971800d 4d82861d"],
  ["a line break inside", "refused without a reason", "there is white space inside", "1971800d\n4d82861d"],
  ["nothing", "refused without a reason", "it is empty", ""],
  ["white space", "refused without a reason", "it is empty", " \n"],
  ["an empty field", "refused without a reason", "it is empty", '{"api_token":""}'],
  [
    "a field in quotation marks",
    "sent to Toggl",
    "it stands in quotation marks; leave them out",
    '{"api_token":"\\"abc\\""}',
  ],
  ["another field", "refused without a reason", 'its JSON has no text in a field "api_token"', `{"token":"${token}"}`],
  [
    "a number in the field",
    "refused without a reason",
    'its JSON has no text in a field "api_token"',
    '{"api_token":5}',
  ],
  ["a list", "sent to Toggl", 'its JSON has no text in a field "api_token"', `["${token}"]`],
  [
    "half of JSON",
    "refused without a reason",
    "it begins like JSON, but is not, or not all of it",
    `{"api_token":"${token}`,
  ],
  ["null", "sent to Toggl", "it is the word for a missing value", "null"],
  ["undefined", "sent to Toggl", "it is the word for a missing value", "undefined"],
  ["a workspace's id", "sent to Toggl", "it is a number, such as a workspace's id", "1234567"],
  ["128 characters", "sent to Toggl", "sent to Toggl", "a".repeat(128)],
  ["129 characters", "sent to Toggl", "it is longer than a token", "a".repeat(129)],
  ["20 figures", "sent to Toggl", "it is a number, such as a workspace's id", "1".repeat(20)],
  ["32 figures", "sent to Toggl", "sent to Toggl", "1".repeat(32)],
  ["a word for nothing within a token", "sent to Toggl", "sent to Toggl", "null0true0nan"],
  [
    "a header without a blank",
    "refused without a reason",
    "it is an Authorization header; put in the token alone",
    `authorization:basic ${base64}`,
  ],
  [
    "an address without TLS",
    "sent to Toggl",
    "it is an address; put in the token alone",
    "http://track.toggl.com/profile",
  ],
  [
    "blanks before api_token",
    "refused without a reason",
    'it ends in ":api_token"; put in the token alone',
    `${token}: api_token`,
  ],
  ["a placeholder", "sent to Toggl", "there are characters in it that no token has", "<your-token>"],
  ["one quotation mark", "sent to Toggl", "there are characters in it that no token has", `"${token}`],
  [
    "what is invisible inside",
    "refused without a reason",
    "there are characters in it that no token has",
    "1971800d\u200b4d82861d",
  ],
  [
    "a control character inside",
    "refused without a reason",
    "there are characters in it that no token has",
    "1971800d\u00004d82861d",
  ],
];

reportedCases(
  "A secret that cannot be a token is named and not sent",
  values.map(([name, before, right, value]) => ({ name, before, right, now: () => given(value) })),
);

it.each(values.filter(([, , right]) => !/^(the token|sent to Toggl)$/.test(right)))(
  "npm run token refuses %s with the same reason, and never shows it",
  async (_, __, reason, value) => {
    const client = { send: () => Promise.reject(new Error("nothing is to be sent")) } as never;
    const failure = await putToken(client, "toggl/acme", value).catch((error) => error);
    expect(failure.message).toBe(
      `That is no token: ${reason}. It must be one word, as Toggl shows it at the bottom of the profile page.`,
    );
  },
);
