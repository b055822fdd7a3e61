import { AwsError } from "./aws-error.ts";

interface Target {
  /** As it was sent, still encoded. */
  readonly path: string;
  /** Decoded; a name that comes twice has a list. */
  readonly query: Readonly<Record<string, string | string[]>>;
}

/** Takes a request line's target apart; a `+` is a plus, as at AWS. */
export function requestTarget(url: string): Target {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const query: Record<string, string | string[]> = Object.create(null);
  for (const pair of at < 0 ? [] : url.slice(at + 1).split("&")) {
    if (pair === "") continue;
    const [name = "", ...rest] = pair.split("=");
    const [key, value] = [decoded(name), decoded(rest.join("="))];
    const before = query[key];
    query[key] = before === undefined ? value : [before, value].flat();
  }
  return { path, query };
}

/** @throws AwsError if the percent-encoding is broken */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}
