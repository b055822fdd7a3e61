import { isUtf8 } from "node:buffer";
import { Failure } from "./failure.ts";
import { togglMessage } from "./toggl-message.ts";

/**
 * Refuses a trends answer that is not what it claims: JSON, as a bare array (Toggl's swagger) or `{items: […]}`
 * (Toggl's page), or `null`, which is how an empty list can look.
 * @throws Failure `toggl_invalid_file`
 */
export function checkTrends(body: Buffer): void {
  if (!isUtf8(body)) throw refusal("is not UTF-8");
  const text = body.toString("utf8");
  if (!isTrends(parsed(text))) throw refusal(`is no list of trends: ${togglMessage(text.slice(0, 2000))}`);
}

function isTrends(json: unknown): boolean {
  if (json === null || Array.isArray(json)) return true;
  return typeof json === "object" && "items" in json && (json.items === null || Array.isArray(json.items));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const seen =
      text.trim() === "" ? "is empty" : `is not JSON, or not all of it: ${togglMessage(text.slice(0, 2000))}`;
    throw refusal(seen, cause);
  }
}

function refusal(reason: string, cause?: unknown): Failure {
  return new Failure("toggl_invalid_file", `Toggl's answer ${reason}. Nothing of it was handed on.`, { cause });
}
