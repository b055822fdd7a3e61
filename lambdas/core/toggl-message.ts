const longest = 500;

/**
 * What a Toggl error body says, in one line; empty if it says nothing. Understands the shapes that were seen:
 * a JSON string, `{"error":{"message","tip"}}`, an HTML page of the proxy in front, bare text, nothing.
 */
export function togglMessage(body: string): string {
  return (messageOf(body) ?? body).replaceAll(/\s+/g, " ").trim().slice(0, longest);
}

function messageOf(body: string): string | undefined {
  if (/^\s*</.test(body)) return htmlTitle(body);
  try {
    return jsonMessage(JSON.parse(body));
  } catch {
    return undefined; // bare text
  }
}

function htmlTitle(page: string): string {
  return /<title>([^<]*)<\/title>/i.exec(page)?.[1] ?? /<h1>([^<]*)<\/h1>/i.exec(page)?.[1] ?? "an HTML page";
}

function jsonMessage(json: unknown): string | undefined {
  if (typeof json === "string") return json;
  if (typeof json !== "object" || json === null) return undefined;
  if ("error" in json) return jsonMessage(json.error);
  if (!("message" in json) || typeof json.message !== "string") return undefined;
  return "tip" in json && typeof json.tip === "string" && json.tip ? `${json.message} (${json.tip})` : json.message;
}
