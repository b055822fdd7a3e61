import { ProblemError, unreachable } from "./problem.ts";
import { readAnswer } from "./read-answer.ts";

interface CallOptions {
  readonly method?: "GET" | "POST";
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const token = document.querySelector('meta[name="console-token"]')?.getAttribute("content") ?? "";

/**
 * Calls the console's server, which calls the API.
 * @throws ProblemError for every answer that is none
 */
export async function callConsole<T>(path: string, { method = "GET", body, headers }: CallOptions = {}): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { "x-console-token": token, ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ProblemError(unreachable);
  });
  return readAnswer<T>(response);
}

/** Calls the API about a workspace. */
export function callWorkspace<T>(workspaceId: number, path: string, options?: CallOptions): Promise<T> {
  return callConsole<T>(`/api/workspace/${workspaceId}/${path}`, options);
}
