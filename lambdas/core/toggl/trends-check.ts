import { isUtf8 } from "node:buffer";
import { Failure } from "../failure.ts";
import { isMarkup } from "./toggl-message.ts";

/**
 * Refuses a trends answer that is not what it claims: JSON, as a bare array (Toggl's swagger) or `{items: […]}`
 * (Toggl's page), or `null`, which is how an empty list can look.
 * @throws Failure `toggl_invalid_file`; it never quotes the answer, which may hold figures
 */
export function checkTrends(body: Buffer): void {
  if (!isUtf8(body)) throw invalid("is not UTF-8");
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw invalid("is empty");
  if (!isTrends(parsed(text))) throw invalid("is JSON, but no list of trends");
}

function isTrends(json: unknown): boolean {
  if (json === null || Array.isArray(json)) return true;
  return typeof json === "object" && "items" in json && (json.items === null || Array.isArray(json.items));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote it.
    throw invalid(isMarkup(text.slice(0, 1000)) ? "is a page and not JSON" : "is not JSON, or not all of it");
  }
}

function invalid(reason: string): Failure {
  return new Failure("toggl_invalid_file", `Toggl's answer ${reason}. Nothing of it was handed on.`);
}
