import type { OpenApi } from "../../console/page/exports/form-fields.ts";

const date = { type: "string", format: "date" };
const ids = { type: "array", items: { type: "integer", exclusiveMinimum: 0 } };

const reportPath = (schema: string) => ({
  post: { requestBody: { content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } } } },
});

/** As the API describes itself, as far as the form needs it. */
export const openApiDocument: OpenApi = {
  paths: {
    "/workspace/{workspace_id}/data_trends/projects": reportPath("Trends"),
    "/workspace/{workspace_id}/profitability/projects.csv": reportPath("Projects"),
    "/workspace/{workspace_id}/profitability/projects.xlsx": reportPath("Projects"),
    "/workspace/{workspace_id}/trends/projects.csv": reportPath("Trends"),
    "/workspace/{workspace_id}/exports": {},
  },
  components: {
    schemas: {
      Trends: { type: "object", properties: { start_date: date, end_date: date, project_ids: ids } },
      Projects: {
        type: "object",
        required: ["currency"],
        properties: {
          project_ids: ids,
          client_ids: { type: "array", items: { anyOf: [{ type: "integer" }, { type: "null" }] } },
          billable: { type: "boolean", description: "Only billable projects, or only the others." },
          resolution: { enum: ["day", "week", "month"] },
          rounding: { oneOf: [{ const: -1 }, { const: 0 }, { const: 1 }] },
          currency: { $ref: "#/components/schemas/Currency" },
          start_date: date,
          end_date: date,
        },
      },
      Currency: { type: "string", pattern: "^[A-Za-z]{3}$", description: "ISO 4217, such as usd" },
    },
  },
};
