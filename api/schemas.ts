import * as z from "zod/mini";

/** A schema with what it means, for the description of the API. */
export function described<T extends z.ZodMiniType>(schema: T, description: string): T {
  return schema.check(z.describe(description)) as T;
}

/** A field that can be left out, with what it means. */
export const optional = <T extends z.ZodMiniType>(schema: T, description?: string) =>
  z.optional(description === undefined ? schema : described(schema, description));

export const list = <T extends z.ZodMiniType>(entry: T) => z.readonly(z.array(entry));

export const time = described(z.iso.datetime(), "ISO 8601, in UTC.");

export const count = z.int().check(z.minimum(0));

export const workspaceId = z.int().check(z.positive());

export const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** What goes to Toggl, as an answer shows it. */
export const parameters = z
  .looseObject({ start_date: z.optional(z.iso.date()), end_date: z.optional(z.iso.date()) })
  .check(z.describe("Exactly what goes to Toggl."));
