import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { configJsonSchema } from "../../lib/config/config-json-schema.ts";
import { configFile } from "./synthesized.ts";

const workspace = { id: 123, name: "Acme", token_secret: "toggl/acme" };

const schedule = {
  name: "monthly",
  workspace_id: 123,
  report: "profitability/projects",
  cron: "0 6 3 * ? *",
  period: "previous-month",
  parameters: { currency: "usd" },
};

describe("a configuration that does not fit is refused with what is wrong", () => {
  it.each<[string, unknown, RegExp]>([
    ["broken JSON", '{"workspaces": [}', /cannot be read: .*JSON/],
    ["no workspaces", {}, /workspaces: /],
    ["an empty list", { workspaces: [] }, /workspaces: /],
    ["an id in quotes", { workspaces: [{ ...workspace, id: "123" }] }, /workspaces\[0\]\.id: .*number/],
    ["an id twice", { workspaces: [workspace, workspace] }, /workspaces\[1\]\.id: is the id of workspaces\[0\] too/],
    ["a bad secret's name", { workspaces: [{ ...workspace, token_secret: "a b" }] }, /token_secret: must be a Secrets/],
    ["an unknown setting", { workspaces: [workspace], colour: 1 }, /colour: is not a setting/],
    [
      "an unknown setting within",
      { workspaces: [{ ...workspace, token: "x" }] },
      /workspaces\[0\]\.token: is not a setting/,
    ],
    ["links that live too long", { workspaces: [workspace], download_url_minutes: 61 }, /download_url_minutes: .*60/],
    [
      "plain http",
      { workspaces: [workspace], toggl_base_url: "http://x.example" },
      /toggl_base_url: must start with https/,
    ],
    ["a retention that CloudWatch lacks", { workspaces: [workspace], log_retention_days: 2 }, /log_retention_days: /],
  ])("%s", (_, contents, message) => {
    expect(() => readConfig(configFile(contents))).toThrow(message);
  });

  it.each<[string, object, string]>([
    [
      "a setting that is missing",
      { workspaces: [{ id: 1, name: "A" }] },
      "workspaces[0].token_secret: is missing; it must be a text",
    ],
    ["a list that is missing", {}, "workspaces: is missing; it must be a list"],
    ["a number in quotes", { workspaces: [{ ...workspace, id: "5" }] }, "workspaces[0].id: must be a number"],
    ["half a workspace", { workspaces: [{ ...workspace, id: 1.5 }] }, "workspaces[0].id: must be a whole number"],
    ["a text for a list", { workspaces: [workspace], notify: "a@b.example" }, "notify: must be a list"],
    [
      "an unknown word",
      { workspaces: [workspace], schedules: [{ ...schedule, week_start: "mon" }] },
      'schedules[0].week_start (schedule "monthly"): must be one of "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"',
    ],
    ["a text for yes or no", { workspaces: [workspace], alarms: "yes" }, "alarms: must be true or false"],
    ["null", { workspaces: [workspace], exports_bucket: null }, "exports_bucket: must be a text"],
    ["a number for a group", { workspaces: [workspace], vpc: 5 }, "vpc: must be a group of settings"],
    ["no configuration at all", [], "the file: must be a group of settings"],
  ])("in words for people: %s", (_, contents, line) => {
    const said = () => readConfig(configFile(contents));
    expect(said).toThrow(`does not fit:\n  ${line}`);
    expect(said).not.toThrow(/Invalid|expected|received/);
  });

  it("naming every fault at once", () => {
    const contents = { workspaces: [{ id: 0, name: "" }], max_file_megabytes: 0 };
    expect(() => readConfig(configFile(contents))).toThrow(
      /id: .*\n.*name: .*\n.*token_secret: .*\n.*max_file_megabytes: /,
    );
  });

  it("or how to make one, if there is none", () => {
    expect(() => readConfig("/nowhere/insights.config.json")).toThrow(/does not exist. Copy/);
  });
});

