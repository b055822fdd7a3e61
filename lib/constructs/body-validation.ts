import type { JsonSchema, MethodOptions, RestApi } from "aws-cdk-lib/aws-apigateway";
import { bodyModels } from "../openapi/body-models.ts";
import { describedRoutes } from "../openapi/operations.ts";

/** The options of the method that a route becomes. */
export type OptionsOf = (route: { readonly method: string; readonly path: string }) => MethodOptions;

/**
 * Adds what API Gateway needs to check bodies by itself: a model for each body, and a validator.
 * @returns how a method makes use of them; one that takes no body does not
 */
export function bodyValidation(api: RestApi): OptionsOf {
  const requestValidator = api.addRequestValidator("BodyValidator", { validateRequestBody: true });
  const models = Object.entries(bodyModels()).map(([name, schema]) => {
    const model = api.addModel(name, { contentType: "application/json", schema: schema as JsonSchema });
    return [name, model] as const;
  });
  const modelOf = new Map(models);
  return ({ method, path }) => {
    const described = describedRoutes.find((route) => route.method === method && route.path === path);
    const model = modelOf.get(described?.operation.body?.name ?? "");
    return model ? { requestValidator, requestModels: { "application/json": model } } : {};
  };
}
