import Ajv04 from "ajv-draft-04";
import type { Template } from "../assembly/template.ts";

/** A JSON Schema, draft-04. */
export type BodyModel = Readonly<Record<string, unknown>>;

interface ValidatedMethod {
  readonly RequestValidatorId?: { readonly Ref: string };
  readonly RequestModels?: Readonly<Record<string, { readonly Ref: string }>>;
}

/**
 * What a method's body must fit, by media type.
 * @returns undefined if the method's bodies are not checked
 */
export function readBodyModels(template: Template, method: ValidatedMethod): Map<string, BodyModel> | undefined {
  const { RequestValidatorId, RequestModels = {} } = method;
  const validator = RequestValidatorId && template.Resources[RequestValidatorId.Ref]?.Properties;
  if (validator?.ValidateRequestBody !== true) return undefined;
  return new Map(
    Object.entries(RequestModels).map(([mediaType, { Ref }]) => [
      mediaType.toLowerCase(),
      template.Resources[Ref]?.Properties?.Schema as BodyModel,
    ]),
  );
}

interface CheckedRoute {
  readonly bodyModels?: ReadonlyMap<string, BodyModel> | undefined;
}

/** Whether a method takes a body. */
type BodyCheck = (route: CheckedRoute, contentType: string | undefined, body: Buffer) => boolean;

/**
 * Holds bodies against the models of their methods as API Gateway does: one whose Content-Type has no model passes,
 * one without a Content-Type is JSON, and none at all is `{}` (as LocalStack's tests against AWS found).
 */
export function bodyCheck(): BodyCheck {
  const ajv = new Ajv04();
  return ({ bodyModels }, contentType = "application/json", body) => {
    const mediaType = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
    const model = bodyModels?.get(mediaType);
    if (!model) return true;
    const value = decoded(body);
    return value !== undefined && ajv.validate(model, value); // a model is compiled once, whenever it comes
  };
}

/** Undefined for what is no JSON. */
function decoded(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
