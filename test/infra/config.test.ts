import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { configJsonSchema } from "../../lib/config-json-schema.ts";
import { configFile } from "./synthesized.ts";

const workspace = { id: 123, name: "Acme", token_secret: "toggl/acme" };

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
    ["schedules, which are not there yet", { workspaces: [workspace], schedules: [{}] }, /schedules: must stay empty/],
  ])("%s", (_, contents, message) => {
    expect(() => readConfig(configFile(contents))).toThrow(message);
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

it("fills in what is left out", () => {
  expect(readConfig(configFile({ workspaces: [workspace] }))).toMatchObject({
    stack_name: "TogglInsights",
    download_url_minutes: 15,
    max_file_megabytes: 512,
    toggl_base_url: "https://api.track.toggl.com",
  });
});

it("has the JSON Schema beside it that editors complete it by", () => {
  expect(readFileSync("insights.config.schema.json", "utf8")).toBe(configJsonSchema());
});

it("comes with a demo workspace, so that nothing need be edited", () => {
  expect(readConfig("insights.config.json").workspaces).toHaveLength(1);
});
