import type * as z from "zod";

/** A setting must be what this parser takes; what it throws is the message. */
export function mustParse(parse: (value: string) => unknown) {
  return (value: string, context: z.RefinementCtx): void => {
    try {
      parse(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** What a parser makes of a value; the value itself where it was refused already. */
export function canonical(parse: (value: string) => string, value: string): string {
  try {
    return parse(value);
  } catch {
    return value;
  }
}
