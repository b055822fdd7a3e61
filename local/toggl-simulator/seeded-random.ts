/**
 * A number from 0 to below 1 that depends on its arguments alone: the same question always has the same answer,
 * whatever was asked before.
 */
export function seededRandom(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  const text = parts.join("|");
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
