import type { Resolve } from "../assembly/resolver.ts";
import { resourcesOf, type Template } from "../assembly/template.ts";
import { type BodyModel, readBodyModels } from "./body-models.ts";

/** An API Gateway REST API of the template. */
export interface RestApi {
  readonly routes: readonly ApiRoute[];
  /** By logical id. */
  readonly authorizers: ReadonlyMap<string, ApiAuthorizer>;
  /** Stands in ARNs of its methods. */
  readonly id: string;
  readonly stage: string;
  /** Media types whose bodies go through as bytes. */
  readonly binaryMediaTypes: readonly string[];
  /** What the gateway answers by itself, by response type such as `THROTTLED`. */
  readonly responses: ReadonlyMap<string, GatewayResponse>;
}

export interface ApiRoute {
  /** Or `ANY`. */
  readonly method: string;
  /** Such as `/workspace/{workspace_id}/exports`. */
  readonly path: string;
  /** The logical id of the function that it leads to. */
  readonly functionId: string;
  /** The logical id of the authorizer that lets callers in, if it is a function of the template. */
  readonly authorizerId?: string | undefined;
  /** What a body must fit, by media type; without it bodies are not checked. */
  readonly bodyModels?: ReadonlyMap<string, BodyModel> | undefined;
}

/** A function that looks at a caller's token (a `TOKEN` authorizer). */
export interface ApiAuthorizer {
  /** Stands in the ARN in whose name it is called. */
  readonly id: string;
  readonly functionId: string;
  /** What a token must look like to be looked at. */
  readonly validation: RegExp;
}

interface GatewayResponse {
  /** Undefined leaves it to the gateway. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: string;
}

export function readRestApi(template: Template, resolve: Resolve): RestApi {
  const [apiId = "", api = {}] = resourcesOf(template, "AWS::ApiGateway::RestApi")[0] ?? [];
  const [, stage = {}] = resourcesOf(template, "AWS::ApiGateway::Stage")[0] ?? [];
  return {
    routes: readRoutes(template),
    authorizers: readAuthorizers(template, resolve),
    id: String(resolve({ Ref: apiId })),
    stage: String(resolve(stage.StageName)),
    binaryMediaTypes: (resolve(api.BinaryMediaTypes) as string[] | undefined) ?? [],
    responses: readResponses(template, resolve),
  };
}

function readRoutes(template: Template): ApiRoute[] {
  return resourcesOf(template, "AWS::ApiGateway::Method").map(([id, properties]) => {
    const { HttpMethod, ResourceId, Integration, AuthorizerId } = properties;
    const functionId = integratedFunction(template, Integration);
    if (!functionId) throw new Error(`The method ${id} does not lead to a function of the template.`);
    const authorizerId = (AuthorizerId as { Ref?: string } | undefined)?.Ref;
    const bodyModels = readBodyModels(template, properties);
    return { method: String(HttpMethod), path: pathOf(template, ResourceId), functionId, authorizerId, bodyModels };
  });
}

function readAuthorizers(template: Template, resolve: Resolve): Map<string, ApiAuthorizer> {
  const found = resourcesOf(template, "AWS::ApiGateway::Authorizer").map(([id, properties]) => {
    const { AuthorizerUri, IdentityValidationExpression = ".*" } = properties;
    const functionId = integratedFunction(template, AuthorizerUri);
    if (!functionId) throw new Error(`The authorizer ${id} is no function of the template.`);
    return [
      id,
      { id: String(resolve({ Ref: id })), functionId, validation: new RegExp(String(IdentityValidationExpression)) },
    ] as const;
  });
  return new Map(found);
}

/** Resources form a tree: each names its parent and its own segment. */
function pathOf(template: Template, resourceId: unknown): string {
  const id = (resourceId as { Ref?: string }).Ref;
  const properties = id === undefined ? undefined : template.Resources[id]?.Properties;
  if (properties === undefined) return ""; // the root, an attribute of the API
  return `${pathOf(template, properties.ParentId)}/${properties.PathPart}`;
}

/** The function whose ARN is part of the integration's address. */
function integratedFunction(template: Template, integration: unknown): string | undefined {
  const mentioned = JSON.stringify(integration).matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g);
  return Array.from(mentioned, ([, id = ""]) => id).find(
    (id) => template.Resources[id]?.Type === "AWS::Lambda::Function",
  );
}

interface ResponseProperties {
  readonly ResponseType: string;
  readonly StatusCode?: string;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
}

function readResponses(template: Template, resolve: Resolve): Map<string, GatewayResponse> {
  const found = resourcesOf(template, "AWS::ApiGateway::GatewayResponse").map(([, properties]) => {
    const { ResponseType, StatusCode, ResponseParameters, ResponseTemplates } = resolve(
      properties,
    ) as ResponseProperties;
    const headers = Object.entries(ResponseParameters ?? {}).map(([name, value]) => [
      name.replace("gatewayresponse.header.", "").toLowerCase(),
      value.replace(/^'|'$/g, ""), // a constant stands in quotes
    ]);
    const response = {
      status: StatusCode === undefined ? undefined : Number(StatusCode),
      headers: Object.fromEntries(headers),
      template: ResponseTemplates?.["application/json"] ?? '{"message":$context.error.messageString}',
    };
    return [ResponseType, response] as const;
  });
  return new Map(found);
}
