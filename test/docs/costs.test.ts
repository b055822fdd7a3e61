import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { startFaultyS3 } from "../e2e/faulty-s3.ts";
import { monthly, queuesOf, startScheduled } from "../e2e/scheduled.ts";
import { synthesized } from "../lib/synthesized.ts";

const page = readFileSync("docs/costs.md", "utf8");

interface Line {
  readonly what: string;
  readonly count: number;
  readonly price: number;
  readonly dollars: number;
}

/** The tables by what stands above them, each with its lines and the sum at its end. */
const tables = Array.from(
  page.matchAll(/([^\n]+)\n\n\| what \|.*\n\|[-|]+\n((?:\|.*\n?)+)/g),
  ([, title = "", rows = ""]) => {
    const lines: Line[] = rows
      .trim()
      .split("\n")
      .map((row) => row.split("|").map((cell) => cell.trim()))
      .map(([, what = "", count, price, dollars]) => ({
        what,
        count: Number(count),
        price: Number(price),
        dollars: Number(dollars),
      }));
    return { title, lines: lines.slice(0, -1), sum: lines.at(-1) };
  },
);
const table = (title: string) => tables.find((one) => one.title.includes(title));
const count = (title: string, what: string) => table(title)?.lines.find((line) => line.what.includes(what))?.count;

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Metrics?: readonly object[];
    readonly MemorySize?: number;
    readonly ScheduleExpression?: string;
  };
}

function resourcesOf(type: string, contents: unknown = shipped): [string, Resource["Properties"]][] {
  const { Resources } = synthesized(contents).toJSON() as { Resources: Record<string, Resource> };
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties]] : []));
}

const shipped = readConfig("insights.config.json");

/** An alarm is paid for by the metrics that it looks at. */
const alarmMetrics = (contents: unknown) =>
  resourcesOf("AWS::CloudWatch::Alarm", contents).reduce(
    (sum, [, { Metrics }]) => sum + (Metrics?.filter((metric) => "MetricStat" in metric).length ?? 1),
    0,
  );
const memoryOf = (name: string, contents: unknown = shipped) =>
  resourcesOf("AWS::Lambda::Function", contents).find(([id]) => id.includes(name))?.[1].MemorySize ?? 0;

describe("the arithmetic of docs/costs.md", () => {
  it("is of four tables", () => {
    expect(tables).toHaveLength(4);
  });

  it.each(tables)("is right: $title", ({ lines, sum }) => {
    for (const { what, count, price, dollars } of lines)
      expect(Math.abs(count * price - dollars), what).toBeLessThan(0.000_51);
    const total = lines.reduce((before, line) => before + line.count * line.price, 0);
    expect(sum?.what).toBe("together");
    expect(Math.abs(total - (sum?.dollars ?? 0))).toBeLessThan(0.001);
  });
});

describe("its counts are the template's:", () => {
  const idle = "A month while it is idle";
  const waited = "callers wait for";
  const background = "in the background";

  it("secrets and alarms", () => {
    expect(count(idle, "secrets")).toBe(new Set(shipped.workspaces.map(({ token_secret }) => token_secret)).size);
    expect(count(idle, "alarms look at")).toBe(alarmMetrics(shipped));
    expect(alarmMetrics({ ...shipped, alarms: false })).toBe(0);
    expect(alarmMetrics({ ...shipped, notify: ["a@acme.example"] }) - alarmMetrics(shipped)).toBe(2);
  });

  it("metrics on schedules, sent every three hours", () => {
    const watcher = resourcesOf("AWS::Events::Rule").filter(
      ([, { ScheduleExpression }]) => ScheduleExpression === "rate(3 hours)",
    );
    expect(watcher).toHaveLength(1);
    expect(count(idle, "on schedules")).toBeCloseTo(((shipped.schedules.length + 1) * 8 * 30) / 720, 3);
  });

  it("the functions' memory", () => {
    expect(count(waited, "GB-seconds")).toBe((1000 * 3 * memoryOf("CreateExport")) / 1024);
    expect(count(background, "GB-seconds")).toBe((1000 * 5 * memoryOf("RunExport")) / 1024);
    const withNotices = { ...shipped, notify: ["a@acme.example"] };
    expect(count("`notify` adds", "GB-seconds")).toBe((1000 * memoryOf("SendNotices", withNotices)) / 1024);
  });

  it("each export's requests to S3", async ({ onTestFinished }) => {
    const s3 = await startFaultyS3();
    const product = await startScheduled([{ ...monthly, formats: ["csv"], time_zone: "UTC" }], s3.env);
    onTestFinished(async () => {
      await product.close();
      await s3.close();
    });
    const requests = async (which: RegExp, occurrence: string) => {
      s3.break(which, "reset", 0);
      product.local.fire("monthly", new Date(occurrence));
      await expect.poll(() => queuesOf(product).queue.messages.length === 0).toBe(true);
      return s3.seen();
    };
    await requests(/^PUT /, "2025-02-03T06:00:00Z"); // the first has less to read
    const lists = await requests(/^GET .*list-type/, "2025-03-03T06:00:00Z"); // S3 takes as much for them as for writes
    const writes = await requests(/^(PUT|POST) /, "2025-04-03T06:00:00Z");
    expect(writes + lists).toBe(count(background, "writes to S3"));
    expect((await requests(/^GET /, "2025-05-03T06:00:00Z")) - lists).toBe(count(background, "reads from S3"));
  });

  it("and its sums are what the README says", () => {
    const readme = readFileSync("README.md", "utf8");
    for (const title of [idle, waited, background]) {
      expect(readme).toContain(`$${table(title)?.sum?.dollars.toFixed(2)}`);
    }
  });
});
