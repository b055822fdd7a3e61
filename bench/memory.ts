import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { invoke, october, post, type Stage, type StagedFunction, withProcess } from "./stage.ts";
import { median, round } from "./statistics.ts";

const megabyte = 1024 ** 2;
const starts = 3;

/** With so many megabytes a function has one processor; with fewer, its share of one (AWS's Lambda developer guide). */
const megabytesPerProcessor = 1769;

/** The hardest thing that each function is asked for, and how large Toggl's answer is then; undefined: as it is. */
const hardest: Record<StagedFunction, { readonly megabytes?: number; call(stage: Stage): Promise<unknown> }> = {
  "load-trends": { megabytes: 60, call: (stage) => post(at(stage, "data_trends/projects"), october) },
  "create-export": { megabytes: 300, call: (stage) => post(at(stage, "trends/projects.xlsx"), october) },
  "run-export": {
    megabytes: 300,
    call: (stage) => post(at(stage, "trends/projects.xlsx"), october, { prefer: "respond-async" }),
  },
  "browse-exports": { call: (stage) => fetch(at(stage, "exports?limit=100")) },
  "list-names": { call: (stage) => fetch(at(stage, "names")) },
  "watch-schedules": { call: () => Promise.resolve() },
};

const at = ({ local, workspaceIds }: Stage, path: string): string =>
  `${local.url}/workspace/${workspaceIds[0]}/${path}`;

/** What each function needs at most, and how long a start takes with the processor that its memory buys. */
export async function measureMemory(stage: Stage) {
  const rows = [];
  for (const name of Object.keys(hardest) as StagedFunction[]) {
    const { megabytes = 0, call } = hardest[name];
    const { settings } = stage.function(name);
    const event =
      name === "watch-schedules" ? { time: new Date().toISOString() } : await stage.eventOf(name, () => call(stage));
    stage.simulator.inflate(megabytes * megabyte);
    const peak_mb = await withProcess(settings, async (process) => (await invoke(process, event)).peakMb);
    stage.simulator.inflate(0);
    const loads: number[] = [];
    for (let start = 0; start < starts; start++) {
      loads.push(await withProcess(settings, async ({ pid }) => settled(pid)));
    }
    const processor_ms = median(loads);
    const slower = Math.max(1, megabytesPerProcessor / settings.memoryMb);
    rows.push({
      name,
      memory_mb: settings.memoryMb,
      peak_mb: round(peak_mb, 0),
      load_processor_ms: processor_ms,
      load_ms_with_its_share: round(processor_ms * slower, 0),
    });
  }
  return rows;
}

/** Milliseconds of a processor that a process took until it came to rest. */
async function settled(pid: number | undefined): Promise<number> {
  await sleep(100);
  return processorMs(pid);
}

/** Milliseconds of a processor that a process took so far, in steps of ten; 0 where the system does not tell. */
function processorMs(pid: number | undefined): number {
  try {
    const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const [user = "0", system = "0"] = fields.split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * 10;
  } catch {
    return 0;
  }
}
