import type { Listening } from "../listening.ts";
import { serveFetch } from "../serve-fetch.ts";
import { faults, isFault } from "./faults.ts";
import type { TogglSimulator } from "./toggl-simulator.ts";

/**
 * Serves a simulator on the loopback, with a few addresses to steer it by:
 * - `GET /simulator/faults` lists what it can do wrong
 * - `POST /simulator/faults` `{"fault":"quota-spent","times":1}` makes the next answers do so
 * - `POST /simulator/size` `{"bytes":300000000}` makes the answers that large; 0 makes them ordinary
 * - `GET /simulator/requests` shows what it was asked
 */
export function serveSimulator(simulator: TogglSimulator): Promise<Listening> {
  return serveFetch(async (request) => {
    const { pathname } = new URL(request.url);
    const steer = steering[`${request.method} ${pathname}`];
    return steer ? steer(request, simulator) : simulator.fetch(request);
  });
}

type Steer = (request: Request, simulator: TogglSimulator) => Promise<Response>;

const steering: Record<string, Steer> = {
  async "GET /simulator/faults"() {
    const described = Object.entries(faults).map(([name, { description }]) => [name, description]);
    return Response.json(Object.fromEntries(described));
  },
  async "POST /simulator/faults"(request, simulator) {
    const { fault, times = 1 } = await bodyOf(request);
    if (!isFault(fault)) return unfit("fault must be one of those that GET /simulator/faults lists");
    if (!Number.isInteger(times) || Number(times) < 1) return unfit("times must be a positive whole number");
    simulator.misbehave(fault, Number(times));
    return Response.json({ fault, times });
  },
  async "POST /simulator/size"(request, simulator) {
    const { bytes } = await bodyOf(request);
    if (!Number.isSafeInteger(bytes) || Number(bytes) < 0) return unfit("bytes must be a whole number");
    simulator.inflate(Number(bytes));
    return Response.json({ bytes });
  },
  async "GET /simulator/requests"(_request, { requests }) {
    return Response.json(requests);
  },
};

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => undefined);
  return typeof body === "object" ? { ...body } : {};
}

function unfit(message: string): Response {
  return Response.json({ message: `${message}.` }, { status: 400 });
}
