/** Whether an event fits a pattern: each field one of the values listed, or there or not there (`exists`). */
export function fits(event: object, pattern: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value: unknown = (event as Record<string, unknown>)[field];
    if (Array.isArray(wanted)) return wanted.some((one) => fitsOne(value, one));
    if (typeof wanted !== "object" || wanted === null)
      throw new Error(`A pattern's ${field} must be a list or an object`);
    return typeof value === "object" && value !== null && fits(value, wanted as Record<string, unknown>);
  });
}

function fitsOne(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return value === wanted;
  if ("exists" in wanted) return (value !== undefined) === wanted.exists;
  throw new Error(`This kind of pattern is not known here: ${JSON.stringify(wanted)}`);
}
