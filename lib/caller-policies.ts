/** An IAM policy in JSON. */
interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Effect: "Allow" | "Deny";
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

interface Deployment {
  /** The API with its stage, such as `arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/v1`. */
  readonly apiArn: string;
  readonly workspaceId: number;
}

/** Policies to give to those who call the API: docs/security.md shows them, and LOCAL_AUTH=iam evaluates them. */
export const callerPolicies = {
  /** Makes, reads and runs everything in one workspace, and nothing elsewhere. */
  "workspace-caller": ({ apiArn, workspaceId }: Deployment) =>
    invoke(["GET", "HEAD", "POST"].map((method) => `${apiArn}/${method}/workspace/${workspaceId}/*`)),
  /** Reads history, files and schedules of every workspace; has Toggl asked for names alone, once an hour. */
  "read-only-caller": ({ apiArn }: Deployment) => invoke([`${apiArn}/GET/workspace/*`, `${apiArn}/HEAD/workspace/*`]),
  /** Sees everything, runs schedules and makes `current/` again, but asks for no report of its own. */
  operator: ({ apiArn }: Deployment) =>
    invoke([`${apiArn}/GET/workspace/*`, `${apiArn}/HEAD/workspace/*`, `${apiArn}/POST/workspace/*/schedules/*/*`]),
} satisfies Record<string, (deployment: Deployment) => PolicyDocument>;

function invoke(resources: readonly string[]): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["execute-api:Invoke"], Resource: resources }],
  };
}
