import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { limitErrors } from "../../lib/aws-limits.ts";
import { insightsApp } from "../../lib/insights-app.ts";
import { config, configFile, synthesized } from "./synthesized.ts";

const schedule = {
  name: "weekly",
  workspace_id: 1,
  report: "trends/projects",
  cron: "0 6 ? * MON *",
  period: "previous-week",
};
const workspaces = (count: number, secret = (at: number) => `t/${at}`) =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, name: "x", token_secret: secret(at) }));

/** What a configuration is refused with at synth, a line each; undefined if it is not. */
function refusal(settings: object): string[] | undefined {
  const context = { "aws:cdk:bundling-stacks": [] };
  const file = configFile({ workspaces: workspaces(1), ...settings });
  try {
    insightsApp({ configFile: file, context, validate: false }).synth();
    return undefined;
  } catch (error) {
    expect(error).toHaveProperty("name", "ConfigError");
    return (error as Error).message.replace(file, "FILE").split("\n");
  }
}

describe("a configuration that AWS has no room for is refused with the setting to change", () => {
  it("takes as many secrets as the variables name: the policies are spread", () => {
    expect(refusal({ workspaces: workspaces(180) })).toBeUndefined();
    expect(refusal({ workspaces: workspaces(300) })).toEqual([
      expect.stringMatching(/^workspaces: list fewer, or shorter token_secret, .*: the variables of load-trends take/),
    ]);
  });

  it("too many policies, or too long ones, for a role", () => {
    const policy = (Statement: object[]) => ({
      Type: "AWS::IAM::ManagedPolicy",
      Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: { Statement } },
    });
    const few = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`Policy${at}`, policy([])]));
    expect(limitErrors({ Resources: few })).toEqual([]);
    const statements = Array.from({ length: 100 }, (_, at) => ({
      Action: "s3:GetObject",
      Resource: `arn:${at}`.repeat(9),
    }));
    expect(limitErrors({ Resources: { ...few, Policy10: policy(statements) } })).toEqual([
      expect.stringMatching(
        /^workspaces: name fewer token_secret, .* Policy10 would have \d+ characters; AWS takes 6144$/,
      ),
      expect.stringMatching(
        /^workspaces: name fewer token_secret, .* the role Role would have 11 managed policies; AWS takes 10$/,
      ),
    ]);
  });

  it("policies within a role that are too long together, though none is by itself", () => {
    const policy = (id: string, role: string) => ({
      [id]: {
        Type: "AWS::IAM::Policy",
        Properties: { Roles: [{ Ref: role }], PolicyDocument: { Statement: [{ Action: "x".repeat(6000) }] } },
      },
    });
    expect(limitErrors({ Resources: { ...policy("A", "One"), ...policy("B", "Other") } })).toEqual([]);
    expect(limitErrors({ Resources: { ...policy("A", "One"), ...policy("B", "One") } })).toEqual([
      expect.stringMatching(/the policies within the role One would have 120\d\d characters; AWS takes 10240$/),
    ]);
  });

  it("a policy that is too long only once CloudFormation has filled in its names", () => {
    const Resource = Array.from({ length: 70 }, (_, at) => ({ "Fn::GetAtt": [`Secret${at}`, "Arn"] }));
    const filledIn = (PolicyDocument: object) =>
      limitErrors({ Resources: { Policy: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } } } });
    expect(JSON.stringify(Resource).length).toBeLessThan(6144);
    expect(filledIn({ Statement: [{ Resource }] })).toHaveLength(1);
    expect(filledIn({ Statement: [{ Resource: Resource.slice(0, 50) }] })).toEqual([]);
  });

  it("too many addresses in the API's policy", () => {
    const ip_ranges = Array.from({ length: 600 }, (_, at) => `203.${at % 256}.${Math.floor(at / 256)}.0/24`);
    expect(refusal({ allow_from: { ip_ranges } })).toEqual([
      "FILE asks for more than AWS takes:",
      expect.stringMatching(/^ {2}allow_from: .*: the API's policy would have \d+ bytes; AWS takes 8192$/),
    ]);
  });

  it("too many tags", () => {
    const tags = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`tag-${at}`, "x"]));
    const faults = refusal({ tags }) ?? [];
    expect(faults.slice(1)).toEqual([
      "  tags: list fewer: the bucket would have 62 tags; AWS takes 50",
      "  tags: list fewer: a resource would have 62 tags; AWS takes 50",
    ]);
  });

  it("too many resources", () => {
    const notify = Array.from({ length: 480 }, (_, at) => `a${at}@acme.example`);
    expect(refusal({ notify })?.slice(1)).toEqual([
      expect.stringMatching(
        /^ {2}notify and schedules: list fewer, .*: the stack would have \d+ resources; AWS takes 500$/,
      ),
    ]);
  });

  it("too many subnets and security groups for a function", () => {
    const ids = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${prefix}-${String(at).padStart(8, "0")}`);
    expect(refusal({ vpc: { subnet_ids: ids("subnet", 17), security_group_ids: ids("sg", 6) } })?.slice(1)).toEqual([
      expect.stringMatching(/vpc\.subnet_ids: .*16/),
      expect.stringMatching(/vpc\.security_group_ids: .*5/),
    ]);
  });
});

describe("Lambda's 4 KB of variables are counted as Lambda counts them", () => {
  const takes = (settings: object): number | undefined => {
    try {
      synthesized({ workspaces: workspaces(1), ...settings });
      return undefined;
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(/^workspaces: list fewer, or shorter token_secret, or deploy a second stack/);
      return Number(/take (\d+) bytes; Lambda allows 4096$/.exec(message)?.[1]);
    }
  };

  it("with what the stack adds by itself, and what CloudFormation fills in", () => {
    // One long name makes each step a byte. The whole as JSON, whose quotes within have a backslash each.
    const secrets = (length: number) => workspaces(36, (at) => `${at}`.padStart(at === 35 ? length : 98, "x"));
    const own = (length: number) => {
      const names = Object.fromEntries(secrets(length).map(({ id, token_secret }) => [id, token_secret]));
      return {
        SERVICE_NAME: "TogglInsights",
        TOGGL_BASE_URL: "https://api.track.toggl.com",
        WORKSPACE_SECRETS: JSON.stringify(names),
        NODE_OPTIONS: "--max-semi-space-size=16",
      };
    };
    const bytes = (length: number) => JSON.stringify(own(length)).length;
    const most = Array.from({ length: 128 }, (_, at) => at + 1).findLast((length) => bytes(length) <= 4096) ?? 0;
    expect([bytes(most), bytes(most + 1)]).toEqual([4096, 4097]);
    // load-trends fits to the byte, and one more does not; create-export, with a bucket and a queue, takes more.
    expect(takes({ workspaces: secrets(most) })).toBeGreaterThan(4096 + 2 * 140);
    expect(takes({ workspaces: secrets(most + 1) })).toBe(4097);
  });

  it("which lets through what fits", () => {
    expect(takes({ workspaces: workspaces(60) })).toBeUndefined();
    expect(takes({ workspaces: workspaces(300) })).toBeGreaterThan(4096);
  });
});

it("finds nothing in what everybody deploys, and measures all that there is to measure", () => {
  const template = synthesized({ ...config, schedules: [{ ...schedule, workspace_id: 123 }] }).toJSON();
  expect(limitErrors(template)).toEqual([]);
  const long = "x".repeat(30_000);
  const policy = { PolicyDocument: { Statement: [{ Resource: long }] } };
  const kinds = [
    ["AWS::IAM::ManagedPolicy", policy],
    ["AWS::IAM::Policy", { ...policy, Roles: [{ Ref: "Role" }] }],
    ["AWS::IAM::Role", { ManagedPolicyArns: Array.from({ length: 11 }, String) }],
    ["AWS::SQS::QueuePolicy", policy],
    ["AWS::SQS::QueuePolicy", { PolicyDocument: { Statement: Array.from({ length: 21 }, String) } }],
    ["AWS::ApiGateway::RestApi", { Policy: { Statement: [long] } }],
    ["AWS::S3::BucketPolicy", policy],
    ["AWS::SNS::Topic", { Tags: Array.from({ length: 51 }, String) }],
    ["AWS::SNS::Topic", { Name: "x".repeat(1_000_000) }],
  ] as const;
  for (const [Type, Properties] of kinds) {
    expect(limitErrors({ Resources: { One: { Type, Properties } } }), Type).toHaveLength(1);
  }
});

it("is told without a stack trace by what `cdk synth` runs", async () => {
  const file = configFile({ workspaces: [{ id: 1, name: "x", token_secret: "a b" }] });
  const env = { ...process.env, INSIGHTS_CONFIG: file };
  const { code, output } = await new Promise<{ code: number; output: string }>((done) => {
    execFile("npm", ["run", "--silent", "synth:app"], { env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
  expect(code).toBe(1);
  expect(output).toContain("workspaces[0].token_secret: must be a Secrets Manager name");
  expect(output).not.toMatch(/\n\s+at |Error:/);
}, 60_000);
