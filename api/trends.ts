import * as z from "zod/mini";
import { described, list } from "./schemas.ts";

const seconds = z.optional(z.nullable(list(z.nullable(z.number()))));

export const Trend = described(
  z.looseObject({
    project_id: z.int(),
    user_ids: z.optional(z.nullable(list(z.int()))),
    start: z.optional(z.string()),
    end: z.optional(z.nullable(z.string())),
    previousStart: z.optional(z.nullable(z.string())),
    current_period_seconds: described(seconds, "One figure a day; null where Toggl has none."),
    previous_period_seconds: described(seconds, "One figure a day; need not be as long as the current period's."),
  }),
  "One project's time, as Toggl sends it.",
);
export type Trend = z.infer<typeof Trend>;

export const Trends = described(
  z.union([list(Trend), z.looseObject({ items: z.nullable(list(Trend)) }), z.null()]),
  "Toggl's own answer, byte for byte: its two documents disagree about the outer form.",
);
export type Trends = z.infer<typeof Trends>;
