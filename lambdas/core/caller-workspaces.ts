/**
 * The workspaces that a claim of a JWT names: an id, several, or a list, as numbers or text. What is no id counts for
 * nothing.
 */
export function claimedWorkspaces(claim: unknown): number[] {
  const values = Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(/[\s,]+/) : [claim];
  const ids = values.filter((value) => isText(value) && /^[1-9]\d{0,14}$/.test(String(value))).map(Number);
  return [...new Set(ids)];
}

/** Whether it can be written at all: an object of a token may have a `toString` that is no function. */
function isText(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
