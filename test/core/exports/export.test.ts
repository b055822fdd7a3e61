import { expect, it } from "vitest";
import { isExport } from "../../../lambdas/core/exports/export.ts";

const record = {
  id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T",
  status: "succeeded",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: {},
  created_at: "2026-11-03T05:00:00Z",
};

it.each([
  ["what every record has", {}],
  ["fields of a later version", { colour: "blue" }],
  ["its moments", { completed_at: "2026-11-03T05:00:04Z", occurrence: "2026-11-03T05:00:00Z" }],
  ["a file", { file: { key: "exports/x.csv" } }],
])("a record is an export with %s", (_, more) => expect(isExport({ ...record, ...more })).toBe(true));

it.each([
  ...["id", "status", "report", "format", "workspace_id", "parameters", "created_at"].map((name) => ({
    [name]: undefined,
  })),
  ...["id", "status", "report", "format"].map((name) => ({ [name]: 7 })),
  ...["created_at", "completed_at", "occurrence", "resumes_at", "event_sent_at", "event_failed_at"].flatMap((name) => [
    { [name]: "soon" },
    { [name]: 1_793_682_000 },
    { [name]: null },
  ]),
  { id: "no-ulid" },
  { workspace_id: "1" },
  { workspace_id: 1.5 },
  { parameters: [] },
  { parameters: null },
  { parameters: "text" },
  { file: null },
  { file: "exports/x.csv" },
  { file: {} },
  { file: { key: 7 } },
])("a record is none with %j", (wrong) => expect(isExport({ ...record, ...wrong })).toBe(false));

it.each([null, undefined, "text", 7, true])("%j is no export", (value) => expect(isExport(value)).toBe(false));
