import type { Template } from "./template.ts";

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
