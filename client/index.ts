/** What the package gives to other programs: `import { insightsClient } from "toggl-insights-aws"`. */

export type * from "../api/export.ts";
export type { Names } from "../api/names.ts";
export type { FileRequest, ReportRequest } from "../api/parameters.ts";
export type { FieldError, Problem } from "../api/problem.ts";
export type { Run, RunRequest, Schedule, ScheduleList } from "../api/schedule.ts";
export type { Trend, Trends } from "../api/trends.ts";
export { ApiProblem, DownloadError, ForeignAnswer, NoAnswer, RegionMissing } from "./api-problem.ts";
export type { ApiAddress, SendRequest } from "./call-api.ts";
export type { Download } from "./download.ts";
export {
  type CallOptions,
  type ClientOptions,
  type CreateOptions,
  type FileReport,
  type FileRequests,
  type HistoryFilter,
  type InsightsClient,
  insightsClient,
  type LatestFile,
  type LatestOptions,
  type WaitOptions,
  type WalkOptions,
} from "./insights-client.ts";
export type { Signer } from "./sign-request.ts";
