import type { Parameters } from "../../../api/parameters.ts";
import { trendsReport } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { wholeBody } from "./toggl-body.ts";
import type { Toggl } from "./toggl-client.ts";

/** More could not be handed on anyway, even compressed. */
const maxMegabytes = 64;

/** Downloads project data trends, whole and unchanged; once for all who ask for the same at the same time. */
export function trendsDownload(toggl: Toggl) {
  const once = singleFlight<Buffer>();
  return (workspaceId: number, parameters: Parameters, deadline: Deadline): Promise<Buffer> =>
    once(JSON.stringify([workspaceId, parameters]), async () => {
      const request = { workspaceId, path: trendsReport, parameters };
      const { value } = await toggl.ask(request, (body) => wholeBody(body, maxMegabytes), deadline);
      return value;
    });
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
