import type { APIGatewayProxyEvent } from "aws-lambda";
import type { FieldError } from "../../api/problem.ts";
import { invalidFields } from "../core/failure.ts";

/** Where every address leads that is none: what its query says does not matter. */
const unknownAddress = "/{proxy+}";

/** The signature of a call that is signed in its query; it is the gateway's. */
const signature = /^x-amz-(algorithm|credential|date|expires|security-token|signature|signedheaders)$/i;

/**
 * A request's query. What an address does not read is refused, never passed over: a filter that vanishes makes a report
 * of everything.
 * @param readsQuery routes that check the names of their parameters themselves, such as `GET /workspace/{workspace_id}/exports`
 * @throws Failure `invalid_request` with an entry for each parameter that is unknown or there more than once
 */
export function queryOf(event: APIGatewayProxyEvent, readsQuery: readonly string[]): Record<string, string> {
  const { httpMethod, resource } = event;
  if (resource === unknownAddress) return {};
  const given = givenIn(event).filter(([name]) => !signature.test(name));
  const readsIt = readsQuery.includes(`${httpMethod} ${resource}`);
  const errors = given.flatMap(([field, values]): FieldError[] => {
    if (!readsIt) return [{ field, detail: httpMethod === "POST" ? belongsInBody : takesNone }];
    return values.length === 1 ? [] : [{ field, detail: "is there more than once; say it once" }];
  });
  if (errors.length > 0) throw invalidFields("query", errors);
  return Object.fromEntries(given.map(([name, [value = ""]]) => [name, value]));
}

const takesNone = "is not a parameter of this address; it takes none";
const belongsInBody = "is not taken in the query; this address takes its fields in the JSON body";

function givenIn(event: APIGatewayProxyEvent): [string, string[]][] {
  const { multiValueQueryStringParameters: lists, queryStringParameters: single } = event;
  if (lists) return Object.entries(lists).map(([name, values]) => [name, values ?? []]);
  return Object.entries(single ?? {}).map(([name, value]) => [name, [value ?? ""]]);
}
