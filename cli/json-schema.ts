import { openApiDocument } from "../api/openapi/openapi-document.ts";
import { checks } from "../api/problems.ts";
import { ownFailures } from "./exit-codes.ts";

type Schema = Readonly<Record<string, unknown>>;

const api = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const object = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const list = (items: Schema): Schema => ({ type: "array", items });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const words = (...values: readonly string[]): Schema => ({ enum: values });

const text = { type: "string" };
const yesOrNo = { type: "boolean" };
const count = { type: "integer", minimum: 0 };
const number = { type: "number" };
const day = { type: "string", format: "date" };
const time = { type: "string", format: "date-time" };

const savedExport = { allOf: [api("ExportWithLink"), { properties: { saved_as: text } }] };
const days = object({ start_date: day, end_date: day });
const deadLetter = object({ id: text, group: text, given_up_at: time, content: text });

const plan = object({
  periods: list(
    object({ start_date: day, end_date: day, occurrence: time, is_there: yesOrNo, export_ids: list(api("ExportId")) }),
  ),
  periods_there: count,
  periods_to_make: count,
  periods_not_over: count,
  toggl_requests: count,
  hours_of_quota: number,
  quota_per_hour: count,
});

const project = object(
  {
    project_id: { type: "integer" },
    name: text,
    current_seconds: number,
    previous_seconds: number,
    change_percent: number,
    days: list(orNull(number)),
  },
  ["name", "current_seconds", "previous_seconds", "change_percent"],
);

const finding = object({
  check: orNull(words(...checks)),
  passed: orNull(words(...checks)),
  reason: text,
  fix: text,
});

const diagnosis = object(
  {
    workspace_id: count,
    workspace: text,
    answered: yesOrNo,
    finding: orNull(finding),
    quota_remaining: { type: "integer" },
    quota_resets_at: time,
    checks: list(object({ check: words(...checks), outcome: words("fine", "wrong", "unknown") })),
  },
  ["quota_remaining", "quota_resets_at"],
);

const question = object(
  {
    name: text,
    expected: text,
    source: text,
    outcome: words("as expected", "otherwise", "not tried here", "by hand"),
    because: text,
    steps: list(text),
    seen: text,
  },
  ["because", "steps", "seen"],
);

/** What each command prints with `--json`, by its name. */
export const resultSchemas: Readonly<Record<string, Schema>> = {
  export: { anyOf: [savedExport, api("Export")], description: "The export; saved_as once its file is saved." },
  trends: object({ start_date: day, end_date: day, previous: orNull(days), projects: list(project) }),
  exports: api("ExportList"),
  download: savedExport,
  console: object({ url: text, api: text }),
  schedules: api("ScheduleList"),
  run: api("Run"),
  backfill: object({ plan, exports: list(api("Export")) }, ["exports"]),
  rebuild: api("Rebuild"),
  "accept-columns": api("Rebuild"),
  deploy: object({ stack: text, version: text, region: text, api_url: text, bucket: text, first_call: text }),
  token: object({ workspace_id: count, secret: text, outcome: words("created", "updated") }),
  doctor: object({ url: text, where: text, version: text, node: text, workspaces: list(diagnosis) }),
  redrive: {
    anyOf: [
      object({ count, dead_letters: list(deadLetter) }),
      object({ moved: list(deadLetter), given_up_again: list(deadLetter), left: count }),
    ],
    description: "With --dry-run what lies there, else what was moved.",
  },
  "smoke-aws": object({ asked_at: time, where: text, version: text, node: text, questions: list(question) }),
  destroy: object({ stack: text, bucket: text }),
  tick: object({ schedule: text, occurrence: time, exports: list(api("ExportWithLink")) }),
};

const failure = {
  ...object(
    {
      code: {
        ...text,
        description: `One of the API's, or of the command's own: ${Object.keys(ownFailures).join(", ")}.`,
      },
      detail: { ...text, description: "What is wrong and what to do." },
      type: text,
      title: text,
      status: { type: "integer" },
      instance: text,
      retryable: yesOrNo,
      errors: list(api("FieldError")),
      retry_after_seconds: number,
    },
    ["type", "title", "status", "instance", "retryable", "errors", "retry_after_seconds"],
  ),
  description: "On the standard error, of every command: the API's own problem where there is one.",
};

/** The JSON Schema of what the command line prints, as docs/command-line.schema.json has it. */
export function commandJsonSchema(version: string): string {
  const { schemas } = JSON.parse(
    JSON.stringify(openApiDocument(version).components).replaceAll("#/components/schemas/", "#/$defs/"),
  ) as { schemas: Readonly<Record<string, Schema>> };
  const own = { ...resultSchemas, failure };
  const named = (schema: unknown) =>
    Array.from(JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g), ([, name = ""]) => name);
  const needed = new Set(named(own));
  for (const name of needed) for (const further of named(schemas[name])) needed.add(further);
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What toggl-insights prints with --json",
    description: "One object for each command, under its name in $defs; a failure is an object, too.",
    anyOf: Object.keys(own).map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: { ...own, ...Object.fromEntries([...needed].map((name) => [name, schemas[name]])) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
