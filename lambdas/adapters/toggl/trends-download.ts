import { trendsReport } from "../../../api/reports.ts";
import type { Toggl } from "../../core/ports/toggl.ts";
import { maxTrendsBytes } from "../../core/toggl/trends-check.ts";
import { wholeBody } from "./toggl-body.ts";
import type { TogglClient } from "./toggl-client.ts";

/** Project data trends, whole and unchanged; downloaded once for all who ask for the same at the same time. */
export function togglTrends(client: TogglClient): Pick<Toggl, "trends"> {
  const once = singleFlight<Buffer>();
  return {
    trends: (workspaceId, parameters, deadline) =>
      once(JSON.stringify([workspaceId, parameters]), async () => {
        const request = { workspaceId, path: trendsReport, parameters };
        const { value } = await client.ask(request, (body) => wholeBody(body, maxTrendsBytes / 1024 ** 2), deadline);
        return value;
      }),
  };
}

/** Runs a call, unless the same is under way already: then it gives that one's answer. */
type SingleFlight<T> = (key: string, call: () => Promise<T>) => Promise<T>;

function singleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, call) => {
    const running = underWay.get(key);
    if (running) return running;
    const started = call().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
