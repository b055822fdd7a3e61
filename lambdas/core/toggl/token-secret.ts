import { Failure } from "../failure.ts";

interface TokenSecret {
  readonly name: string;
  /** A workspace that it is for. */
  readonly workspaceId: number;
}

/**
 * The token in a secret's value: the token itself or `{"api_token": "…"}`, white space around it trimmed.
 * @throws Failure `token_not_set` with what is wrong with it; it never quotes the value
 */
export function parseTokenSecret({ name, workspaceId }: TokenSecret, value: string | undefined): string {
  const found = tokenIn(value ?? "");
  if ("token" in found) return found.token;
  throw tokenNotSet(workspaceId, `The secret ${name} holds no usable token: ${found.wrong}.`);
}

/** @param reason a sentence */
export function tokenNotSet(workspaceId: number, reason: string, cause?: unknown): Failure {
  const advice = `Run \`npm run token -- --workspace ${workspaceId}\` to put the workspace's Toggl API token in`;
  return new Failure("token_not_set", `${reason} ${advice} (as it is, or as {"api_token": "…"}).`, { cause });
}

/** A token, or why a text cannot be one: a clause that never quotes it. */
type Found = { readonly token: string } | { readonly wrong: string };

/**
 * The token in what somebody put into a secret or typed. What cannot be one must not go to Toggl, whose refusal would
 * not say why.
 */
export function tokenIn(value: string): Found {
  const text = value.trim();
  if (/^[[{]/.test(text)) return tokenInJson(value);
  return checked(text);
}

function tokenInJson(value: string): Found {
  if (/^\s*\uFEFF/.test(value)) return { wrong: "a byte order mark stands before its JSON; save it without one" };
  const json = parsed(value);
  if (!json) return { wrong: "it begins like JSON, but is not, or not all of it" };
  const { api_token: token } = json;
  if (typeof token === "string") return checked(token.trim());
  return { wrong: 'its JSON has no text in a field "api_token"' };
}

/** An object or a list, as the value begins like one. */
function parsed(value: string): { api_token?: unknown } | undefined {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** What people put in by mistake, and what to do about it; the first that fits is reported. */
const mistakes: readonly [looksLike: RegExp, wrong: string][] = [
  [/^$/, "it is empty"],
  [/^["'`“”‘’«»].*["'`“”‘’«»]$/s, "it stands in quotation marks; leave them out"],
  [/^(?:authorization: *)?(?:basic|bearer)\s/i, "it is an Authorization header; put in the token alone"],
  [/:\s*api_token$/, 'it ends in ":api_token"; put in the token alone'],
  [/^https?:/i, "it is an address; put in the token alone"],
  [/^[\w.-]+\s*[=:]\s*[^\s=:]/, "it has a name in front; put in the token alone"],
  [/@/, "it is an e-mail address; a token is at the bottom of Toggl's profile page"],
  [/\s/, "there is white space inside"],
  [/[^\x21-\x7e]/, "there are characters in it that no token has"],
  [/^(?:null|none|nil|undefined|true|false|nan)$/i, "it is the word for a missing value"],
  [/^\d{1,20}$/, "it is a number, such as a workspace's id"],
  [/^.{129,}$/, "it is longer than a token"],
  [/[^\w.~-]/, "there are characters in it that no token has"],
];

function checked(text: string): Found {
  if (isEncodedCredentials(text)) return { wrong: "it is a token in base64; put it in as Toggl shows it" };
  const [, wrong] = mistakes.find(([looksLike]) => looksLike.test(text)) ?? [];
  return wrong === undefined ? { token: text } : { wrong };
}

/** `<token>:api_token`, as it goes into a header. */
function isEncodedCredentials(text: string): boolean {
  return /:api_token$/.test(Buffer.from(text, "base64").toString("latin1"));
}
