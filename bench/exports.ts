import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LambdaFunction } from "../local/lambda/function-settings.ts";
import { defaultBundle } from "./bundles.ts";
import { startMultipartSink } from "./multipart-sink.ts";
import { authorization, invoke, october, post, type Stage, withProcess } from "./stage.ts";
import { median, round, timed } from "./statistics.ts";

const megabyte = 1024 ** 2;
const formats = ["csv", "xlsx"] as const;
const sizes = [
  { megabytes: 1, rounds: 2 },
  { megabytes: 10, rounds: 2 },
  { megabytes: 100, rounds: 1 },
  { megabytes: 300, rounds: 2 },
];
/** Ways that the targets compare. The others go once where each takes many seconds. */
const compared = ["create-export", "file"];
const manySeconds = 300;

interface Way {
  readonly name: string;
  readonly settings: LambdaFunction;
  readonly event: unknown;
}

interface ExportRow {
  readonly format: string;
  readonly megabytes: number;
  readonly way: string;
  readonly mb_per_s?: number;
  readonly against_limit?: number;
  readonly peak_mb?: number;
  readonly failure?: string;
}

/** Throughput in MB/s and peak memory in MB of an export, and of other ways to move the same bytes. */
export async function measureExports(stage: Stage): Promise<ExportRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-sink-"));
  const sink = await startMultipartSink(directory);
  const rows: ExportRow[] = [];
  for (const format of formats) {
    const ways = await waysOf(stage, format, sink.url);
    for (const { megabytes, rounds } of sizes) {
      stage.simulator.inflate(megabytes * megabyte);
      const runs = [];
      for (let round = 0; round < rounds; round++) {
        const isRepeated = ({ name }: Way) => round === 0 || megabytes < manySeconds || compared.includes(name);
        for (const way of ways.filter(isRepeated)) runs.push(await moveOnce(way, megabytes));
      }
      rows.push(...summary(runs, { format, megabytes }));
    }
  }
  stage.simulator.inflate(0);
  await sink.close();
  await rm(directory, { recursive: true, force: true });
  return rows;
}

interface Run {
  readonly way: string;
  readonly rate: number;
  readonly peak: number;
  readonly failure?: string;
}

/** In a process of its own: memory that was used once is not given back. */
async function moveOnce({ name, settings, event }: Way, megabytes: number): Promise<Run> {
  try {
    return await withProcess(settings, async (process) => {
      const { ms, value } = await timed(() => invoke(process, event));
      return { way: name, rate: (megabytes * 1000) / ms, peak: value.peakMb };
    });
  } catch (error) {
    return { way: name, rate: 0, peak: 0, failure: String(error) };
  }
}

function summary(runs: readonly Run[], what: { format: string; megabytes: number }): ExportRow[] {
  const of = (way: string) => runs.filter((run) => run.way === way);
  const limit = median(of("file").map(({ rate }) => rate));
  return [...new Set(runs.map(({ way }) => way))].map((way) => {
    const failure = of(way).find((run) => run.failure)?.failure;
    if (failure) return { ...what, way, failure };
    const rate = median(of(way).map((run) => run.rate));
    const peak = Math.max(...of(way).map((run) => run.peak));
    return { ...what, way, mb_per_s: round(rate, 1), against_limit: round(rate / limit), peak_mb: round(peak, 0) };
  });
}

async function waysOf(stage: Stage, format: string, sinkUrl: string): Promise<Way[]> {
  const [workspaceId] = stage.workspaceIds;
  const path = `trends/projects.${format}`;
  const event = await stage.eventOf("create-export", () =>
    post(`${stage.local.url}/workspace/${workspaceId}/${path}`, october),
  );
  const { settings } = stage.function("create-export");
  const asked = stage.simulator.requests.at(-1);
  const directory = await defaultBundle("move-file", "bench/contenders/move-file.ts");
  const mover = {
    ...settings,
    directory,
    environment: { ...settings.environment, MULTIPART_URL: sinkUrl },
  };
  const work = {
    url: `${stage.togglUrl}${asked?.path}`,
    parameters: asked?.body,
    authorization: authorization(stage.token),
  };
  return [
    { name: "create-export", settings, event },
    ...["piped", "buffered", "file"].map((way) => ({ name: way, settings: mover, event: { ...work, way } })),
  ];
}
