import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../lib/config/config-json-schema.ts";

writeFileSync("insights.config.schema.json", configJsonSchema());
