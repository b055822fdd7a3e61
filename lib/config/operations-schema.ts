import * as z from "zod";
import { notifyAddresses } from "./notify-schema.ts";

/** Settings for those who look after a deployment. */
export const operationsSettings = {
  tags: z
    .record(z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/), z.string().max(256))
    .default({})
    .describe("Tags on everything that the stack creates, such as a cost center."),
  toggl_hourly_quota: z
    .int()
    .positive()
    .default(600)
    .describe("Requests an hour that your Toggl plan allows: Free 30, Starter 240, Premium 600."),
  alarms: z
    .boolean()
    .default(true)
    .describe("CloudWatch alarms that tell a topic of theirs. Each costs $0.10 a month beyond the ten that are free."),
  alarm_notify: notifyAddresses
    .default([])
    .describe("Who hears of alarms: e-mail and https addresses. Those in `notify` hear of exports alone."),
  runbook_url: z
    .string()
    .min(1)
    .default("docs/runbook.md")
    .describe("Where your team finds the runbook; alarms link to its headings."),
  dashboard: z
    .boolean()
    .default(false)
    .describe("A CloudWatch dashboard. It costs $3 a month beyond the three free ones."),
};
