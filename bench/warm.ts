import { invoke, october, post, type Stage, withProcess } from "./stage.ts";
import { percentile, round, timed } from "./statistics.ts";

const calls = 1000;
const warmUps = 50;

/**
 * What a warm call takes above what Toggl's simulator and S3 took for that very call, in milliseconds. Connections and
 * the way between count as ours.
 */
export async function measureWarmCalls(stage: Stage) {
  const workspace = `${stage.local.url}/workspace/${stage.workspaceIds[0]}`;
  const trends = await stage.eventOf("load-trends", () => post(`${workspace}/data_trends/projects`, october));
  const small = await stage.eventOf("create-export", () => post(`${workspace}/trends/projects.csv`, october));
  return {
    "trend call": await overhead(stage, "load-trends", trends),
    "small export": await overhead(stage, "create-export", small),
  };
}

async function overhead(stage: Stage, name: "load-trends" | "create-export", event: unknown) {
  const whole: number[] = [];
  const theirs: number[] = [];
  await withProcess(stage.function(name).settings, async (process) => {
    for (let call = 0; call < warmUps + calls; call++) {
      await stage.othersMs();
      const { ms } = await timed(() => invoke(process, event));
      whole.push(ms);
      theirs.push(await stage.othersMs());
    }
  });
  const ofWarm = (values: readonly number[], percent: number) => round(percentile(values.slice(warmUps), percent));
  const above = whole.map((ms, call) => ms - (theirs[call] ?? 0));
  return {
    calls,
    whole_ms_p50: ofWarm(whole, 50),
    whole_ms_p99: ofWarm(whole, 99),
    theirs_ms_p50: ofWarm(theirs, 50),
    theirs_ms_p99: ofWarm(theirs, 99),
    overhead_ms_p50: ofWarm(above, 50),
    overhead_ms_p99: ofWarm(above, 99),
  };
}
