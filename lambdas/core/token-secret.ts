import { Failure } from "./failure.ts";

/**
 * The token in a secret's value: the token itself or `{"api_token": "…"}`, white space around it trimmed.
 * @throws Failure `token_not_set` if there is none; it never quotes the value
 */
export function parseTokenSecret(name: string, value: string | undefined): string {
  const token = tokenIn(value ?? "")?.trim();
  if (token && /^[\x21-\x7e]+$/.test(token)) return token;
  const detail = `The secret ${name} holds no usable token. Its value must be the Toggl API token itself or {"api_token": "…"}.`;
  throw new Failure("token_not_set", detail);
}

function tokenIn(value: string): string | undefined {
  if (!value.trim().startsWith("{")) return value;
  try {
    const { api_token: token } = JSON.parse(value);
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
