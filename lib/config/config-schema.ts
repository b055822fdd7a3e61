import * as z from "zod";
import { baseUrl, defaultMaxFileBytes, downloadUrlSeconds, togglBaseUrl } from "../../lambdas/contract.ts";
import { bucketName } from "../../lambdas/core/exports/bucket-name.ts";
import { accessSettings } from "./access-schema.ts";
import { notifyAddresses } from "./notify-schema.ts";
import { operationsSettings } from "./operations-schema.ts";
import { canonical, mustParse } from "./parsed-setting.ts";
import { scheduleSchema } from "./schedule-schema.ts";

const minutes = 60;
const megabyte = 1024 ** 2;

const workspace = z.strictObject({
  id: z.int().positive().describe("The workspace's id at Toggl: the number in the address of its pages."),
  name: z.string().min(1).describe("What people call the workspace."),
  token_secret: z
    .string()
    .regex(/^[\w/+=.@-]{1,128}$/, "must be a Secrets Manager name: 1 to 128 letters, digits and /_+=.@-")
    .describe("Name of the Secrets Manager secret that holds an API token of an admin of the workspace."),
});

/** What insights.config.json may hold. The JSON Schema beside it is made from this. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    stack_name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, "must be letters, digits and hyphens, and begin with a letter")
      .default("TogglInsights")
      .describe("Name of the CloudFormation stack."),
    workspaces: z
      .array(workspace)
      .min(1)
      .superRefine(refuseRepeatedIds)
      .describe("The workspaces that this deployment serves. Any other is refused."),
    schedules: z.array(scheduleSchema).max(200).default([]).describe("Exports that are made by themselves."),
    notify: notifyAddresses
      .default([])
      .describe("Who is notified of exports that are done, failed or restated: e-mail and https addresses."),
    download_url_minutes: z
      .int()
      .min(1)
      .max(downloadUrlSeconds.maximum / minutes)
      .default(downloadUrlSeconds.default / minutes)
      .describe("How long a download link works. It dies with the function's credentials, so an hour at most."),
    max_file_megabytes: z
      .int()
      .min(1)
      .max(4096)
      .default(defaultMaxFileBytes / megabyte)
      .describe("A larger file from Toggl is refused."),
    exports_bucket: z
      .string()
      .superRefine(mustParse(bucketName))
      .optional()
      .describe("The bucket that a former stack left, to go on with: its name. Without it the stack makes a bucket."),
    keep_exports_days: z
      .int()
      .min(1)
      .optional()
      .describe("Delete files and records of exports after this many days. Without it they stay."),
    log_retention_days: z
      .literal([
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ])
      .default(30)
      .describe("How long logs are kept, in days, as CloudWatch Logs counts them."),
    throttle: z
      .strictObject({
        requests_per_second: z.number().positive().max(10_000).describe("Steady rate over all callers."),
        burst: z.int().positive().max(5000).describe("Requests that may come at once."),
      })
      .default({ requests_per_second: 10, burst: 20 })
      .describe("What the API takes before it answers 429."),
    validate_at_gateway: z
      .boolean()
      .default(false)
      .describe("Has API Gateway check bodies before it calls a function. Its answer does not name the field."),
    ...accessSettings,
    ...operationsSettings,
    toggl_base_url: z
      .string()
      .superRefine(mustParse(baseUrl))
      .overwrite((value) => canonical(baseUrl, value))
      .default(togglBaseUrl)
      .describe("Where Toggl is. Only for a proxy of your own."),
  })
  .superRefine(refuseUnfitSchedules)
  .superRefine(({ alarms, alarm_notify }, context) => {
    if (alarms || alarm_notify.length === 0) return;
    const message = 'names who hears of alarms, but "alarms" is false; take out one of them';
    context.addIssue({ code: "custom", path: ["alarm_notify"], message });
  });

export type Config = z.infer<typeof configSchema>;

function refuseRepeatedIds(workspaces: { id: number }[], context: z.RefinementCtx): void {
  workspaces.forEach(({ id }, index) => {
    const first = workspaces.findIndex((other) => other.id === id);
    if (first === index) return;
    context.addIssue({ code: "custom", path: [index, "id"], message: `is the id of workspaces[${first}] too` });
  });
}

interface Named {
  readonly workspaces: readonly { id: number }[];
  readonly schedules: readonly { name: string; workspace_id: number }[];
}

function refuseUnfitSchedules({ workspaces, schedules }: Named, context: z.RefinementCtx): void {
  schedules.forEach(({ name, workspace_id }, index) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: ["schedules", index, field], message });
    const first = schedules.findIndex((other) => other.name === name);
    if (first !== index) refuse("name", `is the name of schedules[${first}] too`);
    if (!workspaces.some(({ id }) => id === workspace_id)) {
      refuse("workspace_id", `is none of the workspaces (${workspaces.map(({ id }) => id).join(", ")})`);
    }
  });
}
