import type { LambdaFunction } from "../local/lambda/function-settings.ts";
import { defaultBundle, emptyBundle } from "./sizes.ts";
import type { Row } from "./stage.ts";
import { invoke, median, october, post, type Stage, type StagedFunction, withProcess } from "./stage.ts";

/** Fresh processes of each kind. */
const processes = 20;

interface Candidate {
  readonly name: string;
  readonly settings: LambdaFunction;
  readonly event: unknown;
}

/** How long functions take from nothing until they are loaded, and to their first answer, against CDK's defaults. */
export async function measureStarts(stage: Stage): Promise<Row[]> {
  const candidates = await candidatesOn(stage);
  const samples = new Map(candidates.map(({ name }) => [name, { load: [] as number[], answer: [] as number[] }]));
  for (let round = 0; round < processes; round++) {
    for (const candidate of candidates) {
      const { load, answer } = await startOnce(candidate);
      samples.get(candidate.name)?.load.push(load);
      samples.get(candidate.name)?.answer.push(answer);
    }
  }
  const load = (name: string) => median(samples.get(name)?.load ?? []);
  const answer = (name: string) => median(samples.get(name)?.answer ?? []);
  const beyond = (name: string) => load(name) - load("empty");
  const row = (name: StagedFunction, max: number): Row => ({
    what: `\`${name}\` loads, beyond an empty function`,
    here: `${beyond(name).toFixed(0)} ms`,
    otherwise: `${beyond(`${name}, CDK defaults`).toFixed(0)} ms with CDK's defaults`,
    target: `${max} of those`,
    met: beyond(name) / beyond(`${name}, CDK defaults`) <= max,
  });
  return [
    { what: "an empty function starts", here: `${load("empty").toFixed(0)} ms` },
    row("load-trends", 0.72),
    row("create-export", 0.75),
    {
      what: "first answer of `load-trends`, from nothing",
      here: `${answer("load-trends").toFixed(0)} ms`,
      otherwise: `${answer("load-trends, CDK defaults").toFixed(0)} ms`,
    },
  ];
}

async function startOnce({ name, settings, event }: Candidate): Promise<{ load: number; answer: number }> {
  const startedAt = performance.now();
  return withProcess(settings, async (process) => {
    const load = performance.now() - startedAt;
    await invoke(process, event).catch((cause) => {
      throw new Error(`${name} did not answer: ${cause}`, { cause });
    });
    return { load, answer: performance.now() - startedAt };
  });
}

async function candidatesOn(stage: Stage): Promise<Candidate[]> {
  const workspace = `${stage.local.url}/workspace/${stage.workspaceIds[0]}`;
  const trends = await stage.eventOf("load-trends", () => post(`${workspace}/data_trends/projects`, october));
  const created = await stage.eventOf("create-export", () => post(`${workspace}/trends/projects.csv`, october));
  const both = [
    ["load-trends", trends],
    ["create-export", created],
  ] as const;
  const own = both.map(([name, event]) => ({ name, event, settings: withOneSecret(stage.function(name).settings) }));
  const others = own.map(async ({ name, settings, event }) => {
    const beside = name === "create-export" ? settings.directory : undefined;
    const directory = await defaultBundle(name, `lambdas/${name}/index.ts`, beside);
    return { name: `${name}, CDK defaults`, settings: { ...settings, directory }, event };
  });
  const empty = { ...stage.function("load-trends").settings, directory: await emptyBundle() };
  return [{ name: "empty", settings: empty, event: {} }, ...own, ...(await Promise.all(others))];
}

/** One workspace, as most deployments have: only one secret is read ahead. */
function withOneSecret(settings: LambdaFunction): LambdaFunction {
  const { WORKSPACE_SECRETS = "{}" } = settings.environment;
  const first = Object.entries(JSON.parse(WORKSPACE_SECRETS)).slice(0, 1);
  return {
    ...settings,
    environment: { ...settings.environment, WORKSPACE_SECRETS: JSON.stringify(Object.fromEntries(first)) },
  };
}
