import { runBenchmark } from "../bench/benchmark.ts";

await runBenchmark();
