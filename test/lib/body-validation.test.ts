import { describe, expect, it } from "vitest";
import { bodyModels } from "../../api/openapi/body-models.ts";
import { describedRoutes } from "../../api/openapi/operations.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { problemOf } from "../../lambdas/core/problem.ts";
import { readRestApi } from "../../local/api-gateway/from-template.ts";
import { resolver } from "../../local/assembly/resolver.ts";
import type { Template } from "../../local/assembly/template.ts";
import { config, synthesized } from "./synthesized.ts";

const template = synthesized({ ...config, validate_at_gateway: true });
const off = synthesized();
const json = template.toJSON() as Template;
const surroundings = { region: "eu-central-1", accountId: "123456789012", stackName: "TogglInsights", names: {} };
const apiOf = (one: Template) => readRestApi(one, resolver(one, surroundings));
const api = apiOf(json);

describe("validate_at_gateway", () => {
  it("has each method that takes a body check it, by the body's own model, and no other method", () => {
    const models = bodyModels();
    const checked = api.routes.flatMap(({ method, path, bodyModels: own }) =>
      own ? [[`${method} ${path}`, [...own].map(([type, model]) => [type, model.description])]] : [],
    );
    const expected = describedRoutes.flatMap(({ method, path, operation: { body } }) =>
      body ? [[`${method} ${path}`, [["application/json", models[body.name]?.description]]]] : [],
    );
    expect(expected).toHaveLength(8);
    expect(checked.sort()).toEqual(expected.sort());
  });

  it("makes one model for each body, in draft-04, and one validator that looks at bodies alone", () => {
    const schemas = Object.values(template.findResources("AWS::ApiGateway::Model")).map(
      ({ Properties }) => Properties.Schema,
    );
    const $schema = "http://json-schema.org/draft-04/schema#";
    expect(schemas).toEqual(
      expect.arrayContaining(Object.values(bodyModels()).map((model) => ({ $schema, ...model }))),
    );
    expect(schemas).toHaveLength(8);
    const validators = Object.values(template.findResources("AWS::ApiGateway::RequestValidator"));
    expect(validators.map(({ Properties }) => Properties)).toEqual([
      { RestApiId: { Ref: expect.any(String) }, ValidateRequestBody: true },
    ]);
  });

  it("answers with the functions' own problem of a body, which tells where the schema is and who names the field", () => {
    const { status, headers, template: body = "" } = api.responses.get("BAD_REQUEST_BODY") ?? {};
    const { detail, ...problem } = JSON.parse(body.replace("$context.requestId", "7f1c"));
    const { detail: _, ...own } = problemOf(new Failure("invalid_request", ""), "7f1c");
    expect(problem).toEqual(own);
    expect([status, headers?.["content-type"]]).toEqual([own.status, "application/problem+json"]);
    expect(detail).toMatch(/GET \/openapi\.json.*validate_at_gateway off/);
  });

  it("deploys the API again", () => {
    const deployments = (one: typeof template) => Object.keys(one.findResources("AWS::ApiGateway::Deployment"));
    expect(deployments(template)).not.toEqual(deployments(off));
  });

  it("is off: no model, no validator, no answer for what nobody refuses", () => {
    off.resourceCountIs("AWS::ApiGateway::Model", 0);
    off.resourceCountIs("AWS::ApiGateway::RequestValidator", 0);
    const offApi = apiOf(off.toJSON() as Template);
    expect(offApi.routes.filter(({ bodyModels: own }) => own)).toEqual([]);
    expect(offApi.responses.has("BAD_REQUEST_BODY")).toBe(false);
  });

  it("means nothing on one machine either where the validator does not look at bodies", () => {
    const lax = JSON.parse(
      JSON.stringify(json).replaceAll('"ValidateRequestBody":true', '"ValidateRequestBody":false'),
    );
    expect(apiOf(lax).routes.filter(({ bodyModels: own }) => own)).toEqual([]);
  });
});
