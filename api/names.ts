import * as z from "zod/mini";
import { described, time } from "./schemas.ts";

const namesById = z.record(z.string().check(z.regex(/^\d+$/)), z.string());

export const Names = described(
  z.object({ projects: namesById, users: namesById, updated_at: z.optional(time) }),
  "Names by id, as far as Toggl told them; empty where the token may not read them.",
);
export interface Names extends z.infer<typeof Names> {}
