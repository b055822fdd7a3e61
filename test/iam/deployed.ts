import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FunctionName, functions } from "../../lambdas/contract.ts";
import { insightsApp } from "../../lib/insights-app.ts";
import { readAssembly } from "../../local/assembly/assembly.ts";
import { resolver } from "../../local/assembly/resolver.ts";
import { resourcesOf, type Template } from "../../local/assembly/template.ts";
import type { Caller } from "../../local/aws/account.ts";
import type { DecidedCall } from "../../local/aws/call-record.ts";
import type { Context } from "../../local/aws/conditions.ts";
import { hostedAccount } from "../../local/aws/hosted-account.ts";
import type { Statement } from "../../local/aws/policy.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { configFile } from "../lib/synthesized.ts";
import { engineAllows, ownAccount } from "./engine.ts";

export const region = "eu-central-1";

/** What both evaluators say: `yes`, `no`, or which said which. */
export type Verdict = string;

/** The rights of a stack, as it would be deployed with a configuration. */
export type Deployed = ReturnType<typeof deployed>;

/**
 * @param config an insights.config.json
 * @param tamper changes the template before anything is read of it
 */
export function deployed(config: object, tamper: (template: Template) => void = () => {}) {
  const outdir = mkdtempSync(join(tmpdir(), "deployed-"));
  const { app } = insightsApp({
    configFile: configFile(config),
    context: { "aws:cdk:bundling-stacks": [] },
    outdir,
    validate: false,
  });
  const { directory } = app.synth();
  const surroundings = { stackName: "TogglInsights", region, accountId: ownAccount };
  const file = join(directory, "TogglInsights.template.json");
  const template: Template = JSON.parse(readFileSync(file, "utf8"));
  tamper(template);
  writeFileSync(file, JSON.stringify(template));
  const assembly = readAssembly(directory, surroundings);
  const resolve = resolver(template, { ...surroundings, names: {} });

  let decided: DecidedCall | undefined;
  const onDecision = (call: DecidedCall) => {
    decided = call;
  };
  const settings = readLocalSettings({});
  const { account } = hostedAccount(assembly, { region, accountId: ownAccount, settings, onDecision });

  const idOf = (part: string, ids: readonly string[]) => {
    const [id, ...others] = ids.filter((one) => one.includes(part));
    if (id === undefined || others.length > 0) throw new Error(`There are ${ids.length} of ${part}: ${ids.join(", ")}`);
    return id;
  };
  const arnOf = (type: string, part = ""): string =>
    String(
      resolve({
        "Fn::GetAtt": [
          idOf(
            part,
            resourcesOf(template, type).map(([id]) => id),
          ),
          "Arn",
        ],
      }),
    );

  return {
    assembly,
    /** The functions that there are. */
    functions: (Object.keys(functions) as FunctionName[]).filter((name) =>
      assembly.functions.some(({ logicalId }) => logicalId.includes(pascal(name))),
    ),
    arnOf,
    functionArn: (name: FunctionName) => arnOf("AWS::Lambda::Function", pascal(name)),
    roleArn: (name: FunctionName) =>
      assembly.functions.find(({ logicalId }) => logicalId.includes(pascal(name)))?.roleArn ?? "",
    logGroupArn: (name: FunctionName) => arnOf("AWS::Logs::LogGroup", pascal(name)),
    account,
    /** The key of whoever may do everything. */
    administratorKey: settings.credentials.accessKeyId,
    /** The policy of the API: where calls may come from. */
    apiPolicy(apiArn: string): Statement[] {
      const [, { Policy } = {}] = resourcesOf(template, "AWS::ApiGateway::RestApi")[0] ?? [];
      const { Statement = [] } = (resolve(Policy ?? {}) ?? {}) as { Statement?: Statement[] };
      // API Gateway puts its own ARN before `/*` (its guide, "Resource policy examples").
      return JSON.parse(JSON.stringify(Statement).replaceAll('"execute-api:/*"', `"${apiArn}/*"`));
    },
    policyOf: (arn: string) => assembly.resourcePolicies.get(arn)?.statements ?? [],
    /** Asks the local evaluator and the engine. */
    async ask(caller: Caller, action: string, resource: string, context: Context = {}): Promise<Verdict> {
      const here = caller.denial(action, resource, context) === undefined;
      if (!decided) throw new Error("Nothing was decided.");
      const { request, who, identity, resource: policy } = decided;
      const engine = await engineAllows({
        ...{ action, resource, who, context: request.context ?? {} },
        identity: identity?.statements,
        resourcePolicy: resource.startsWith("arn:aws:kms:") ? letsAccountDecide : policy?.statements,
      });
      return bothSay(here, engine);
    },
  };
}

/** What docs/security.md asks of the policy of a key of one's own. */
const letsAccountDecide: Statement[] = [
  { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ownAccount}:root` }, Action: "kms:*", Resource: "*" },
];

/** What two evaluators say. */
export function bothSay(here: boolean, engine: boolean): Verdict {
  if (here === engine) return here ? "yes" : "no";
  return `here ${here ? "yes" : "no"}, engine ${engine ? "yes" : "no"}`;
}

function pascal(name: string): string {
  return name.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}
