import Ajv04 from "ajv-draft-04";
import type { ApiRoute } from "../assembly/rest-api.ts";

/** Whether a method takes a body. */
export type BodyCheck = (route: ApiRoute, contentType: string | undefined, body: Buffer) => boolean;

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
