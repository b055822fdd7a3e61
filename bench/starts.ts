import type { LambdaFunction } from "../local/lambda/function-settings.ts";
import { defaultBundle, ownBundle } from "./bundles.ts";
import { invoke, october, post, type Stage, type StagedFunction, withProcess } from "./stage.ts";
import { median, percentile, round } from "./statistics.ts";

/** Fresh processes of each kind. */
const processes = 20;

interface Candidate {
  readonly name: string;
  /** Whose bundle it is compared with. */
  readonly against?: string;
  readonly settings: LambdaFunction;
  readonly event: unknown;
}

/** How long a function takes from nothing to its first answer, in milliseconds. */
export async function measureStarts(stage: Stage) {
  const candidates = await candidatesOn(stage);
  const samples = new Map(candidates.map(({ name }) => [name, { load: [] as number[], answer: [] as number[] }]));
  for (let round = 0; round < processes; round++) {
    for (const candidate of candidates) {
      const { load, answer } = await startOnce(candidate);
      samples.get(candidate.name)?.load.push(load);
      samples.get(candidate.name)?.answer.push(answer);
    }
  }
  const loadOf = (name = "empty") => median(samples.get(name)?.load ?? []);
  return candidates.map(({ name, against }) => {
    const { load, answer } = samples.get(name) ?? { load: [], answer: [] };
    return {
      name,
      load_ms: round(median(load), 1),
      load_ms_p90: round(percentile(load, 90), 1),
      first_answer_ms: round(median(answer), 1),
      first_answer_ms_p90: round(percentile(answer, 90), 1),
      load_against_empty: round(loadOf(name) / loadOf()),
      ...(against && {
        against,
        load_ratio: round(loadOf(name) / loadOf(against)),
        load_ratio_above_empty: round((loadOf(name) - loadOf()) / (loadOf(against) - loadOf())),
      }),
    };
  });
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
  const events: Record<StagedFunction, unknown> = {
    "load-trends": await stage.eventOf("load-trends", () => post(`${workspace}/data_trends/projects`, october)),
    "create-export": await stage.eventOf("create-export", () => post(`${workspace}/trends/projects.csv`, october)),
    "browse-exports": await stage.eventOf("browse-exports", () => fetch(`${workspace}/exports`)),
    "list-names": await stage.eventOf("list-names", () => fetch(`${workspace}/names`)),
    "run-export": await stage.eventOf("run-export", () =>
      post(`${workspace}/trends/projects.csv`, october, { prefer: "respond-async" }),
    ),
    "watch-schedules": { time: new Date().toISOString() },
  };
  const settingsOf = (name: StagedFunction) => {
    const { settings } = stage.function(name);
    return { ...settings, environment: { ...settings.environment, ...onlyFirst(settings.environment) } };
  };
  const own = (Object.keys(events) as StagedFunction[]).map((name) => ({
    name,
    settings: settingsOf(name),
    event: events[name],
    ...((name === "load-trends" || name === "create-export") && { against: `${name}, CDK defaults` }),
  }));
  const other = async (of: "load-trends" | "create-export", what: string, directory: Promise<string>) => ({
    name: `${of}, ${what}`,
    settings: { ...settingsOf(of), directory: await directory },
    event: events[of],
  });
  const entry = (name: StagedFunction) => `lambdas/${name}/index.ts`;
  const besideExport = stage.function("create-export").settings.directory;
  const empty = { ...settingsOf("load-trends"), directory: await ownBundle("empty", "bench/contenders/empty.ts") };
  return [
    { name: "empty", settings: empty, event: {} },
    ...own,
    await other("load-trends", "CDK defaults", defaultBundle("load-trends", entry("load-trends"))),
    await other("load-trends", "plain SDK", defaultBundle("plain-trends", "bench/contenders/plain-load-trends.ts")),
    await other("create-export", "CDK defaults", defaultBundle("create-export", entry("create-export"), besideExport)),
    await other("create-export", "plain SDK", defaultBundle("plain-export", "bench/contenders/plain-create-export.ts")),
  ];
}

/** One workspace, as most deployments have: only a few secrets are read ahead. */
function onlyFirst({ WORKSPACE_SECRETS }: Readonly<Record<string, string>>): { WORKSPACE_SECRETS?: string } {
  if (WORKSPACE_SECRETS === undefined) return {};
  const [first] = Object.entries(JSON.parse(WORKSPACE_SECRETS));
  return { WORKSPACE_SECRETS: JSON.stringify(Object.fromEntries(first ? [first] : [])) };
}
