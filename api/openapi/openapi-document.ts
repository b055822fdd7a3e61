import { answerSchemas, referenceTo } from "./answer-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";
import { describedRoutes, type Operation, pathParameters, tags } from "./operations.ts";
import { requestSchemas } from "./request-schemas.ts";

/** An OpenAPI 3.1 document, as far as it is taken apart here. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly [field: string]: unknown };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly [part: string]: unknown };
  readonly [field: string]: unknown;
}

const headers: Record<string, object> = {
  Location: { description: "Where the export is found.", schema: { type: "string" } },
  "Retry-After": { description: "Seconds after which to look or ask again.", schema: { type: "integer" } },
  "Preference-Applied": { description: "The preference that was followed.", schema: { type: "string" } },
  ETag: { description: "Tells this answer from others.", schema: { type: "string" } },
};

/**
 * Describes the whole HTTPS surface, from the types that check requests and the routes that are deployed.
 * @param version the product's own, such as 1.2.3
 */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, operation } of describedRoutes) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(path, operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Toggl Insights on AWS",
      version,
      summary: "Toggl Track's Insights as HTTPS endpoints, download links and scheduled exports.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "Where this description was read" }],
    security: [{ aws_signature: [] }, { jwt: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...requestSchemas, ...answerSchemas() },
      headers,
      responses: {
        Problem: {
          description: "What is wrong, and what to do.",
          headers: { "Retry-After": { $ref: "#/components/headers/Retry-After" } },
          content: { "application/problem+json": { schema: { $ref: referenceTo("Problem") } } },
        },
      },
      securitySchemes: {
        aws_signature: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          description: "AWS Signature Version 4, for the service execute-api.",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
        jwt: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "Where `auth.jwt` is configured." },
      },
    },
  };
}

function operationObject(path: string, { tag, body, parameters = [], answers, ...words }: Operation): object {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
  const inPath = names.map((name) => ({ name, in: "path", required: true, ...pathParameters[name] }));
  const all = [...inPath, ...parameters];
  return {
    tags: [tag],
    ...words,
    ...(all.length > 0 && { parameters: all }),
    ...(body && {
      requestBody: {
        required: body.required,
        content: { "application/json": { schema: { $ref: referenceTo(body.name) } } },
      },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerObject(answer)])),
      "4XX": { $ref: "#/components/responses/Problem" },
      "5XX": { $ref: "#/components/responses/Problem" },
    },
  };
}

function answerObject({ description, body, headers = [] }: Operation["answers"][number]): object {
  const references = headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  const schema = body ? { $ref: referenceTo(body) } : { type: "object" };
  return {
    description,
    ...(references.length > 0 && { headers: Object.fromEntries(references) }),
    ...((body || references.length === 0) && { content: { "application/json": { schema } } }),
  };
}
