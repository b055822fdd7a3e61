import { describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import { formBody } from "../../console/page/exports/form-body.ts";
import { fileReports, formFields, hintOf } from "../../console/page/exports/form-fields.ts";
import { formDays, formPeriods } from "../../console/page/exports/form-period.ts";
import { currencyChoices, formLike, usedCurrencies } from "../../console/page/exports/form-state.ts";
import { pickerOptions } from "../../console/page/exports/picker-options.ts";
import { parsePeriod } from "../../lambdas/core/schedules/periods.ts";
import { exportOf } from "../handlers/answer.ts";
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

describe("what stands in the form", () => {
  const zone = "Europe/Berlin";
  const now = Date.parse("2026-11-30T23:30:00Z"); // in Berlin it is December already

  it.each([
    ["month-to-date", "2026-12-01", "2026-12-01"],
    ["previous-month", "2026-11-01", "2026-11-30"],
    ["previous-quarter", "2026-07-01", "2026-09-30"],
    ["year-to-date", "2026-01-01", "2026-12-01"],
    ["previous-year", "2025-01-01", "2025-12-31"],
  ])("means days on the viewer's calendar: %s", (period, start_date, end_date) => {
    expect(formDays({ period, values: { start_date: "2020-01-01" } }, now, zone)).toEqual({ start_date, end_date });
  });

  it("has days of its own where no period is chosen, and sends none that is empty", () => {
    const values = { start_date: "2026-10-01", currency: "usd" };
    const days = formDays({ period: "custom", values }, now, zone);
    expect(days).toEqual({ start_date: "2026-10-01", end_date: "" });
    expect(formBody(fields, { ...values, ...days })).toEqual({ start_date: "2026-10-01", currency: "usd" });
    for (const [name] of formPeriods.slice(0, -1)) expect(parsePeriod(name), name).toBeDefined();
  });

  it("asks for the very same again, whatever the export was asked for", () => {
    const parameters = {
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      currency: "EUR",
      project_ids: [1001, 1002],
      client_ids: [501, null],
      billable: false,
      resolution: "week",
      rounding: -1,
    };
    const like = formLike(exportOf({ parameters }));
    expect(like).toMatchObject({ report: "profitability/projects", format: "csv", period: "custom" });
    expect(formBody(fields, { ...like.values, ...formDays(like, now, zone) })).toEqual(parameters);
  });

  it("offers every currency once, those in use first and as they were written", () => {
    const used = usedCurrencies([{ currency: "EUR" }, { currency: "usd" }, { currency: "EUR" }, {}].map(parametersOf));
    expect(used).toEqual(["EUR", "usd"]);
    const { used: first, others } = currencyChoices([...used, "eur", "dollars"]);
    expect(first.map(([code]) => code)).toEqual(["EUR", "usd", "dollars"]);
    expect(first[0]).toEqual(["EUR", "EUR – Euro"]);
    expect(others.length).toBeGreaterThan(100);
    const all = [...first, ...others].map(([code]) => code.toUpperCase());
    expect(new Set(all).size).toBe(all.length);
    expect(others).toContainEqual(["chf", "CHF – Swiss Franc"]);
  });

  it("has projects, clients and people found by name or id, and takes an id without a name", () => {
    const names = { 7: "Website", 12: "App", 70: "Über uns" };
    const found = (text: string, chosen: string[] = []) =>
      pickerOptions({ names, chosen, text, takesNull: true, one: "client" }).map(({ id, name }) => `${id} ${name}`);
    expect(found("")).toEqual(["null No client", "12 App", "70 Über uns", "7 Website"]);
    expect(found("", ["7", "99"])).toEqual(["7 Website", "99 client 99", "null No client", "12 App", "70 Über uns"]);
    const many = Object.fromEntries(["Group 100", "Group 10", "Group 2"].map((name, at) => [at, name]));
    const groups = pickerOptions({ names: many, chosen: [], text: "", takesNull: false, one: "group" });
    expect(groups.map(({ name }) => name)).toEqual(["Group 2", "Group 10", "Group 100"]);
    expect(found("ÜBER")).toEqual(["70 Über uns"]);
    expect(found("7")).toEqual(["70 Über uns", "7 Website"]);
    expect(found("4711")).toEqual(["4711 client 4711"]);
    expect(found("no cl")).toEqual(["null No client"]);
    expect(found("<b>")).toEqual([]);
  });
});

const parametersOf = (parameters: Export["parameters"]) => ({ parameters });
