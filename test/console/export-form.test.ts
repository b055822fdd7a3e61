import { describe, expect, it } from "vitest";
import { formBody } from "../../console/page/exports/form-body.ts";
import { fileReports, formFields, hintOf } from "../../console/page/exports/form-fields.ts";
import { openApiDocument } from "./small-openapi-document.ts";

const projects = "/workspace/{workspace_id}/profitability/projects.csv";
const fields = formFields(openApiDocument, projects);

describe("the form of an export", () => {
  it("offers the reports that come as files, and no other address", () => {
    expect(fileReports(openApiDocument).map(({ report, format }) => `${report}.${format}`)).toEqual([
      "profitability/projects.csv",
      "profitability/projects.xlsx",
      "trends/projects.csv",
    ]);
  });

  it("has the fields of the report's schema, dates first and then what is required", () => {
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ["start_date", "date", false],
      ["end_date", "date", false],
      ["currency", "text", true],
      ["project_ids", "ids", false],
      ["client_ids", "ids", false],
      ["billable", "yes-no", false],
      ["resolution", "choice", false],
      ["rounding", "choice", false],
    ]);
    expect(fields.find(({ name }) => name === "rounding")?.options).toEqual([-1, 0, 1]);
    expect(fields.find(({ name }) => name === "client_ids")).toMatchObject({ label: "Client ids", takesNull: true });
    expect(fields.filter(({ kind }) => kind === "ids").map(hintOf)).toEqual([
      "Ids with commas between them.",
      "Ids with commas between them; null stands for those without one.", // as the API says it of a wrong one
    ]);
    expect(fields.find(({ name }) => name === "currency")?.description).toBe("ISO 4217, such as usd");
  });

  it("takes parts that a schema is made up of together", () => {
    const { paths, components } = openApiDocument;
    const both = { allOf: [{ $ref: "#/components/schemas/Trends" }, { required: ["start_date"] }] };
    const content = { "application/json": { schema: both } };
    const document = {
      paths: { ...paths, [projects]: { post: { requestBody: { content } } } },
      ...(components && { components }),
    };
    expect(formFields(document, projects).map(({ name, required }) => [name, required])).toEqual([
      ["start_date", true],
      ["end_date", false],
      ["project_ids", false],
    ]);
  });

  it("means a body of the right types, without what is left empty", () => {
    const values = {
      start_date: "2026-10-01",
      end_date: " ",
      currency: "usd",
      project_ids: "1001, 1002;1003",
      client_ids: "501 none",
      billable: "false",
      resolution: "week",
      rounding: "-1",
      other: "not a field",
    };
    expect(formBody(fields, values)).toEqual({
      start_date: "2026-10-01",
      currency: "usd",
      project_ids: [1001, 1002, 1003],
      client_ids: [501, null],
      billable: false,
      resolution: "week",
      rounding: -1,
    });
  });

  it("leaves it to the API to say what is wrong", () => {
    expect(formBody(fields, { project_ids: "website", currency: "dollars" })).toEqual({
      project_ids: ["website"],
      currency: "dollars",
    });
  });
});
