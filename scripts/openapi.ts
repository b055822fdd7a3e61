import { readFileSync, writeFileSync } from "node:fs";
import { apiTypes } from "../lib/openapi/api-types.ts";
import { openApiDocument } from "../lib/openapi/openapi-document.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const document = openApiDocument(version);
writeFileSync("docs/openapi.json", `${JSON.stringify(document, null, 2)}\n`);
writeFileSync("client/api-types.ts", await apiTypes(document));
