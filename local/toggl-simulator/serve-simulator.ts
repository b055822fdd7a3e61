import type { Listening } from "../listening.ts";
import { serveFetch } from "../serve-fetch.ts";
import { faults, isFault } from "./faults.ts";
import { revisionOf } from "./revisions.ts";
import type { TogglSimulator } from "./toggl-simulator.ts";

/**
 * Serves a simulator on the loopback, with a few addresses to steer it by:
 * - `GET /simulator` shows how it is steered at the moment, and `DELETE /simulator` makes it ordinary again
 * - `GET /simulator/faults` lists what it can do wrong
 * - `POST /simulator/faults` `{"fault":"quota-spent","times":1}` makes the next answers do so
 * - `DELETE /simulator/faults` and `…/faults/{fault}` take back what did not happen yet
 * - `POST /simulator/revisions` `{"project":1001,"from_date":"2026-10-01","factor":1.1}` changes past figures,
 *   `{"add_column":"Margin","at":"front"}` the columns; `GET` lists what holds, `DELETE` and `…/revisions/{id}` take it back
 * - `POST /simulator/size` `{"bytes":300000000}` makes the answers that large; 0 makes them ordinary
 * - `GET /simulator/requests` shows what it was asked
 */
export function serveSimulator(simulator: TogglSimulator): Promise<Listening> {
  return serveFetch(async (request) => {
    const { pathname } = new URL(request.url);
    const [, address, which] = /^(\/simulator(?:\/[^/]+)?)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const steer = steering[`${request.method} ${address}${which === undefined ? "" : "/…"}`];
    return steer ? steer({ request, simulator, which: which ?? "" }) : simulator.fetch(request);
  });
}

interface Steering {
  readonly request: Request;
  readonly simulator: TogglSimulator;
  /** The last part of an address with an end of its own. */
  readonly which: string;
}

const steering: Record<string, (steering: Steering) => Promise<Response>> = {
  async "GET /simulator"({ simulator: { planned, inflatedTo: bytes, revisions } }) {
    return Response.json({ faults: planned, bytes, revisions: revisions.all });
  },
  async "DELETE /simulator"({ simulator }) {
    simulator.behave();
    simulator.inflate(0);
    simulator.revisions.takeBackAll();
    return new Response(null, { status: 204 });
  },
  async "GET /simulator/faults"() {
    const described = Object.entries(faults).map(([name, { description }]) => [name, description]);
    return Response.json(Object.fromEntries(described));
  },
  async "POST /simulator/faults"({ request, simulator }) {
    const { fault, times = 1 } = await bodyOf(request);
    if (!isFault(fault)) return unfit("fault must be one of those that GET /simulator/faults lists");
    if (!Number.isInteger(times) || Number(times) < 1) return unfit("times must be a positive whole number");
    simulator.misbehave(fault, Number(times));
    return Response.json({ fault, times });
  },
  async "DELETE /simulator/faults"({ simulator }) {
    return Response.json({ taken_back: simulator.behave() });
  },
  async "DELETE /simulator/faults/…"({ simulator, which }) {
    if (!isFault(which)) return notThere(`There is no fault ${which}; GET /simulator/faults lists them`);
    return Response.json({ fault: which, taken_back: simulator.behave(which) });
  },
  async "GET /simulator/revisions"({ simulator: { revisions } }) {
    return Response.json(revisions.all);
  },
  async "POST /simulator/revisions"({ request, simulator: { revisions, source, workspaces } }) {
    const revision = revisionOf(await bodyOf(request), source.company, workspaces);
    if (typeof revision === "string") return unfit(revision);
    return Response.json(revisions.add(revision), { status: 201 });
  },
  async "DELETE /simulator/revisions"({ simulator: { revisions } }) {
    revisions.takeBackAll();
    return new Response(null, { status: 204 });
  },
  async "DELETE /simulator/revisions/…"({ simulator: { revisions }, which }) {
    const isThere = /^[1-9]\d{0,8}$/.test(which) && revisions.takeBack(Number(which));
    if (!isThere) return notThere(`There is no revision ${which}; GET /simulator/revisions lists them`);
    return new Response(null, { status: 204 });
  },
  async "POST /simulator/size"({ request, simulator }) {
    const { bytes } = await bodyOf(request);
    if (!Number.isSafeInteger(bytes) || Number(bytes) < 0) return unfit("bytes must be a whole number");
    simulator.inflate(Number(bytes));
    return Response.json({ bytes });
  },
  async "GET /simulator/requests"({ simulator: { requests } }) {
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

function notThere(message: string): Response {
  return Response.json({ message: `${message}.` }, { status: 404 });
}
