import { readFileSync, writeFileSync } from "node:fs";
import { openApiDocument } from "../api/openapi/openapi-document.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const document = openApiDocument(version);
writeFileSync("docs/openapi.json", `${JSON.stringify(document, null, 2)}\n`);
