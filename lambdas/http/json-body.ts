import { isUtf8 } from "node:buffer";
import { Failure } from "../core/failure.ts";
import type { HttpRequest } from "./http.ts";

/** Some editors and shells of Windows put it before a text; a reader of JSON may pass over it (RFC 8259, 8.1). */
const byteOrderMark = /^\uFEFF/;

/** Room for some twenty thousand ids. */
const maxBytes = 256 * 1024;

/**
 * The request's body as JSON.
 * @throws Failure `invalid_request`
 */
export function jsonBody({ body }: HttpRequest): unknown {
  if (body.length === 0) {
    throw new Failure("invalid_request", 'The body is empty. Send a JSON object, such as {"currency":"usd"}.');
  }
  if (body.length > maxBytes) {
    throw new Failure(
      "invalid_request",
      `The body has ${body.length} bytes; at most ${maxBytes} are taken. Send fewer ids.`,
    );
  }
  if (!isUtf8(body)) throw new Failure("invalid_request", "The body is not UTF-8, as JSON must be. Send it in UTF-8.");
  try {
    return JSON.parse(body.toString("utf8").replace(byteOrderMark, ""));
  } catch (error) {
    throw new Failure("invalid_request", `The body is not JSON: ${syntaxErrorIn(error)}. Send a JSON object.`);
  }
}

/** The parser's message without the piece of the body that it quotes: that could be anything, even a token. */
function syntaxErrorIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (\.\.\.)?".*is not valid JSON$/s, "");
}
