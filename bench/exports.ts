import type { LambdaFunction } from "../local/lambda/function-settings.ts";
import { defaultBundle } from "./sizes.ts";
import type { Row } from "./stage.ts";
import { authorization, invoke, median, october, post, type Stage, withProcess } from "./stage.ts";

const megabyte = 1024 ** 2;
const rounds = 2;

interface Way {
  readonly name: "create-export" | "buffered" | "file";
  readonly settings: LambdaFunction;
  readonly event: unknown;
}

interface Moved {
  /** MB a second. */
  readonly rate: number;
  readonly peakMb: number;
}

/** Throughput and peak memory of exports of 300 MB, and of other ways to move the same bytes. */
export async function measureExports(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const format of ["csv", "xlsx"]) {
    const ways = await waysOf(stage, format);
    const small = await moved(stage, ways, 10, "create-export");
    const [ours, buffered, file] = [
      await moved(stage, ways, 300, "create-export"),
      await moved(stage, ways, 300, "buffered"),
      await moved(stage, ways, 300, "file"),
    ];
    const growth = ours.peakMb - small.peakMb;
    rows.push({
      what: `300 MB of ${format.toUpperCase()}, checked, hashed and stored`,
      here: `${ours.rate.toFixed(0)} MB/s in ${ours.peakMb} MB of memory, ${growth} more than for 10 MB`,
      otherwise: `through memory: ${buffered.rate.toFixed(0)} in ${buffered.peakMb}; into a file, with a hash and no more: ${file.rate.toFixed(0)}`,
      target: "half of the last; 192 MB, 60 more than for 10 MB",
      met: ours.rate >= file.rate / 2 && ours.peakMb <= 192 && growth <= 60,
    });
  }
  return rows;
}

/** Each time in a process of its own: memory that was used once is not given back. */
async function moved(stage: Stage, ways: readonly Way[], megabytes: number, name: Way["name"]): Promise<Moved> {
  const way = ways.find((one) => one.name === name);
  if (!way) throw new Error(`There is no way ${name}.`);
  stage.simulator.inflate(megabytes * megabyte);
  const runs: Moved[] = [];
  for (let round = 0; round < (name === "buffered" ? 1 : rounds); round++) {
    runs.push(
      await withProcess(way.settings, async (process) => {
        const startedAt = performance.now();
        const { peakMb } = await invoke(process, way.event);
        return { rate: (megabytes * 1000) / (performance.now() - startedAt), peakMb: Math.round(peakMb) };
      }),
    );
  }
  stage.simulator.inflate(0);
  return { rate: median(runs.map(({ rate }) => rate)), peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)) };
}

async function waysOf(stage: Stage, format: string): Promise<Way[]> {
  const url = `${stage.local.url}/workspace/${stage.workspaceIds[0]}/trends/projects.${format}`;
  const event = await stage.eventOf("create-export", () => post(url, october));
  const { settings } = stage.function("create-export");
  const asked = stage.simulator.requests.at(-1);
  const work = {
    url: `${stage.togglUrl}/insights/api/v1/workspace/${stage.workspaceIds[0]}/trends/projects.${format}`,
    parameters: asked?.body ?? october,
    authorization: authorization(stage.token),
  };
  const mover = { ...settings, directory: await defaultBundle("move-file", "bench/move-file.ts") };
  return [
    { name: "create-export", settings, event },
    { name: "buffered", settings: mover, event: { ...work, way: "buffered" } },
    { name: "file", settings: mover, event: { ...work, way: "file" } },
  ];
}
