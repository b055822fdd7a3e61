import { exportReports } from "../reports.ts";
import { answerSchemas } from "./answer-schemas.ts";
import { draft04 } from "./draft-04.ts";
import type { JsonSchema } from "./json-schema.ts";
import { describedRoutes } from "./operations.ts";
import { requestName, requestSchemas } from "./request-schemas.ts";

const workbooks = exportReports.map((report) => requestName(report, "xlsx"));

/** The functions take it for a workbook, where it says nothing; the description does not mention it. */
const saysNothing = { spreadsheet_safe: { enum: [false] } };

/**
 * What API Gateway can hold bodies against, by the body's name: draft-04 of the schemas that describe them. Each takes
 * every body that the functions take, and some that they refuse.
 */
export function bodyModels(): Readonly<Record<string, JsonSchema>> {
  const described: Readonly<Record<string, JsonSchema>> = { ...requestSchemas, ...answerSchemas() };
  const names = new Set(describedRoutes.flatMap(({ operation }) => operation.body?.name ?? []));
  return Object.fromEntries(Array.from(names, (name) => [name, modelOf(name, described[name])]));
}

function modelOf(name: string, schema: JsonSchema | undefined): JsonSchema {
  if (!schema) throw new Error(`The body ${name} has no schema.`);
  const { properties, ...model }: JsonSchema & { properties?: object } = draft04(schema);
  return { ...model, properties: { ...properties, ...(workbooks.includes(name) && saysNothing) } };
}
