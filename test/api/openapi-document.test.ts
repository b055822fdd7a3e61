import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../api/openapi/openapi-document.ts";
import { requestSchema } from "../../api/openapi/request-schemas.ts";
import { routes } from "../../api/routes.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { parseExportBody } from "../../lambdas/create-export/requested-export.ts";
import { bodyAnswer, gatewayAnswers, problemTemplate } from "../../lib/constructs/gateway-problems.ts";
import { projectBodies } from "../core/exports/bodies.ts";
import { schemaValidator } from "./schema-validator.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const document = openApiDocument(version);

describe("the OpenAPI description", () => {
  it("lies in the repository as it is made, and so do the client's types", async () => {
    expect(JSON.parse(readFileSync("docs/openapi.json", "utf8"))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("passes Redocly's linter without a finding", async () => {
    const rules = { "operation-2xx-response": "off" } as const; // a file's address answers with a 303
    const config = await createConfig({ extends: ["recommended"], rules });
    const findings = await lintFromString({ source: JSON.stringify(document), config });
    expect(findings.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it("has every route that is deployed, and no other", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const deployed = routes.filter(({ path }) => path !== "/{proxy+}").map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(deployed.sort());
  });

  it("says of the gateway's own answers what they are", () => {
    const validate = schemaValidator(document, "Problem");
    for (const answer of [bodyAnswer, ...gatewayAnswers])
      expect(validate(JSON.parse(problemTemplate(answer)))).toEqual([]);
  });
});

/** Bodies that one side takes and the other does not would make the description a lie. */
describe("a body", () => {
  const order = { report: "profitability/projects", format: "csv" } as const;
  const fits = new Ajv2020({ formats: { date: true } }).compile(requestSchema(order.report, order.format));
  const isTaken = (body: unknown) => {
    try {
      return Boolean(parseExportBody(order, body));
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  };

  it.each(projectBodies)("%j is taken where the description says so", (body) => {
    expect(fits(body)).toBe(isTaken(body));
  });
});
