import { compile, type JSONSchema } from "json-schema-to-typescript";
import type { OpenApiDocument } from "./openapi-document.ts";

const banner = `/**
 * Made from docs/openapi.json by \`npm run openapi\`: change lib/openapi/ and run it again.
 */`;

/** TypeScript types of everything that the API takes and answers with. */
export async function apiTypes({ components: { schemas } }: OpenApiDocument): Promise<string> {
  const definitions = JSON.parse(
    JSON.stringify(schemas).replaceAll("#/components/schemas/", "#/definitions/"),
  ) as Record<string, JSONSchema>;
  const all: JSONSchema = { title: "Everything", type: "object", additionalProperties: false, definitions };
  const style = { printWidth: 120 };
  const made = await compile(all, "Everything", { bannerComment: banner, unreachableDefinitions: true, style });
  const withoutOrigin = made.replaceAll(
    /( \*\n)? \* This interface was referenced by `Everything`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
    "",
  );
  return withoutOrigin.replaceAll("/**\n */\n", "").replace(/export interface Everything \{\}\n/, "");
}
