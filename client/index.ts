/** What the package gives to other programs: `import { insightsClient } from "toggl-insights-aws"`. */
export { ApiProblem, ForeignAnswer, NoAnswer } from "./api-problem.ts";
export type * from "./api-types.ts";
export type { ApiAddress } from "./call-api.ts";
export { type FileReport, type FileRequests, type InsightsClient, insightsClient } from "./insights-client.ts";
export type { Signer } from "./sign-request.ts";
