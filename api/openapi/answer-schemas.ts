import * as z from "zod/v4/core";
import {
  DeferredExport,
  Export,
  ExportFile,
  ExportId,
  ExportList,
  ExportWithLink,
  FailedExport,
  PublishedExport,
  QueuedExport,
  RunningExport,
  SucceededExport,
  TogglUsage,
} from "../export.ts";
import { Manifest, ManifestEntry, Rebuild } from "../manifest.ts";
import { Names } from "../names.ts";
import { FieldError, Problem } from "../problem.ts";
import { Run, RunRequest, Schedule, ScheduleList, ScheduleRun } from "../schedule.ts";
import { Trend, Trends } from "../trends.ts";
import { type JsonSchema, tidy } from "./json-schema.ts";

const schemas = {
  FieldError,
  Problem,
  ExportId,
  ExportFile,
  TogglUsage,
  QueuedExport,
  RunningExport,
  DeferredExport,
  SucceededExport,
  FailedExport,
  Export,
  PublishedExport,
  ExportWithLink,
  ExportList,
  ScheduleRun,
  Schedule,
  ScheduleList,
  RunRequest,
  Run,
  ManifestEntry,
  Manifest,
  Rebuild,
  Names,
  Trend,
  Trends,
};

export type AnswerName = keyof typeof schemas;

/** All answers by name, for `components.schemas`. */
export function answerSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: referenceTo, override: tidy }).schemas as Record<string, JsonSchema>;
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema, $id, id, ...schema }]) => [name, { ...schema, ...told(schema) }]),
  );
}

/** What tells one export of the union from another, for programs that make types of the description. */
function told({ oneOf }: JsonSchema): JsonSchema {
  return oneOf ? { discriminator: { propertyName: "status" } } : {};
}

/** Where a schema stands in the document. */
export function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}
