import type { HttpRequest } from "./http.ts";

/** Whether the caller's `Prefer` header (RFC 7240) holds this preference, such as `respond-async`. */
export function prefers(request: HttpRequest, preference: string): boolean {
  const preferences = request.header("prefer")?.toLowerCase().split(/[,;]/) ?? [];
  return preferences.some((entry) => entry.trim() === preference);
}
