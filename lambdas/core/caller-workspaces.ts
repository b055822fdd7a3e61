/**
 * The workspaces that a claim of a JWT names: an id, several, or a list, as numbers or text. What is no id counts for
 * nothing.
 */
export function claimedWorkspaces(claim: unknown): number[] {
  const values = Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(/[\s,]+/) : [claim];
  const ids = values.filter((value) => /^[1-9]\d{0,14}$/.test(String(value)) && typeof value !== "object").map(Number);
  return [...new Set(ids)];
}
