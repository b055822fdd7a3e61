import * as z from "zod/mini";
import { described, optional, time } from "./schemas.ts";

const id = z.string().check(z.regex(/^\d+$/));
const namesById = z.record(id, z.string());

export const Names = described(
  z.object({
    projects: namesById,
    users: namesById,
    clients: optional(namesById),
    project_clients: optional(
      z.record(id, z.nullable(z.int())),
      "The client of each project, by the project's id; null where it has none.",
    ),
    groups: optional(namesById),
    updated_at: z.optional(time),
  }),
  "Names by id, as far as Toggl told them; empty where the token may not read them.",
);
export interface Names extends z.infer<typeof Names> {}
