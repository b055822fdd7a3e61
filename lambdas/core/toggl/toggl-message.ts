const maxLength = 500;

/** What the body of an error says. */
interface TogglMessage {
  /** In one line; empty if it says nothing. */
  readonly said: string;
  /** Whether it is a page, or bare words, of a proxy in front of Toggl. */
  readonly isPage: boolean;
}

/**
 * What a Toggl error body says. Understands the shapes that were seen: a JSON string, `{"error":{"message","tip"}}`, a
 * page of the proxy in front or its bare words, bare text of Toggl's own, nothing.
 * @param outside makes text from outside fit for messages
 */
export function togglMessage(body: string, outside: (text: string) => string): TogglMessage {
  const json = parsed(body);
  const message = jsonMessage(json) ?? body;
  const isDocument = json === undefined ? isMarkup(message) : wholePage.test(message);
  const said = isDocument ? pageTitle(message) : message;
  return { said: cut(outside(said)), isPage: isDocument || proxyWords.test(message) };
}

/** A page that stands in a JSON string, as some proxies wrap theirs; a message may quote a tag. */
const wholePage = /^\s*<(?:!doctype|html)\b.*<\//is;

/** What proxies say in bare text: Cloudflare to programs, and Envoy. */
const proxyWords =
  /^\s*(?:error code: 1\d{3}|upstream connect error\b.*|no healthy upstream|RBAC: access denied)\s*$/is;

/** Whether a text is a page or another document in markup, at once or behind a line of text. */
export function isMarkup(text: string): boolean {
  return /^[\s\uFEFF]*<[!?a-z]|<(?:html|head|body|center|h1)[\s>]/i.test(text);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // bare text, or a page
  }
}

function pageTitle(page: string): string {
  const title = /<(?:title|h1|message)>([^<]*)</i.exec(page)?.[1]?.trim();
  return title || "an HTML page";
}

function jsonMessage(json: unknown): string | undefined {
  if (typeof json === "string") return json;
  if (typeof json !== "object" || json === null) return undefined;
  if ("error" in json) return jsonMessage(json.error);
  if (!("message" in json) || typeof json.message !== "string") return undefined;
  return "tip" in json && typeof json.tip === "string" && json.tip ? `${json.message} (${json.tip})` : json.message;
}

/** Not within a character of two halves. */
function cut(text: string): string {
  return text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, "");
}
