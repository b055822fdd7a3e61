/** What the package gives to other programs: `import { insightsClient } from "toggl-insights-aws"`. */

export type * from "../api/export.ts";
export type { Names } from "../api/names.ts";
export type { FileRequest, ReportRequest } from "../api/parameters.ts";
export type { FieldError, Problem } from "../api/problem.ts";
export type { Run, RunRequest, Schedule, ScheduleList } from "../api/schedule.ts";
export type { Trend, Trends } from "../api/trends.ts";
export { ApiProblem, ForeignAnswer, NoAnswer } from "./api-problem.ts";
export type { ApiAddress } from "./call-api.ts";
export {
  type FileReport,
  type FileRequests,
  type InsightsClient,
  insightsClient,
  type LatestFile,
} from "./insights-client.ts";
export type { Signer } from "./sign-request.ts";
