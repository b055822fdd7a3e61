import { stackTarget } from "../deploy/stack-target.ts";
import { UsageError } from "../exit-codes.ts";

/** Who the API is called as, where it takes a JWT. */
export const tokenFlag = {
  "token-command": {
    type: "string",
    description: "A command that prints the JWT to call with (auth.jwt); or set TOGGL_INSIGHTS_TOKEN",
  },
} as const;

export const jsonFlag = {
  json: { type: "boolean", default: false, description: "Results as JSON, for programs" },
} as const;

/** Flags of every command that talks to the API. */
export const targetFlags = {
  api: { alias: "url", type: "string", description: "Address of the API; without it that of the running npm start" },
  stack: { type: "string", description: "A deployed stack, in AWS_REGION; its outputs have the address" },
  ...tokenFlag,
  ...jsonFlag,
} as const;

export const workspaceFlag = {
  workspace: { alias: "w", type: "number", description: "The workspace's id at Toggl" },
} as const;

export const waitFlag = {
  wait: { type: "boolean", default: true, description: "Wait until it is made; --no-wait leaves at once" },
} as const;

export const stageFlag = {
  stage: { type: "string", description: "A stack of its own beside the others, such as staging" },
} as const;

/** For commands that take a schedule's name by itself or by this flag. */
export const scheduleFlag = {
  schedule: { type: "string", description: "The schedule, in place of NAME" },
} as const;

/** @throws UsageError that says how to name a schedule */
export function namedSchedule(
  { name, schedule }: { name?: string | undefined; schedule?: string | undefined },
  example: string,
): string {
  if (name && schedule) throw new UsageError("Say the schedule once: by its name alone, or with --schedule.");
  const named = name || schedule;
  if (named) return named;
  throw new UsageError(`Say which schedule: ${example}`);
}

/** The stack that is named, or that of a stage; undefined without either. */
export function namedStack({ stack, stage }: { stack?: string | undefined; stage?: string | undefined }) {
  if (stack !== undefined && stage !== undefined) throw new UsageError("Name either --stack or --stage, not both.");
  return stage === undefined ? stack : stackTarget(stage).stackName;
}
