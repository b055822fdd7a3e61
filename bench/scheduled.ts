import { setTimeout as sleep } from "node:timers/promises";
import { october, post, type Stage } from "./stage.ts";
import { round } from "./statistics.ts";

const exportsPerToken = 50;
const mostSeconds = 120;

/** Queued exports over ten tokens: how well they are spread over time, and what they cost. */
export async function measureQueuedExports({ local, simulator, workspaceIds, ...stage }: Stage) {
  const runExport = stage.function("run-export");
  const requestsBefore = simulator.requests.length;
  const billedBefore = runExport.billedMs();
  const startedAt = Date.now();
  const queue = async (workspaceId: number) => {
    const url = `${local.url}/workspace/${workspaceId}/trends/projects.csv`;
    for (let count = 0; count < exportsPerToken; count++) {
      const response = await post(url, october, { prefer: "respond-async" });
      if (response.status !== 202) throw new Error(`Queueing was answered with ${response.status}.`);
    }
  };
  await Promise.all(workspaceIds.map(queue));
  const queued = workspaceIds.length * exportsPerToken;
  const asked = () => simulator.requests.slice(requestsBefore);
  const left = () => [...local.queues.values()].reduce((sum, { messages }) => sum + messages.length, 0);
  while (left() > 0 && Date.now() - startedAt < mostSeconds * 1000) await sleep(100);

  const seconds = (Date.now() - startedAt) / 1000;
  const gbSeconds = ((runExport.billedMs() - billedBefore) / 1000) * (runExport.settings.memoryMb / 1024);
  const gaps = workspaceIds.flatMap((id) => {
    const times = asked()
      .filter(({ path }) => path.includes(`/${id}/`))
      .map(({ at }) => at);
    return times.slice(1).map((at, index) => at - (times[index] ?? 0));
  });
  return {
    queued,
    toggl_requests: asked().length,
    left_in_queues: left(),
    shortest_gap_ms: Math.min(...gaps),
    seconds: round(seconds, 1),
    ideal_seconds: exportsPerToken - 1,
    against_ideal: round(seconds / (exportsPerToken - 1)),
    gb_seconds: round(gbSeconds, 1),
    gb_seconds_per_export: round(gbSeconds / queued, 3),
  };
}
