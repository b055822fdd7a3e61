/** Flags of every command that talks to the API. */
export const targetFlags = {
  api: { type: "string", description: "Address of the API; without it that of the running npm start" },
  stack: { type: "string", description: "A deployed stack, in AWS_REGION; its outputs have the address" },
  "token-command": {
    type: "string",
    description: "A command that prints the JWT to call with (auth.jwt); or set TOGGL_INSIGHTS_TOKEN",
  },
  json: { type: "boolean", default: false, description: "Results as JSON, for programs" },
} as const;

export const workspaceFlag = {
  workspace: { alias: "w", type: "number", description: "The workspace's id at Toggl" },
} as const;

export const waitFlag = {
  wait: { type: "boolean", default: true, description: "Wait until it is made; --no-wait leaves at once" },
} as const;
