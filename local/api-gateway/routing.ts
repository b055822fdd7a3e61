import type { ApiRoute } from "./from-template.ts";

export interface Match {
  readonly route: ApiRoute;
  /** The path's variables, decoded once. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route that API Gateway takes: of the resources that have the method, or ANY, the most specific, segment by
 * segment a fixed one before `{variable}` before `{greedy+}`; of one resource the method itself before ANY.
 */
export function matchRoute(routes: readonly ApiRoute[], method: string, path: string): Match | undefined {
  const segments = path.split("/").slice(1);
  const matches = routes
    .filter((route) => route.method === method || route.method === "ANY")
    .flatMap((route) => {
      const params = paramsOf(route.path.split("/").slice(1), segments);
      return params ? [{ route, params, rank: `${rankOf(route.path)}${route.method === method ? 0 : 1}` }] : [];
    });
  return matches.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0];
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
