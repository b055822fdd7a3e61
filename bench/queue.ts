import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "./stage.ts";
import { october, post, type Stage } from "./stage.ts";

const exportsPerToken = 50;
const maxSeconds = 120;

/** Queued exports over ten tokens: how well they are spread over time, and what they cost. */
export async function measureQueue({ local, simulator, workspaceIds, ...stage }: Stage): Promise<Row[]> {
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
  const left = () => [...local.queues.values()].reduce((sum, { messages }) => sum + messages.length, 0);
  while (left() > 0 && Date.now() - startedAt < maxSeconds * 1000) await sleep(100);

  const seconds = (Date.now() - startedAt) / 1000;
  const gbSeconds = ((runExport.billedMs() - billedBefore) / 1000) * (runExport.settings.memoryMb / 1024);
  const asked = simulator.requests.slice(requestsBefore);
  const gaps = workspaceIds.flatMap((id) => {
    const times = asked.filter(({ path }) => path.includes(`/${id}/`)).map(({ at }) => at);
    return times.slice(1).map((at, index) => at - (times[index] ?? 0));
  });
  return [
    {
      what: `${queued} queued exports over ${workspaceIds.length} tokens`,
      here: `${seconds.toFixed(0)} s, never two requests for a token within ${Math.min(...gaps)} ms`,
      otherwise: `the ideal, one a second: ${exportsPerToken - 1} s`,
      target: "1,000 ms, one request for each, none left",
      met: Math.min(...gaps) >= 1000 && asked.length === queued && left() === 0,
    },
    { what: "a queued export, with its wait for Toggl's pace", here: `${(gbSeconds / queued).toFixed(1)} GB-seconds` },
  ];
}
