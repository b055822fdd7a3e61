import * as z from "zod";
import { configSchema } from "./config-schema.ts";

/** The JSON Schema of insights.config.json, for editors to complete and check it by. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  return `${JSON.stringify({ title: "Toggl Insights on AWS", ...schema }, null, 2)}\n`;
}
