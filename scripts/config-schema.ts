import { readFileSync, writeFileSync } from "node:fs";
import { commandJsonSchema } from "../cli/json-schema.ts";
import { configJsonSchema } from "../lib/config/config-json-schema.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync("insights.config.schema.json", configJsonSchema());
writeFileSync("docs/command-line.schema.json", commandJsonSchema(version));
