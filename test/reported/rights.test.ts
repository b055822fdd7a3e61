import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { insightsApp } from "../../lib/insights-app.ts";
import type { Statement } from "../../local/aws/policy.ts";
import { type HostedAssembly, hostAssembly } from "../../local/host-assembly.ts";
import type { Listening } from "../../local/listening.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { serveSimulator } from "../../local/toggl-simulator/serve-simulator.ts";
import { togglSimulator } from "../../local/toggl-simulator/toggl-simulator.ts";
import { canaryToken, type ExportAnswer, workspaceId } from "../e2e/product.ts";
import { monthly, nightly } from "../e2e/scheduled.ts";
import { configFile } from "../lib/synthesized.ts";
import { reportedCases } from "./reported-cases.ts";

/** A template, as far as it is tampered with here. */
interface Tampered {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

interface Hosted extends HostedAssembly {
  readonly logs: string[];
  readonly events: string[];
}

const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
const config = { workspaces, schedules: [monthly, nightly], notify: ["accounts@acme.example"] };
let directory: string;
let toggl: Listening;
let template: string;

beforeAll(async () => {
  toggl = await serveSimulator(
    togglSimulator({ tokens: [canaryToken], workspaces: [workspaceId], rateLimit: false, quota: 100_000 }),
  );
  directory = await mkdtemp(join(tmpdir(), "tampered-"));
  insightsApp({ configFile: configFile(config), outdir: join(directory, "cdk.out"), validate: false }).app.synth();
  template = await readFile(join(directory, "cdk.out/TogglInsights.template.json"), "utf8");
  const assets = await readFile(join(directory, "cdk.out/TogglInsights.assets.json"), "utf8");
  await writeFile(join(directory, "cdk.out/Tampered.assets.json"), assets);
});
afterAll(async () => {
  await toggl.close();
  await rm(directory, { recursive: true, force: true });
});

/** Hosts the template with something taken away, and gives what use of it comes to. */
async function tampered(
  tamper: (template: Tampered) => void,
  use: (hosted: Hosted) => Promise<unknown>,
): Promise<unknown> {
  const changed: Tampered = JSON.parse(template);
  tamper(changed);
  if (JSON.stringify(changed) === JSON.stringify(JSON.parse(template))) throw new Error("Nothing was taken away.");
  await writeFile(join(directory, "cdk.out/Tampered.template.json"), JSON.stringify(changed));
  const dataDirectory = await mkdtemp(join(directory, "data-"));
  const settings = readLocalSettings({
    PORT: "0",
    LOCAL_DATA_DIR: dataDirectory,
    TOGGL_BASE_URL: toggl.url,
    TOGGL_API_TOKEN: canaryToken,
    AWS_CALLS_FILE: process.env.AWS_CALLS_FILE,
  });
  const logs: string[] = [];
  const events: string[] = [];
  const hosted = await hostAssembly({
    directory: join(directory, "cdk.out"),
    stackName: "Tampered",
    workspaces,
    settings,
    onLog: (line) => logs.push(line),
    onEvent: (event) => events.push(event["detail-type"]),
    retryWaitsMs: [0, 0], // nobody waits three minutes here
  });
  try {
    return await use({ ...hosted, logs, events });
  } finally {
    await hosted.close();
  }
}

/** The statements of a resource's policy, by the beginning of its logical id. */
function statementsOf({ Resources }: Tampered, id: string): Statement[] {
  const found = Object.entries(Resources).filter(
    ([name, { Properties }]) => name.startsWith(id) && Properties.PolicyDocument,
  );
  const [document, ...others] = found.map(
    ([, { Properties }]) => Properties.PolicyDocument as { Statement: Statement[] },
  );
  if (!document || others.length > 0) throw new Error(`The template has ${found.length} policies ${id}.`);
  return document.Statement;
}

const policies = {
  createExport: "FunctionsCreateExportRoleDefaultPolicy",
  browseExports: "FunctionsBrowseExportsRoleDefaultPolicy",
  listNames: "FunctionsListNamesRoleDefaultPolicy",
  loadTrends: "FunctionsLoadTrendsRoleDefaultPolicy",
  runExport: "BackgroundRunExportRoleDefaultPolicy",
  bucket: "ExportsBucketPolicy",
  queue: "ExportsQueuePolicy",
  topic: "NoticesTopicPolicy",
  sendNotices: "NoticesSendNoticesRoleDefaultPolicy",
  scheduler: "SchedulerRoleForTarget",
};

/** Takes an action away, or only its resources whose text fits. */
function without(policy: keyof typeof policies, action: string, resource = /./) {
  return (tampered: Tampered) => {
    for (const statement of statementsOf(tampered, policies[policy]) as Writable[]) {
      if (!list(statement.Action).includes(action) || statement.Effect === "Deny") continue;
      const kept = list(statement.Resource).filter((one) => !resource.test(JSON.stringify(one)));
      const others = list(statement.Action).filter((one) => one !== action);
      if (kept.length === 0 && others.length > 0) statement.Action = others;
      else statement.Resource = kept.length > 0 ? kept : ["arn:aws:none:::nothing"];
    }
  };
}
const list = (value: Statement["Action"]): readonly string[] => [value ?? []].flat();
type Writable = { -readonly [K in keyof Statement]: Statement[K] };

const days = { start_date: "2026-10-01", end_date: "2026-10-31" };
const api = (hosted: Hosted, path: string, init?: RequestInit) =>
  fetch(`${hosted.url}/workspace/${workspaceId}/${path}`, { redirect: "manual", ...init });
const post = (hosted: Hosted, path: string, headers = {}) => {
  const body = path.startsWith("profitability/") ? { ...days, currency: "usd" } : days;
  return api(hosted, path, { method: "POST", body: JSON.stringify(body), headers });
};
const codeOf = async (response: Response) => {
  const { code } = (await response.json()) as { code?: string };
  return code === undefined ? response.status : `${response.status} ${code}`;
};
const make = async (hosted: Hosted) =>
  (await (await post(hosted, "profitability/projects.csv")).json()) as ExportAnswer;

/** Runs a schedule, and gives what came of it: its status, and what stands in the log. */
async function ran(hosted: Hosted, schedule: string, log: RegExp): Promise<string> {
  hosted.fire(schedule, new Date("2026-11-03T05:00:00Z"));
  await expect.poll(() => hosted.logs.join("\n"), { timeout: 15_000 }).toMatch(log);
  return log.exec(hosted.logs.join("\n"))?.[0] ?? "";
}

const events = async (hosted: Hosted) => {
  const answer = await ran(hosted, "nightly", /EventBridge|AccessDeniedException/);
  return [answer, hosted.events.length];
};
const putEvents = (tampered: Tampered): Writable =>
  statementsOf(tampered, policies.runExport).find(({ Action }) => Action === "events:PutEvents") as Writable;

reportedCases("a right that is missing in the template fails on a laptop, too", [
  {
    name: "run-export may not read the secret",
    before: "succeeded",
    right: "token_unavailable",
    now: () =>
      tampered(without("runExport", "secretsmanager:GetSecretValue"), (hosted) =>
        ran(hosted, "nightly", /token_unavailable/),
      ),
  },
  {
    name: "create-export may not send to the queue",
    before: "202",
    right: "503 queue_unavailable",
    now: () =>
      tampered(without("createExport", "sqs:SendMessage"), async (hosted) =>
        codeOf(await post(hosted, "profitability/projects.csv", { prefer: "respond-async" })),
      ),
  },
  {
    name: "create-export may send to another queue than it does",
    before: "202",
    right: "503 queue_unavailable",
    now: () =>
      tampered(
        ({ Resources }) => {
          const text = JSON.stringify(Resources).replaceAll(
            /"EXPORT_QUEUE_URL":\{"Ref":"ExportsQueue\w+"\}/g,
            '"EXPORT_QUEUE_URL":{"Ref":"ExportsDeadLetters8EDE8BF5"}',
          );
          Object.assign(Resources, JSON.parse(text));
        },
        async (hosted) => codeOf(await post(hosted, "profitability/projects.csv", { prefer: "respond-async" })),
      ),
  },
  {
    name: "browse-exports may not read files",
    before: "303, then 200",
    right: [303, 403],
    now: () =>
      tampered(without("browseExports", "s3:GetObject", /exports\/\*/), async (hosted) => {
        const { id } = await make(hosted);
        const fresh = await api(hosted, `exports/${id}/file`);
        return [fresh.status, (await fetch(fresh.headers.get("location") ?? "")).status];
      }),
  },
  {
    name: "browse-exports is not among those whose links work",
    before: "303, then 200",
    right: [303, 403],
    now: () =>
      tampered(
        (changed) => {
          const links = statementsOf(changed, policies.bucket).find(
            ({ Sid }) => Sid === "DenyLinksOfOthers",
          ) as Writable;
          const [roles] = Object.values(links.Condition?.ArnNotEquals ?? {});
          links.Condition = {
            ...links.Condition,
            ArnNotEquals: { "aws:PrincipalArn": [roles].flat().slice(0, 1) as string[] },
          };
        },
        async (hosted) => {
          const { id } = await make(hosted);
          const fresh = await api(hosted, `exports/${id}/file`);
          return [fresh.status, (await fetch(fresh.headers.get("location") ?? "")).status];
        },
      ),
  },
  {
    name: "links may be no older than a millisecond",
    before: "200",
    right: 403,
    now: () =>
      tampered(
        (changed) => {
          const old = statementsOf(changed, policies.bucket).find(({ Sid }) => Sid === "DenyOlderLinks") as Writable;
          old.Condition = { ...old.Condition, NumericGreaterThan: { "s3:signatureAge": 1 } };
        },
        async (hosted) => (await fetch((await make(hosted)).download_url)).status,
      ),
  },
  {
    name: "a list-names that may not list asks for names nobody has stored yet",
    before: "200",
    right: "503 storage_unavailable",
    now: () => tampered(without("listNames", "s3:ListBucket"), async (hosted) => codeOf(await api(hosted, "names"))),
  },
  {
    name: "no secret yet, and no right to its bare name",
    before: "503 token_not_set",
    right: "503 token_unavailable",
    now: () =>
      tampered(without("loadTrends", "secretsmanager:GetSecretValue", /toggl\/demo"/), async (hosted) => {
        hosted.secrets.delete("toggl/demo");
        return codeOf(await post(hosted, "data_trends/projects"));
      }),
  },
  {
    name: "a rule of UTC may not send: the queue's policy is for other rules",
    before: "on the queue",
    right: ["not authorized to perform: sqs:SendMessage", 1],
    now: () =>
      tampered(
        (changed) => {
          for (const one of statementsOf(changed, policies.queue) as Writable[]) {
            if (one.Condition?.ArnLike)
              one.Condition = { ArnLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/other-*" } };
          }
        },
        async (hosted) => {
          const denial = await ran(hosted, "nightly", /not authorized to perform: sqs:SendMessage/);
          const undelivered = [...hosted.queues].find(([arn]) => arn.includes("undelivered"))?.[1];
          return [denial, undelivered?.messages.length];
        },
      ),
  },
  {
    name: "Scheduler's role may not send to the queue",
    before: "on the queue",
    right: ["not authorized to perform: sqs:SendMessage", 1],
    now: () =>
      tampered(without("scheduler", "sqs:SendMessage", /ExportsQueue/), async (hosted) => {
        const denial = await ran(hosted, "monthly", /not authorized to perform: sqs:SendMessage/);
        const undelivered = [...hosted.queues].find(([arn]) => arn.includes("undelivered"))?.[1];
        return [denial, undelivered?.messages.length];
      }),
  },
  {
    name: "events are allowed on another bus",
    before: "sent",
    right: ["AccessDeniedException", 0],
    now: () =>
      tampered((changed) => {
        putEvents(changed).Resource = "arn:aws:events:us-east-1:123456789012:event-bus/other";
      }, events),
  },
  {
    name: "events are allowed by StringEquals, which does not fit a key with several values",
    before: "sent",
    right: ["AccessDeniedException", 0],
    now: () =>
      tampered((changed) => {
        putEvents(changed).Condition = { StringEquals: { "events:source": "toggl-insights" } };
      }, events),
  },
  {
    name: "events are allowed under another name",
    before: "sent",
    right: ["AccessDeniedException", 0],
    now: () =>
      tampered((changed) => {
        putEvents(changed).Condition = { "ForAllValues:StringEquals": { "events:source": "somebody-else" } };
      }, events),
  },
  {
    name: "send-notices may not publish: tried three times, then kept with its event",
    before: "no such function",
    right: ["not authorized to perform: sns:Publish", 3, "Export Succeeded"],
    now: () =>
      tampered(without("sendNotices", "sns:Publish"), async (hosted) => {
        const denial = await ran(hosted, "nightly", /not authorized to perform: sns:Publish/);
        const undelivered = [...hosted.queues].find(([arn]) => arn.includes("undelivered"))?.[1];
        await expect.poll(() => undelivered?.messages.length, { timeout: 15_000 }).toBe(1);
        const { requestContext, requestPayload } = JSON.parse(undelivered?.messages[0]?.body ?? "{}");
        return [denial, requestContext.approximateInvokeCount, requestPayload["detail-type"]];
      }),
  },
  {
    name: "the topic's policy denies send-notices to publish",
    before: "no such function",
    right: "not authorized to perform: sns:Publish",
    now: () =>
      tampered(
        (changed) => {
          const [one] = statementsOf(changed, policies.topic) as Writable[];
          if (one) one.Condition = {};
        },
        (hosted) => ran(hosted, "nightly", /not authorized to perform: sns:Publish/),
      ),
  },
  {
    name: "rules may not call send-notices",
    before: "no such function",
    right: ["not authorized to perform: lambda:InvokeFunction", 1],
    now: () =>
      tampered(
        ({ Resources }) => {
          for (const [id, { Type }] of Object.entries(Resources)) {
            if (Type === "AWS::Lambda::Permission" && id.startsWith("Notices")) delete Resources[id];
          }
        },
        async (hosted) => {
          const denial = await ran(hosted, "nightly", /not authorized to perform: lambda:InvokeFunction/);
          const undelivered = [...hosted.queues].find(([arn]) => arn.includes("undelivered"))?.[1];
          return [denial, undelivered?.messages.length];
        },
      ),
  },
  {
    name: "Lambda may not put there what send-notices failed at",
    before: "no such function",
    right: "Lambda could not put what NoticesSendNotices",
    now: () =>
      tampered(without("sendNotices", "sqs:SendMessage"), async () => "started").catch(
        (error: Error) => /^Lambda could not put what NoticesSendNotices/.exec(error.message)?.[0] ?? error.message,
      ),
  },
  {
    name: "API Gateway may not call load-trends",
    before: "200",
    right: 500,
    now: () =>
      tampered(
        ({ Resources }) => {
          for (const [id, { Type }] of Object.entries(Resources)) {
            if (Type === "AWS::Lambda::Permission" && id.includes("LoadTrends")) delete Resources[id];
          }
        },
        async (hosted) => (await post(hosted, "data_trends/projects")).status,
      ),
  },
  {
    name: "run-export may not take from the queue",
    before: "started",
    right: "Lambda could not read the queue",
    now: () =>
      tampered(without("runExport", "sqs:ReceiveMessage"), async () => "started").catch(
        (error: Error) => /^Lambda could not read the queue/.exec(error.message)?.[0] ?? error.message,
      ),
  },
  {
    name: "Lambda may not assume a function's role",
    before: "started",
    right: "Lambda could not run",
    now: () =>
      tampered(
        ({ Resources }) => {
          const trust = { Service: "ec2.amazonaws.com" };
          const [role] = Object.entries(Resources).filter(([id]) => id.startsWith("FunctionsBrowseExportsRole"));
          const document = { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: trust }] };
          if (role) role[1].Properties.AssumeRolePolicyDocument = document;
        },
        async () => "started",
      ).catch((error: Error) => /^Lambda could not run/.exec(error.message)?.[0] ?? error.message),
  },
  {
    name: "a condition on a key that is not known here",
    before: "started",
    right: "The condition key aws:RequestedRegion is not known here.",
    now: () =>
      tampered(
        (changed) => {
          putEvents(changed).Condition = { StringEquals: { "aws:RequestedRegion": "eu-central-1" } };
        },
        async () => "started",
      ).catch((error: Error) => /The condition key.*/.exec(error.message)?.[0] ?? error.message),
  },
  {
    name: "a managed policy, whose statements nobody can see",
    before: "started",
    right: "arn:aws:iam::aws:policy/AdministratorAccess",
    now: () =>
      tampered(
        ({ Resources }) => {
          const [role] = Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role");
          if (role) role.Properties.ManagedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"];
        },
        async () => "started",
      ).catch((error: Error) => /arn:aws:iam::aws:policy\/\w+/.exec(error.message)?.[0] ?? error.message),
  },
]);