describe("a schedule that does not fit is refused by its name, with what is wrong", () => {
  const where = String.raw`schedules\[0\]`;
  const named = String.raw` \(schedule "monthly"\): `;

  it.each<[string, object, string]>([
    ["a bad cron expression", { cron: "0 6 3 * * *" }, `${where}.cron${named}must have a \\? in exactly one`],
    ["a bad rate", { cron: undefined, rate: "1 hours" }, `${where}.rate${named}must be a number and a unit`],
    ["both cron and rate", { rate: "1 hour" }, `${where}${named}must have either cron or rate`],
    ["neither cron nor rate", { cron: undefined }, `${where}${named}must have either cron or rate`],
    ["an unknown workspace", { workspace_id: 4 }, `workspace_id${named}is none of the workspaces \\(123\\)`],
    ["an unknown period", { period: "monthly" }, `period${named}must be previous-day`],
    ["an unknown zone", { time_zone: "Europe/Bonn" }, `time_zone${named}is no time zone; .* such as Europe/Berlin`],
    ["an offset for a zone", { time_zone: "+01:00" }, `time_zone${named}is no time zone`],
    ["an unknown report", { report: "summary" }, `report${named}`],
    ["a format twice", { formats: ["csv", "csv"] }, `formats${named}must not name a format twice`],
    [
      "a field that the report does not take",
      { parameters: { currency: "usd", user_ids: [1] } },
      `parameters.user_ids${named}is not a field of`,
    ],
    [
      "a value that does not fit",
      { parameters: { currency: "dollars" } },
      `parameters.currency${named}must be the three-letter`,
    ],
    ["a missing field", { parameters: {} }, `parameters.currency${named}is required`],
    [
      "a date of its own",
      { parameters: { currency: "usd", start_date: "2026-01-01" } },
      `parameters.start_date${named}is worked out`,
    ],
    [
      "a comparison that the report lacks",
      { previous_period: "equal-length" },
      `previous_period${named}is for trends/projects and data_trends/projects only`,
    ],
    [
      "another way to go on with other columns",
      { on_columns_changed: "stop" },
      `on_columns_changed${named}must be "publish" or "hold"`,
    ],
    ["an unknown setting", { colour: 1 }, `${where}.colour${named}is not a setting`],
  ])("%s", (_, change, message) => {
    const contents = { workspaces: [workspace], schedules: [{ ...schedule, ...change }] };
    expect(() => readConfig(configFile(contents))).toThrow(new RegExp(message));
  });

  it("a name used twice", () => {
    const contents = { workspaces: [workspace], schedules: [schedule, schedule] };
    expect(() => readConfig(configFile(contents))).toThrow(
      /schedules\[1\]\.name \(schedule "monthly"\): is the name of schedules\[0\] too/,
    );
  });
});

it("knows who is to be told", () => {
  expect(() =>
    readConfig(configFile({ workspaces: [workspace], alarms: false, alarm_notify: ["a@b.example"] })),
  ).toThrow('alarm_notify: names who hears of alarms, but "alarms" is false; take out one of them');
  const notify = ["accounts@acme.example", "https://hooks.acme.example/toggl"];
  expect(readConfig(configFile({ workspaces: [workspace], notify })).notify).toEqual(notify);
  for (const wrong of ["http://hooks.acme.example", "somebody"]) {
    expect(() => readConfig(configFile({ workspaces: [workspace], notify: [wrong] }))).toThrow(
      /notify\[0\]: must be an e-mail address or an https address/,
    );
  }
});

it("fills in what is left out", () => {
  expect(readConfig(configFile({ workspaces: [workspace] }))).toMatchObject({
    stack_name: "TogglInsights",
    download_url_minutes: 15,
    max_file_megabytes: 512,
    toggl_base_url: "https://api.track.toggl.com",
  });
});

it("has a schedule publish files with other columns, unless they are to be held", () => {
  const [left, held] = [schedule, { ...schedule, name: "held", on_columns_changed: "hold" }];
  const { schedules } = readConfig(configFile({ workspaces: [workspace], schedules: [left, held] }));
  expect(schedules.map(({ on_columns_changed }) => on_columns_changed)).toEqual(["publish", "hold"]);
});

it("has the JSON Schema beside it that editors complete it by", () => {
  expect(readFileSync("insights.config.schema.json", "utf8")).toBe(configJsonSchema());
});

it("comes with a demo workspace, so that nothing need be edited", () => {
  expect(readConfig("insights.config.json").workspaces).toHaveLength(1);
});
