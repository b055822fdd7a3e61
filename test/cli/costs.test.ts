import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { costsOf } from "../../cli/cost/costs.ts";
import { readConfig } from "../../lib/config/config.ts";
import { config, synthesized } from "../lib/synthesized.ts";

const sum = (lines: readonly { dollars: number }[]) => lines.reduce((total, { dollars }) => total + dollars, 0);
const costs = (contents: unknown = config) => costsOf(synthesized(contents).toJSON() as never);
const idleLine = (contents: unknown, name: string) => costs(contents).idle.find(({ what }) => what === name)?.dollars;

it("counts what the template has", () => {
  expect(idleLine(config, "secrets")).toBe(0.8); // three workspaces, two secrets
  expect(idleLine({ ...config, dashboard: true }, "dashboard")).toBe(3);
  expect(idleLine({ ...config, alarms: false }, "alarms")).toBe(0);
  expect(idleLine(config, "metrics")).toBe(0); // no schedules, nothing to watch
});

it("counts a notice for each address that is to have any, and the alarms' metrics of the function that sends them", () => {
  const notices = (contents: object) => {
    const names = ["send-notices", "topic", "mails", "https notices"];
    return costs(contents).perThousand.background.flatMap(({ what, dollars }) =>
      names.includes(what) ? [[what, Number(dollars.toFixed(4))]] : [],
    );
  };
  const operations = { ...config, alarm_notify: ["operations@acme.example"] };
  expect(notices(operations)).toEqual([]);
  const notify = ["accounts@acme.example", "board@acme.example", "https://hooks.acme.example/toggl"];
  expect(notices({ ...operations, notify })).toEqual([
    ["send-notices", 0.0033],
    ["topic", 0.0005],
    ["mails", 0.04],
    ["https notices", 0.0006],
  ]);
  const alarms = (contents: unknown) => idleLine(contents, "alarms") ?? 0;
  expect(alarms({ ...config, notify }) - alarms(config)).toBeCloseTo(0.2);
});

it("follows the functions' memory", () => {
  const template = synthesized().toJSON() as { Resources: Record<string, { Properties: { MemorySize?: number } }> };
  const lambda = () => costsOf(template as never).perThousand.waited.find(({ what }) => what === "Lambda")?.dollars;
  const before = lambda() ?? 0;
  for (const [id, { Properties }] of Object.entries(template.Resources)) {
    if (id.includes("CreateExport") && Properties.MemorySize) Properties.MemorySize *= 2;
  }
  expect(lambda()).toBeCloseTo(2 * before);
});

it("is what the README says of the configuration that comes with it", () => {
  const readme = readFileSync("README.md", "utf8");
  const { idle, perThousand } = costs(readConfig("insights.config.json"));
  for (const lines of [idle, perThousand.waited, perThousand.background]) {
    expect(readme).toContain(`$${sum(lines).toFixed(2)}`);
  }
});
