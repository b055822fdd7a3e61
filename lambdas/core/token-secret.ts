import { Failure } from "./failure.ts";

interface TokenSecret {
  readonly name: string;
  /** A workspace that it is for. */
  readonly workspaceId: number;
}

/**
 * The token in a secret's value: the token itself or `{"api_token": "…"}`, white space around it trimmed.
 * @throws Failure `token_not_set` if there is none; it never quotes the value
 */
export function parseTokenSecret({ name, workspaceId }: TokenSecret, value: string | undefined): string {
  const token = tokenIn(value ?? "")?.trim();
  if (token && /^[\x21-\x7e]+$/.test(token)) return token;
  throw tokenNotSet(workspaceId, `The secret ${name} holds no usable token.`);
}

/** @param reason a sentence */
export function tokenNotSet(workspaceId: number, reason: string, cause?: unknown): Failure {
  const advice = `Run \`npm run token -- --workspace ${workspaceId}\` to put the workspace's Toggl API token in`;
  return new Failure("token_not_set", `${reason} ${advice} (as it is, or as {"api_token": "…"}).`, { cause });
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
