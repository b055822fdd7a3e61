/** Nothing from elsewhere, nothing inline, no frame around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The same answer, locked up: whatever it holds, no other page gets to it and it starts nothing. */
export function withPageHeaders({ body, status, headers }: Response): Response {
  const locked = new Headers(headers);
  for (const [name, value] of Object.entries(pageHeaders)) locked.set(name, value);
  if (!locked.has("cache-control")) locked.set("cache-control", "no-store");
  return new Response(body, { status, headers: locked });
}
