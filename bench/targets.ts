import type { runParts } from "./benchmark.ts";
import { round } from "./statistics.ts";

type Results = Awaited<ReturnType<typeof runParts>>;

export interface Target {
  readonly target: string;
  readonly measured: number;
  readonly met: boolean;
}

const atMost = (target: string, measured: number, most: number): Target => ({
  target: `${target} ≤ ${most}`,
  measured: round(measured),
  met: measured <= most,
});
const atLeast = (target: string, measured: number, least: number): Target => ({
  target: `${target} ≥ ${least}`,
  measured: round(measured),
  met: measured >= least,
});

/** What was aimed at, and whether this run got there. Of several figures the worst one counts. */
export function targetsOf(results: Results): Target[] {
  return [...sizeTargets(results), ...startTargets(results), ...exportTargets(results), ...otherTargets(results)];
}

function sizeTargets({ sizes }: Results): Target[] {
  const of = (name: string) => named(sizes, name);
  return [
    atMost("load-trends, KB", of("load-trends").kb, 360),
    atMost("create-export, KB", of("create-export").kb, 520),
    atMost("create-export, KB gzip", of("create-export").gzip_kb, 160),
  ];
}

/** Both ways to read a ratio of loads: with what Node itself takes to start, and beyond that. */
function startTargets({ starts }: Results): Target[] {
  return [["load-trends", 0.72] as const, ["create-export", 0.75] as const].flatMap(([name, most]) => {
    const { load_ratio, load_ratio_above_empty } = named(starts, name);
    return [
      atMost(`${name}, load against CDK defaults`, load_ratio ?? Number.NaN, most),
      atMost(`${name}, load beyond an empty function's, likewise`, load_ratio_above_empty ?? Number.NaN, most),
    ];
  });
}

function exportTargets({ exports }: Results): Target[] {
  const ours = exports.filter(({ way }) => way === "create-export");
  const of = (megabytes: number) => ours.filter((row) => row.megabytes === megabytes);
  const peak = (megabytes: number, format: string) =>
    of(megabytes).find((row) => row.format === format)?.peak_mb ?? Number.POSITIVE_INFINITY;
  const growth = ["csv", "xlsx"].map((format) => peak(300, format) - peak(10, format));
  const large = [...of(100), ...of(300)].map(({ against_limit = 0 }) => against_limit);
  return [
    atMost("peak MB at 300 MB", Math.max(peak(300, "csv"), peak(300, "xlsx")), 192),
    atMost("growth of the peak from 10 to 300 MB", Math.max(...growth), 60),
    atLeast("throughput against the limit, 100 and 300 MB", Math.min(...large), 0.5),
  ];
}

function otherTargets({ warm, history, queued, commands }: Results): Target[] {
  const firstPages = history.filter(({ what }) => what === "first page");
  const filtered = history.filter(({ what }) => what === "filtered page");
  return [
    ...Object.entries(warm).map(([name, { overhead_ms_p99 }]) =>
      atMost(`warm overhead of a ${name}, ms p99`, overhead_ms_p99, 10),
    ),
    atMost("list requests of a page", Math.max(...firstPages.map(({ list_requests }) => list_requests)), 1),
    atMost("get requests of a page of 20", Math.max(...firstPages.map(({ get_requests }) => get_requests)), 20),
    atMost("get requests of a filtered page", Math.max(...filtered.map(({ get_requests }) => get_requests)), 100),
    atLeast("ms between two requests for one token", Math.min(...queued.map((row) => row.shortest_gap_ms)), 1000),
    atMost("cdk synth, s", commands.synth_s, 15),
    atMost("npm start ready, s", commands.start_s, 10),
  ];
}

function named<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  const row = rows.find((one) => one.name === name);
  if (!row) throw new Error(`Nothing was measured of ${name}.`);
  return row;
}
