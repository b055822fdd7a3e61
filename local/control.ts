import { randomUUID } from "node:crypto";
import { parseInstant } from "../api/times.ts";
import type { Listening } from "./listening.ts";
import { serveFetch } from "./serve-fetch.ts";

interface ControlNeeds {
  /** Fires the rule or schedule of this name; false if there is none. */
  readonly fire: (schedule: string, at: Date) => boolean;
}

/**
 * Lets `npm run tick` fire a schedule of the running product: `POST <url>` with `{"schedule","at"}`. The address has a
 * part that cannot be guessed, so that no web page can do it. `GET <url>` tells that this one still runs.
 */
export async function startControl({ fire }: ControlNeeds): Promise<Listening> {
  const secret = `/${randomUUID()}`;
  const { url, close } = await serveFetch(async (request) => {
    if (new URL(request.url).pathname !== secret) return new Response(null, { status: 404 });
    if (request.method === "GET") return new Response(null, { status: 204 });
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { schedule, at } = (await request.json()) as { schedule: string; at: string };
    const time = parseInstant(at);
    if (time === undefined) return new Response(null, { status: 400 });
    return new Response(null, { status: fire(schedule, new Date(time)) ? 204 : 404 });
  });
  return { url: `${url}${secret}`, close };
}
