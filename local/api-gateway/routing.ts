import type { ApiRoute } from "../assembly/rest-api.ts";

export interface Match {
  readonly route: ApiRoute;
  /** The path's variables, decoded once. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route that API Gateway takes. The path alone decides on the resource: segment by segment a fixed one before
 * `{variable}` before `{greedy+}`. If that resource lacks the method, no other is tried.
 */
export function matchRoute(routes: readonly ApiRoute[], method: string, path: string): Match | undefined {
  const segments = path.split("/").slice(1);
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.path.split("/").slice(1), segments);
    return params ? [{ route, params, rank: rankOf(route.path) }] : [];
  });
  const best = matches.map(({ rank }) => rank).sort()[0];
  const candidates = matches.filter(({ rank }) => rank === best);
  return (
    candidates.find(({ route }) => route.method === method) ?? candidates.find(({ route }) => route.method === "ANY")
  );
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at];
    if (segment === undefined) return undefined;
    if (part.endsWith("+}")) {
      const rest = segments.slice(at).map(decode).join("/");
      return rest === "" ? undefined : { ...params, [part.slice(1, -2)]: rest };
    }
    if (part.startsWith("{") && segment !== "") params[part.slice(1, -1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? params : undefined;
}

/** Broken percent-encoding stays as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Sorts the more particular first. */
function rankOf(path: string): string {
  const segments = path.split("/").map((part) => (part.endsWith("+}") ? "2" : part.startsWith("{") ? "1" : "0"));
  return segments.join("");
}
